"""The audit: every action has words, filters find what they should on both databases, exports lose nothing."""

import ast
from datetime import timedelta
from functools import partial
from pathlib import Path

from engine.state import Staff
from handlers.look_at_audit import (
    ACTIONS,
    PAGE,
    Wanted,
    csv_lines,
    export_part,
    look_at_audit,
    note_export,
    say_action,
    say_who,
    wanted_lines,
)
from handlers.staff import access
from storage.database import Transaction
from storage.staff import write_audit
from tests.chats import handbook
from tests.handlers.village import Village

ROOT = Path(__file__).parent.parent.parent
VI = handbook().speak("vi")
CALLS = {"write_audit": 3, "_audit": 0, "_step": 2, "_note_change": 2}
"""What writes a line → at which place it is told the action."""


def actions_in_the_code() -> set[str]:
    found = set()
    for path in (*(ROOT / "handlers").glob("*.py"), *(ROOT / "bot").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = CALLS.get(called)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(node.args[place].value)  # type: ignore[attr-defined]
    return found


def write(village: Village, count: int) -> None:
    def work(transaction: Transaction) -> None:
        for number in range(count):
            at = village.clock.now + timedelta(minutes=number)
            write_audit(transaction, at, f"staff {number % 12}", f"action_{number % 3}", f"Campaign {number}_%")

    village.run(work)


def found(village: Village, wanted: Wanted) -> list[str]:
    page = village.run(partial(look_at_audit, wanted=wanted))
    return [line.about.split()[1] for line in page.lines]


def test_every_action_has_words() -> None:
    assert actions_in_the_code() == set(ACTIONS)
    assert say_action(VI, "staff_invited") == "Mời cán bộ"
    assert say_action(VI, "something of before") == ""


def test_who_acted_is_said_in_words() -> None:
    assert [say_who(VI, who) for who in ("staff 3", "staff 3 by command line", "calendar", "somebody")] == [
        "Cán bộ số 3",
        "Cán bộ số 3, bằng dòng lệnh",
        "Lịch nhắc",
        "somebody",
    ]


def test_filters_find_what_they_should(village: Village) -> None:
    write(village, 24)
    now = village.clock.now
    assert found(village, wanted_lines(who="số 1")) == ["13_%", "1_%"]  # and not of 10 or 11
    assert found(village, wanted_lines(action="action_2", who="2")) == ["14_%", "2_%"]
    assert found(village, wanted_lines(text="campaign 7_")) == ["7_%"]
    assert found(village, wanted_lines(text="%")) == [f"{number}_%" for number in reversed(range(24))]
    assert found(village, wanted_lines(text="1_3")) == []
    between = wanted_lines(since=now + timedelta(minutes=3), until=now + timedelta(minutes=5))
    assert found(village, between) == ["4_%", "3_%"]
    assert found(village, wanted_lines(who="\\ nobody")) == []


def test_a_text_that_no_database_can_hold_is_harmless(village: Village) -> None:
    write(village, 1)
    assert found(village, wanted_lines(who="\x00", text="campaign\x00 0")) == ["0_%"]


def test_pages_and_parts_follow_on_each_other(village: Village) -> None:
    write(village, PAGE + 5)
    first = village.run(partial(look_at_audit, wanted=wanted_lines()))
    second = village.run(partial(look_at_audit, wanted=wanted_lines(), before=first.older))
    assert (len(first.lines), len(second.lines), second.older) == (PAGE, 5, None)
    everything = village.run(partial(export_part, wanted=wanted_lines(), before=None))
    assert [*first.lines, *second.lines] == list(everything)
    exact = village.run(partial(look_at_audit, wanted=wanted_lines(), before=first.lines[4].id))
    assert exact.older is None
    assert len(exact.lines) == PAGE


def test_an_export_is_audited_with_what_was_asked_for(village: Village) -> None:
    by, now = access(Staff("administrator", "province", 7), "settings"), village.clock.now
    for wanted in (wanted_lines(), wanted_lines(who="3", text="x", since=now)):
        village.run(partial(note_export, by=by, wanted=wanted, now=now))
    lines = village.run(partial(export_part, wanted=wanted_lines(), before=None))
    assert [line.about for line in lines] == ["who staff 3, text x, from 2026-10-01", "all"]
    assert (
        csv_lines(VI, lines[:1]).decode().startswith("2026-10-01 09:00:00,staff 7,audit_exported,Lấy nhật ký về,")
    )
