"""A seal publishes what is safe, once, whatever happens to the process; a refusal leaves everything as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.disclosure.released import POOLED, PROVINCE
from engine.errors import ReleaseRefused, SealOvertaken
from handlers.close_round import _begin as begin_closing
from handlers.release_files import Scope
from handlers.seal_round import is_seal_due
from storage.releases import load_file, load_standing
from storage.rounds import load_rounds
from storage.staff import load_audit
from storage.tables import audit, ballot
from tests.chats import finish, type_all
from tests.handlers.village import Village

ONE, OTHER, SMALL = "03667", "03646", "03670"


@pytest.fixture
def grown(village: Village) -> Village:
    """A village whose neighbours were sealed once: two communes of their own, the rest pooled."""
    for commune, people in ((ONE, 30), (OTHER, 20), (SMALL, 4), ("03679", 5), ("03688", 6)):
        village.crowd(commune, people)
    village.seal()
    village.clock.move(days=7)
    return village


def n_of(village: Village, commune: str) -> int | None:
    row = village.ledger[-1].of_commune(commune)
    return row.n if row else None


def sealed(village: Village) -> dict[int | None, int]:
    query = select(ballot.c.seal, func.count()).group_by(ballot.c.seal)
    return {row[0]: row[1] for row in village.run(lambda transaction: transaction.connection.execute(query).all())}


def test_the_first_release(grown: Village) -> None:
    release = grown.ledger[0]
    assert (release.number, release.kind, release.as_of) == (1, "interim", date(2026, 10, 1))
    assert [n_of(grown, commune) for commune in (ONE, OTHER, SMALL, POOLED)] == [30, 20, None, 15]
    assert release.province.n == 65


def test_nine_new_people_wait_and_ten_move_their_row(grown: Village) -> None:
    grown.crowd(ONE, 9)
    grown.seal()
    assert n_of(grown, ONE) == 30
    assert sealed(grown) == {1: 65, None: 9}
    grown.clock.move(days=7)
    grown.crowd(ONE, 1)
    grown.seal()
    assert n_of(grown, ONE) == 40
    assert sealed(grown) == {1: 65, 3: 10}


def test_what_just_finished_is_left_alone_and_what_waits_is_taken_in(grown: Village) -> None:
    for number in range(10):
        grown.finish(f"person {number}")
    grown.clock.move(minutes=30)
    grown.seal()
    assert n_of(grown, ONE) == 30
    grown.clock.move(days=1)
    grown.seal()
    assert n_of(grown, ONE) == 40


def test_not_twice_a_day_but_for_the_schedule(grown: Village) -> None:
    grown.seal()
    with pytest.raises(ReleaseRefused, match="release 2 was sealed today"):
        grown.seal()
    grown.seal(grown.order(weekly=True))
    assert len(grown.ledger) == 3


def test_too_few_people_are_refused_and_it_is_written_down(village: Village) -> None:
    village.crowd(ONE, 9)
    with pytest.raises(ReleaseRefused, match="R6"):
        village.seal()
    assert village.ledger == []
    (line,) = village.run(partial(load_audit, most=5))
    assert (line.who, line.action) == ("test", "release_refused")
    assert "fewer than 10 people" in line.about


def test_there_must_be_such_a_round(village: Village) -> None:
    with pytest.raises(ReleaseRefused, match="there is no round 2031"):
        village.seal(replace(village.order(), year=2031))


def test_a_round_that_is_being_closed_is_not_sealed_in_between(grown: Village) -> None:
    grown.run(partial(begin_closing, year=2026, witnesses=("a", "b"), now=grown.clock.now, who="test"))
    with pytest.raises(ReleaseRefused, match="is being closed"):
        grown.seal()


class KilledError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("at", ["seal", "make_files", "save_release", "change_round"])
def test_killed_at_any_step_nothing_is_published_and_the_next_seal_is_whole(
    grown: Village, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> Any:
        raise KilledError

    grown.crowd(ONE, 12)
    with monkeypatch.context() as patch:
        patch.setattr(f"handlers.seal_round.{at}", die)
        with pytest.raises(KilledError):
            grown.seal()
    assert len(grown.ledger) == 1
    grown.crowd(OTHER, 3)
    grown.seal()
    assert [n_of(grown, commune) for commune in (ONE, OTHER)] == [42, 20]
    assert sealed(grown) == {1: 65, 2: 12, None: 3}


def test_of_two_seals_at_once_only_one_publishes(grown: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    grown.crowd(ONE, 12)
    inner: list[Exception | None] = []

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        grown.seal(grown.order("another"))
        inner.append(None)
        return decide(*arguments)

    from engine.disclosure.sealing import seal as decide

    monkeypatch.setattr("handlers.seal_round.seal", meanwhile)
    with pytest.raises(ReleaseRefused, match="another seal began meanwhile"):
        grown.seal()
    assert inner == [None]
    assert [release.number for release in grown.ledger] == [1, 2]


def test_who_erases_while_a_seal_is_under_way_is_gone_from_the_ballots(
    grown: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.disclosure.sealing import seal as decide

    grown.crowd(ONE, 12)
    grown.finish("someone")
    grown.clock.move(days=1)

    def meanwhile(*arguments: Any) -> Any:
        type_all(grown.person("someone"), "/erase", "xoa het")
        return decide(*arguments)

    monkeypatch.setattr("handlers.seal_round.seal", meanwhile)
    grown.seal()
    assert n_of(grown, ONE) == 43  # counted when the seal began; published figures are not restated
    assert sealed(grown) == {1: 65, 2: 12}


def test_erasing_alone_changes_no_figure(grown: Village) -> None:
    grown.finish("someone")
    grown.crowd(ONE, 11)
    grown.clock.move(days=1)
    grown.seal()
    before = grown.ledger[-1].tables
    type_all(grown.person("someone"), "/erase", "xoa het")
    grown.clock.move(days=7)
    grown.seal()
    assert grown.ledger[-1].tables == before


def test_once_more_after_a_seal_counts_as_one_removed_and_one_new(grown: Village) -> None:
    grown.finish("someone")
    grown.crowd(ONE, 11)
    grown.clock.move(days=1)
    grown.seal()
    type_all(grown.person("someone"), "lam lan nua", "Làm nông, làm rừng")
    finish(grown.person("someone"), "1")
    grown.crowd(ONE, 9)
    grown.clock.move(days=7)
    grown.seal()
    assert n_of(grown, ONE) == 30 + 12 + 9


def test_files_are_made_once_and_those_of_communes_make_room(grown: Village) -> None:
    scope = Scope([PROVINCE, ONE], ("json", "xlsx"))
    grown.seal(replace(grown.order(), scope=scope))
    grown.clock.move(days=7)
    grown.seal(replace(grown.order(), scope=scope))
    second, third = grown.ledger[1:]

    def kept(release: Any, unit: str) -> bytes | None:
        return grown.run(partial(load_file, of=release, unit=unit, file_format="json", language="vi"))

    assert kept(second, PROVINCE)
    assert kept(third, PROVINCE)
    assert kept(second, ONE) is None
    content = kept(third, ONE)
    assert content
    shown = {row["key"]["commune"] for table in json.loads(content)["tables"][1:] for row in table["rows"]}
    assert shown == {ONE}


def test_the_exact_sums_of_the_issued_rows_are_kept_for_the_next_time(grown: Village) -> None:
    standing = grown.run(partial(load_standing, round_=2026, last=grown.ledger[-1]))
    assert standing.rows[ONE].tally.total == 30 * 70
    assert SMALL in standing.pool


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (datetime(2026, 10, 4, 19, 59, tzinfo=UTC), False),  # Monday 02:59 at home
        (datetime(2026, 10, 4, 20, 0, tzinfo=UTC), True),  # Monday 03:00
        (datetime(2026, 10, 7, 8, 0, tzinfo=UTC), True),  # the machine was off on Monday
    ],
)
def test_the_weekly_seal_is_due_from_monday_morning(village: Village, now: datetime, is_due: bool) -> None:
    (this,) = village.run(load_rounds)
    assert is_seal_due(this, None, now) is is_due


def test_a_week_is_sealed_once(grown: Village) -> None:
    (this,) = grown.run(load_rounds)
    monday = datetime(2026, 10, 5, 1, tzinfo=UTC)
    assert is_seal_due(this, grown.ledger[-1], monday)
    assert not is_seal_due(this, replace(grown.ledger[-1], as_of=date(2026, 10, 5)), monday)
    assert not is_seal_due(this, replace(grown.ledger[-1], kind="final"), monday)
    assert not is_seal_due(replace(this, state="closing"), grown.ledger[-1], monday)


def test_who_slept_while_another_process_sealed_seals_no_more(village: Village) -> None:
    """It found the seal due, was stopped for an hour, and goes on."""
    village.crowd("03667", 30)
    village.crowd("03646", 30)
    due = replace(village.order("asleep", weekly=True), after=0)
    village.seal(replace(village.order("awake", weekly=True), after=0))
    with pytest.raises(SealOvertaken):
        village.seal(due)
    assert len(village.ledger) == 1
    actions = village.run(
        lambda transaction: transaction.connection.execute(select(audit.c.action)).scalars().all()
    )
    assert "release_refused" not in actions, "nothing was refused, and nobody need look"
