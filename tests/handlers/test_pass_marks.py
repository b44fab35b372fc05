"""Pass marks of communes: as shipped, until somebody has entered another; and what the chat says then."""

from datetime import timedelta
from functools import partial

import pytest

from engine.errors import NotFound, SettingRefused
from engine.handbook import Handbook
from engine.messages import Incoming
from engine.state import Staff
from handlers.converse import converse
from handlers.in_force import read_in_force
from handlers.pass_marks import marks_entered, reset_pass_mark, set_pass_mark
from handlers.staff import access
from storage.settings_kept import load_edition
from storage.staff import load_audit
from tests.chats import handbook
from tests.counting import publish_made_up
from tests.handlers.village import Village

BY = access(Staff("administrator", "province", 7), "settings")
COMMUNE = "03667"


def enter(village: Village, points: int, source: str = "", commune: str = COMMUNE) -> None:
    village.run(
        partial(
            set_pass_mark,
            handbook=handbook(),
            by=BY,
            commune=commune,
            points=points,
            source=source,
            now=village.clock.now,
        )
    )


def in_force(village: Village) -> Handbook:
    return village.run(partial(read_in_force, shipped=handbook()))


def mark_of(village: Village) -> tuple[int, bool]:
    commune = in_force(village).province.by_code[COMMUNE]
    return commune.pass_mark, commune.pass_mark_assumed


def test_nothing_entered_is_as_shipped(village: Village) -> None:
    assert in_force(village).province == handbook().province
    assert mark_of(village) == (80, True)


def test_what_was_entered_is_in_force_and_confirmed_only_with_a_source(village: Village) -> None:
    enter(village, 75)
    assert mark_of(village) == (75, True)
    enter(village, 70, "  Công văn 12\n/HKH ")
    assert mark_of(village) == (70, False)
    assert village.run(marks_entered)[COMMUNE].confirmed_by == "Công văn 12 /HKH"
    others = [each for each in in_force(village).province.communes if each.code != COMMUNE]
    assert others == [each for each in handbook().province.communes if each.code != COMMUNE]


def test_each_change_raises_the_edition_and_is_audited(village: Village) -> None:
    enter(village, 75)
    enter(village, 70, "Công văn 12")
    village.run(partial(reset_pass_mark, by=BY, commune=COMMUNE, now=village.clock.now))
    assert mark_of(village) == (80, True)
    assert village.run(load_edition) == 3
    lines = [(line.who, line.action, line.about) for line in village.run(partial(load_audit, most=9))]
    assert lines == [
        ("staff 7", "pass_mark_reset", COMMUNE),
        ("staff 7", "pass_mark_set", f"{COMMUNE}: 70, confirmed"),
        ("staff 7", "pass_mark_set", f"{COMMUNE}: 75, assumed"),
    ]


@pytest.mark.parametrize(("points", "source"), [(0, ""), (101, ""), (-1, ""), (70, "x" * 201)])
def test_what_is_no_mark_is_refused_and_nothing_changes(village: Village, points: int, source: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        enter(village, points, source)
    assert refused.value.key in handbook().speak("vi").messages
    assert village.run(load_edition) == 0
    assert village.run(partial(load_audit, most=9)) == []


def test_there_must_be_such_a_commune_and_such_a_mark(village: Village) -> None:
    with pytest.raises(NotFound):
        enter(village, 70, commune="99999")
    with pytest.raises(NotFound):
        village.run(partial(reset_pass_mark, by=BY, commune=COMMUNE, now=village.clock.now))


def result_of(village: Village, name: str) -> str:
    """What somebody is told now of the result they had."""
    asked = Incoming("test", name, text="/result")
    work = partial(converse, handbook=in_force(village), keys=village.keys, incoming=asked, now=village.clock.now)
    return str(village.run(work).screens[-1].html)


def test_a_result_is_held_against_the_mark_in_force(village: Village) -> None:
    village.finish("someone", "3")
    before = result_of(village, "someone")
    enter(village, 12, "Công văn 12")
    after = result_of(village, "someone")
    assert "80 điểm" in before
    assert "12 điểm" in after
    assert before.splitlines()[0] == after.splitlines()[0]  # the points are the person's own


def test_between_releases_of_a_round_a_mark_is_confirmed_and_not_changed(village: Village) -> None:
    """Who met the rule in one release must meet it in the next, or the proof that both are safe does not hold."""
    enter(village, 75)
    publish_made_up(village.database)
    with pytest.raises(SettingRefused, match="in_use"):
        enter(village, 74)
    with pytest.raises(SettingRefused, match="in_use"):
        village.run(partial(reset_pass_mark, by=BY, commune=COMMUNE, now=village.clock.now))
    known = in_force(village)
    with village.database.transaction() as transaction:
        set_pass_mark(transaction, known, BY, COMMUNE, 75, "Công văn 12/HKH", village.clock.now)
    assert mark_of(village) == (75, False)
    village.clock.now += timedelta(days=365)
    enter(village, 74)
    assert mark_of(village) == (74, True)
