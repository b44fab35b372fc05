"""Who came in a flood of new accounts: flagged, held back until the seal, counted or left out as was decided."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from engine.ballots import FLUSH_FROM
from engine.errors import SettingsProblem
from engine.messages import Incoming
from handlers.converse import ACCOUNT_MADE, PROOF_NEEDED, Reply, converse
from handlers.count_ballots import write_waiting
from handlers.rounds import set_floods
from storage.staff import load_audit
from storage.states import load_state
from storage.tables import account, session
from tests.chats import handbook
from tests.handlers.village import Village

pytestmark = pytest.mark.slow

FAKES = 12


def knock(village: Village, newcomer: str, *, is_flood: bool, address: str = "stranger") -> Reply:
    incoming = Incoming("web", address, action="begin", newcomer=newcomer)  # type: ignore[arg-type]
    with village.database.transaction() as transaction:
        return converse(transaction, handbook(), village.keys, incoming, village.clock.now, is_flood=is_flood)


def flag_everyone(village: Village) -> None:
    with village.database.transaction() as transaction:
        transaction.connection.execute(account.update().values(flood_round=2026))


def decide(village: Village, *, leaves_out: bool) -> None:
    with village.database.transaction() as transaction:
        set_floods(transaction, 2026, village.clock.now, "test", leaves_out=leaves_out)


def seal_door(village: Village) -> int:
    """What a seal does first."""
    with village.database.transaction() as transaction:
        now = village.clock.now
        return write_waiting(transaction, village.keys, 2026, now, lambda _: None, is_due=True)


def sessions(village: Village) -> int:
    with village.database.transaction() as transaction:
        return len(transaction.connection.execute(select(session.c.person)).all())


def test_in_a_flood_a_stranger_leaves_no_trace_until_they_have_done_the_work(village: Village) -> None:
    reply = knock(village, "unproven", is_flood=True)
    assert (reply.screens, reply.events) == ((), (PROOF_NEEDED,))
    with village.database.transaction() as transaction:
        assert load_state(transaction, "web", "stranger") is None
    assert ACCOUNT_MADE in knock(village, "proven", is_flood=True).events
    with village.database.transaction() as transaction:
        state = load_state(transaction, "web", "stranger")
    assert state
    assert state.account.flood_round == 2026


def test_who_has_an_account_never_meets_it(village: Village) -> None:
    assert ACCOUNT_MADE in knock(village, "unproven", is_flood=False).events
    assert knock(village, "unproven", is_flood=True).screens


def test_a_messenger_vouches_for_its_people(village: Village) -> None:
    assert ACCOUNT_MADE in knock(village, "welcome", is_flood=True).events
    with village.database.transaction() as transaction:
        state = load_state(transaction, "web", "stranger")
    assert state
    assert state.account.flood_round is None


@pytest.mark.parametrize("leaves_out", [False, True])
def test_the_seal_does_what_was_decided_before_it(village: Village, *, leaves_out: bool) -> None:
    for number in range(FAKES):
        village.finish(f"fake {number}")
    flag_everyone(village)
    for number in range(FLUSH_FROM):
        village.finish(f"person {number}")
    village.clock.move(hours=25)
    assert village.flush() == FLUSH_FROM, "they wait for the seal"
    assert sessions(village) == FAKES
    decide(village, leaves_out=leaves_out)
    assert seal_door(village) == (0 if leaves_out else FAKES)
    assert len(village.ballots()) == FLUSH_FROM + (0 if leaves_out else FAKES)
    assert sessions(village) == 0
    assert all("flood_round" not in ballot for ballot in village.ballots()), "no mark by which one could tell them"


def test_what_is_counted_stays_counted(village: Village) -> None:
    for number in range(FAKES):
        village.finish(f"fake {number}")
    flag_everyone(village)
    village.clock.move(hours=2)
    assert seal_door(village) == FAKES
    decide(village, leaves_out=True)
    assert seal_door(village) == 0
    assert len(village.ballots()) == FAKES


def test_a_flag_counts_in_its_own_year_only(village: Village) -> None:
    for number in range(FLUSH_FROM):
        village.finish(f"person {number}")
    with village.database.transaction() as transaction:
        transaction.connection.execute(account.update().values(flood_round=2025))
    village.clock.move(hours=2)
    assert village.flush() == FLUSH_FROM


def test_the_decision_and_its_effect_are_audited_but_few_are_not_counted(village: Village) -> None:
    village.finish("fake")
    flag_everyone(village)
    decide(village, leaves_out=True)
    decide(village, leaves_out=True)
    village.clock.now += timedelta(hours=2)
    seal_door(village)
    with village.database.transaction() as transaction:
        written = [(each.action, each.about) for each in load_audit(transaction, 50)]
    assert written.count(("floods_decided", "round 2026: left out")) == 1
    assert ("flood_left_out", "round 2026: fewer than 10") in written


def test_only_an_open_round_is_decided_about(village: Village) -> None:
    with pytest.raises(SettingsProblem, match="not open"), village.database.transaction() as transaction:
        partial(set_floods, transaction, 2031, village.clock.now, "test", leaves_out=True)()
