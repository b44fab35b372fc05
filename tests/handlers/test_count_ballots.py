"""Finished assessments become ballots: together, out of order, once a person; and they go when somebody leaves."""

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from engine.ballots import FLUSH_FROM, RUSH_FROM, Ballot, is_flush_due
from engine.errors import SettingsProblem
from handlers.count_ballots import ballots_waiting, flush_ballots
from storage.staff import load_audit
from storage.tables import SCORES, account, session
from tests.chats import FARMER_IN_CHIENG_AN, finish, type_all
from tests.handlers.village import Village

pytestmark = pytest.mark.slow


class NotWrittenError(Exception):
    """The database broke."""


def many(village: Village, number: int) -> list[str]:
    names = [f"person {each}" for each in range(number)]
    for name in names:
        village.finish(name)
    return names


def test_ten_are_written_together_and_their_sessions_are_gone(village: Village) -> None:
    many(village, FLUSH_FROM)
    village.clock.move(hours=2)
    assert village.flush() == FLUSH_FROM
    assert len(village.ballots()) == FLUSH_FROM
    with village.database.transaction() as transaction:
        assert transaction.connection.execute(select(session)).all() == []


def test_fewer_wait_for_company_but_not_longer_than_a_day(village: Village) -> None:
    village.finish("first")
    village.clock.move(hours=12)
    many(village, FLUSH_FROM - 2)
    village.clock.move(hours=11)
    assert village.flush() == 0
    village.clock.move(hours=1)
    assert village.flush() == FLUSH_FROM - 1


def test_a_result_stays_for_an_hour(village: Village) -> None:
    many(village, FLUSH_FROM)
    village.clock.move(minutes=59)
    assert village.flush() == 0
    assert village.person("person 0").type("/result")[-1].id == "result"
    village.clock.move(minutes=1)
    assert village.flush() == FLUSH_FROM
    assert village.person("person 0").type("/result")[-1].id == "counted"


def test_a_ballot_says_what_was_answered_and_no_more(village: Village) -> None:
    village.finish("someone")
    village.clock.move(days=1)
    village.flush()
    (only,) = village.ballots()
    assert set(only) == {"tag", "round", "commune", "form", "sex", "age", "seal", *SCORES}
    told = [only[name] for name in ("round", "commune", "form", "sex", "age", "seal")]
    assert told == [2026, "03667", "farmer", "undisclosed", "undisclosed", None]
    assert [only[name] for name in SCORES] == [10] * 10


def test_ballots_are_written_in_an_order_that_the_source_of_chance_gives(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Sequence[Ballot]] = []

    def note(_: object, ballots: Sequence[Ballot]) -> None:
        written.append(list(ballots))
        raise NotWrittenError  # rolled back, so that the same people wait again

    monkeypatch.setattr("handlers.count_ballots.write_ballots", note)
    many(village, FLUSH_FROM)
    village.clock.move(hours=2)
    for seed in (1, 2):
        with pytest.raises(NotWrittenError), village.database.transaction() as transaction:
            flush_ballots(transaction, village.keys, village.clock.now, random.Random(seed).shuffle)
    first, second = ([each.tag for each in ballots] for ballots in written)
    assert sorted(first) == sorted(second)
    assert first != second


def test_once_more_takes_the_place_of_the_first_time(village: Village) -> None:
    village.finish("someone", "4")
    village.clock.move(days=1)
    village.flush()
    type_all(village.person("someone"), "lam lan nua", "Làm nông, làm rừng")
    finish(village.person("someone"), "1")
    village.clock.move(days=1)
    village.flush()
    (only,) = village.ballots()
    assert [only[name] for name in SCORES] == [0] * 10


def test_once_more_after_a_seal_is_new_again(village: Village) -> None:
    village.finish("someone")
    village.clock.move(days=1)
    village.flush()
    village.seal_all()
    type_all(village.person("someone"), "lam lan nua", "Làm nông, làm rừng")
    finish(village.person("someone"), "1")
    village.clock.move(days=1)
    village.flush()
    (only,) = village.ballots()
    assert only["seal"] is None


def test_two_people_on_one_phone_are_two_ballots(village: Village) -> None:
    village.finish("grandmother's phone")
    village.clock.move(days=1)
    village.flush()
    type_all(village.person("grandmother's phone"), "lam cho nguoi nha", "them nguoi nha", "Làm nông, làm rừng")
    finish(village.person("grandmother's phone"))
    village.clock.move(days=1)
    village.flush()
    assert len({bytes(each["tag"]) for each in village.ballots()}) == 2  # type: ignore[call-overload]


@pytest.mark.parametrize("is_sealed", [False, True])
def test_erase_takes_the_ballots_of_everybody_on_the_phone_along(village: Village, is_sealed: bool) -> None:
    test_two_people_on_one_phone_are_two_ballots(village)
    village.finish("neighbour")
    village.clock.move(days=1)
    village.flush()
    if is_sealed:
        village.seal_all()
    type_all(village.person("grandmother's phone"), "/erase", "xoa het")
    assert len(village.ballots()) == 1


def test_who_begins_again_after_erasing_is_counted_once(village: Village) -> None:
    for _ in range(2):
        village.finish("someone")
        village.clock.move(days=1)
        village.flush()
        assert len(village.ballots()) == 1
        type_all(village.person("someone"), "/erase", "xoa het")
        assert village.ballots() == []


def test_a_person_under_15_takes_only_their_own_ballot_along(village: Village) -> None:
    test_two_people_on_one_phone_are_two_ballots(village)
    chat = village.person("grandmother's phone")
    type_all(chat, "lam lan nua", "Làm nông, làm rừng", *["4"] * 20, "khong muon tra loi", "duoi 15 tuoi")
    assert len(village.ballots()) == 1


def test_without_its_key_nothing_is_written_and_nothing_is_said_to_be_erased(village: Village) -> None:
    village.finish("someone")
    village.clock.move(days=1)
    (village.keys.folder / "round-2026.key").unlink()
    with pytest.raises(SettingsProblem, match=r"round-2026\.key"):
        village.flush()
    with pytest.raises(SettingsProblem, match=r"round-2026\.key"):
        type_all(village.person("someone"), "/erase", "xoa het")
    with village.database.transaction() as transaction:
        assert transaction.connection.execute(select(account.c.address)).scalars().all() == ["someone"]


def test_another_key_is_not_taken_for_the_round_s_own(village: Village) -> None:
    village.finish("someone")
    village.clock.move(days=1)
    (village.keys.folder / "round-2026.key").write_text("00" * 32, encoding="ascii")
    with pytest.raises(SettingsProblem, match="not the key that round 2026 was opened with"):
        village.flush()


def test_what_waits_and_what_is_counted_can_be_told(village: Village) -> None:
    many(village, 3)
    with village.database.transaction() as transaction:
        assert (ballots_waiting(transaction, 2026).sessions, ballots_waiting(transaction, 2026).ballots) == (3, 0)
    village.clock.move(days=1)
    village.flush()
    with village.database.transaction() as transaction:
        assert (ballots_waiting(transaction, 2026).sessions, ballots_waiting(transaction, 2026).ballots) == (0, 3)


def test_an_assessment_of_a_year_without_a_round_is_not_counted(village: Village) -> None:
    village.clock.move(days=365)
    village.finish("someone")
    village.clock.move(days=1)
    assert village.flush() == 0
    assert village.person("someone").type("/result")[-1].id == "result"


def test_two_times_are_ten_minutes_apart(village: Village) -> None:
    many(village, FLUSH_FROM)
    village.clock.move(hours=2)
    village.flush()
    for number in range(FLUSH_FROM):
        village.finish(f"other {number}")
    village.clock.move(hours=1)
    nine_minutes_later = village.clock.now + timedelta(minutes=9)
    assert not is_flush_due([village.clock.now] * FLUSH_FROM, village.clock.now, nine_minutes_later)
    assert village.flush() == FLUSH_FROM


def test_many_who_answered_without_reading_are_noticed(village: Village) -> None:
    many(village, RUSH_FROM)  # the clock stands still while they answer
    village.clock.move(days=1)
    village.flush()
    (line,) = village.run(partial(load_audit, most=5))
    assert (line.action, line.about) == ("rush_noticed", "round 2026, commune 03667: 9")


def test_people_who_take_their_time_are_not(village: Village) -> None:
    for number in range(RUSH_FROM):
        type_all(village.person(f"person {number}"), *FARMER_IN_CHIENG_AN)
        village.clock.move(minutes=2)
        finish(village.person(f"person {number}"))
    village.clock.move(days=1)
    village.flush()
    assert village.run(partial(load_audit, most=5)) == []
