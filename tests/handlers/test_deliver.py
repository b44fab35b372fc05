"""The ledger: who gets a copy, when, and that it always adds up. On both databases."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from engine.campaigns.audience import AudienceRule
from engine.campaigns.ledger import Key, Outcome
from handlers.deliver import Parcel, exchange
from handlers.senders import doubt_lost
from storage.campaigns import load_campaign, move_counts, save_campaign
from storage.database import Database
from storage.states import load_state, save_state
from tests.campaigns import add_people, approved, check_sums, run, state_of, tend
from tests.chats import handbook

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
"""Nine o'clock at home."""


class Sender:
    """Sends by writing down; a clock in its hand."""

    def __init__(self, database: Database, now: datetime = MORNING, name: str = "a") -> None:
        self.database, self.now, self.name = database, now, name
        self.turn = 0
        self.sent: list[tuple[str, int]] = []
        self.in_hand: list[Parcel] = []

    def exchange(self, room: int = 10, outcomes: list[tuple[Key, Outcome]] | None = None) -> list[Parcel]:
        self.turn += 1
        work = partial(
            exchange,
            handbook=handbook(),
            sender=self.name,
            outcomes=outcomes or [],
            room=room,
            turn=self.turn,
            now=self.now,
        )
        self.in_hand = run(self.database, work)
        check_sums(self.database)
        return self.in_hand

    def send_all(self, room: int = 10) -> None:
        """Until nobody is left who may get something now."""
        outcomes: list[tuple[Key, Outcome]] = []
        while self.exchange(room, outcomes) or outcomes:
            outcomes = [(parcel.key, Outcome("sent")) for parcel in self.in_hand]
            self.sent += [(parcel.address, parcel.key[0]) for parcel in self.in_hand]
        tend(self.database, handbook(), self.now)


def test_each_gets_one_copy_in_their_language(database: Database) -> None:
    add_people(database, range(30), MORNING, language="en")
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    sender = Sender(database)
    first = sender.exchange()
    assert {str(parcel.screens[0].html) for parcel in first} == {
        "People of <b>Phường Tô Hiệu</b>.",
        "People of <b>Phường Chiềng An</b>.",
    }
    assert [each.action for each in first[0].screens[0].flat_buttons] == [
        "message:open",
        "message:stop",
    ]
    sender.sent = [(parcel.address, number) for parcel in first]
    sender.exchange(0, [(parcel.key, Outcome("sent")) for parcel in first])
    sender.send_all()
    assert Counter(address for address, _ in sender.sent) == Counter({str(each): 1 for each in range(30)})
    done = state_of(database, number)
    assert (done.state, done.counts.sent, done.counts.size) == ("done", 30, 30)


def test_communes_are_mixed(database: Database) -> None:
    add_people(database, range(200), MORNING, communes=["03646"])
    add_people(database, range(200, 400), MORNING, communes=["03667"])
    approved(database, MORNING)
    tend(database, handbook(), MORNING)
    first = Sender(database).exchange(40)
    of_first = sum(int(parcel.address) < 200 for parcel in first)
    assert 10 <= of_first <= 30


def test_two_campaigns_share_what_there_is(database: Database) -> None:
    add_people(database, range(100), MORNING, communes=["03646"])
    add_people(database, range(100, 200), MORNING, communes=["03667"])
    one = approved(database, MORNING, AudienceRule(communes=("03646",)))
    other = approved(database, MORNING, AudienceRule(communes=("03667",)))
    tend(database, handbook(), MORNING)
    sender = Sender(database)
    parts = Counter(parcel.key[0] for parcel in sender.exchange(20))
    assert parts == {one: 10, other: 10}
    lone = Counter(parcel.key[0] for _ in range(10) for parcel in sender.exchange(1))
    assert lone == {one: 5, other: 5}


def test_who_said_stop_is_never_in_it(database: Database) -> None:
    add_people(database, [1], MORNING, reminders="stopped")
    add_people(database, [2], MORNING, consent_version=None)
    add_people(database, [3], MORNING, consent_version="2026.2")
    add_people(database, [4], MORNING, consent_version="2026.2", reminders="wanted")
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    sender = Sender(database)
    sender.send_all()
    assert sender.sent == [("4", number)]


def test_who_says_stop_after_the_approval_gets_nothing(database: Database) -> None:
    add_people(database, [1, 2], MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    with database.transaction() as transaction:
        state = load_state(transaction, "telegram", "1")
        assert state
        save_state(transaction, state, replace(state, account=replace(state.account, reminders="stopped")))
    sender = Sender(database)
    sender.send_all()
    assert sender.sent == [("2", number)]
    assert state_of(database, number).counts.dropped == 1


def test_unreachable_people_are_accounted_for_at_once(database: Database) -> None:
    add_people(database, range(3), MORNING)
    add_people(database, range(3, 8), MORNING, unreachable="blocked")
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    assert state_of(database, number).counts.unreachable == 5


def test_nothing_leaves_at_night(database: Database) -> None:
    add_people(database, range(5), MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    night = Sender(database, MORNING.replace(hour=13, minute=30))  # half past eight in the evening
    assert night.exchange() == []
    night.now += timedelta(hours=10, minutes=59)
    assert night.exchange() == []
    night.now += timedelta(minutes=1)
    parcels = night.exchange()
    assert len(parcels) == 5
    assert {parcel.until for parcel in parcels} == {MORNING.replace(day=2, hour=13, minute=30)}
    assert state_of(database, number).counts.claimed == 5


def test_one_a_day_and_three_a_week(database: Database) -> None:
    add_people(database, ["p"], MORNING)
    campaigns = [approved(database, MORNING, expires_at=MORNING + timedelta(days=20)) for _ in range(5)]
    sender = Sender(database)
    days = []
    for day in range(10):
        sender.now = MORNING + timedelta(days=day)
        tend(database, handbook(), sender.now)
        before = len(sender.sent)
        sender.send_all()
        days.append(len(sender.sent) - before)
    assert days == [1, 1, 1, 0, 0, 0, 0, 1, 1, 0]
    assert {number for _, number in sender.sent} == set(campaigns)


def test_what_is_more_important_comes_first(database: Database) -> None:
    add_people(database, ["p"], MORNING, reminders="wanted")
    reminder = approved(database, MORNING, kind="reminder", key="r")
    written = approved(database, MORNING)
    sender = Sender(database)
    tend(database, handbook(), MORNING)
    sender.send_all()
    sender.now += timedelta(days=1)
    sender.send_all()
    assert sender.sent == [("p", written), ("p", reminder)]


def test_a_dead_senders_copies_are_in_doubt_and_never_sent_by_themselves(database: Database) -> None:
    add_people(database, range(10), MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    dead, alive = Sender(database, name="dead"), Sender(database, name="alive")
    dead.exchange(4)
    assert run(database, partial(doubt_lost, alive=["alive"])) == 4
    check_sums(database)
    alive.send_all()
    counts = state_of(database, number).counts
    assert (counts.sent, counts.in_doubt) == (6, 4)
    # It was only slow: what it says settles the doubt.
    dead.exchange(0, [(parcel.key, Outcome("sent")) for parcel in dead.in_hand])
    assert state_of(database, number).counts.sent == 10


def test_what_did_not_leave_is_planned_again(database: Database) -> None:
    add_people(database, range(3), MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    sender = Sender(database)
    parcels = sender.exchange(3)
    sender.exchange(0, [(parcels[0].key, Outcome("planned")), (parcels[1].key, Outcome("refused"))])
    counts = state_of(database, number).counts
    assert (counts.planned, counts.refused, counts.claimed) == (1, 1, 1)


def test_nothing_leaves_while_paused_or_after_cancelling(database: Database) -> None:
    add_people(database, range(20), MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    sender = Sender(database)
    in_hand = sender.exchange(5)
    run(database, lambda transaction: _set_state(transaction, number, "paused"))
    assert sender.exchange(5, [(parcel.key, Outcome("sent")) for parcel in in_hand]) == []
    run(database, lambda transaction: _set_state(transaction, number, "cancelled"))
    tend(database, handbook(), MORNING)
    counts = state_of(database, number).counts
    assert (counts.sent, counts.dropped, counts.size) == (5, 15, 20)


def _set_state(transaction: object, number: int, state: str) -> None:
    current = load_campaign(transaction, number)  # type: ignore[arg-type]
    save_campaign(transaction, replace(current, state=state))  # type: ignore[arg-type]


def test_what_is_late_is_dropped_and_counted(database: Database) -> None:
    add_people(database, range(4), MORNING)
    number = approved(database, MORNING, expires_at=MORNING + timedelta(hours=1))
    tend(database, handbook(), MORNING)
    tend(database, handbook(), MORNING + timedelta(hours=1))
    campaign = state_of(database, number)
    assert (campaign.state, campaign.counts.dropped) == ("done", 4)
    late = approved(database, MORNING, expires_at=MORNING + timedelta(hours=1))
    tend(database, handbook(), MORNING + timedelta(hours=2))
    assert state_of(database, late).counts.dropped == 4


def test_an_erased_account_stays_in_the_sum(database: Database) -> None:
    add_people(database, ["gone", "here"], MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    with database.transaction() as transaction:
        state = load_state(transaction, "telegram", "gone")
        assert state
        save_state(transaction, state, None)
    check_sums(database)
    counts = state_of(database, number).counts
    assert (counts.planned, counts.unreachable) == (1, 1)


def test_the_database_refuses_counts_that_do_not_add_up(database: Database) -> None:
    add_people(database, ["p"], MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    with pytest.raises(IntegrityError), database.transaction() as transaction:
        move_counts(transaction, Counter({(number, "sent", "planned"): 1}))


def test_an_audience_is_frozen_portion_by_portion(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.tend_campaigns.FROZEN_AT_ONCE", 7)
    add_people(database, range(50), MORNING)
    number = approved(database, MORNING)
    tend(database, handbook(), MORNING)
    add_people(database, ["late"], MORNING)
    tend(database, handbook(), MORNING)
    assert state_of(database, number).counts.size == 50
