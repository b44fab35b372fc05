"""Messages that wait for the next visit: which are shown, how often, what the ledger says. On both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from benchmarks.queries import recorded
from engine.campaigns.audience import AudienceRule
from engine.campaigns.ledger import Counts
from engine.campaigns.life import CampaignState, Kind
from engine.campaigns.message import Message, MessageButton
from engine.messages import Incoming
from engine.state import Session
from handlers.converse import Reply, converse, present, visit
from storage.campaigns import load_campaign, save_campaign
from storage.database import Database
from storage.deliveries import count_rows
from storage.states import load_state, save_state
from tests.campaigns import add_officer, add_people, approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.counting import keys

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
"""Nine o'clock at home."""
HALF_WAY = Message({"vi": "Bạn dừng ở câu {question}/{questions}."}, (MessageButton("continue"),))
MESSAGE = "campaign"


class Browser:
    """Somebody on the web; a clock in their hand."""

    def __init__(self, database: Database, address: str = "w", now: datetime = MORNING) -> None:
        self.database, self.address, self.now = database, address, now

    def visit(self, *, repeats: bool = True) -> list[str]:
        """Opens the page: the texts of the messages on it."""
        work = partial(
            visit, handbook=handbook(), channel="web", address=self.address, now=self.now, repeats=repeats
        )
        return self._messages(work)

    def say(self, text: str, turn: int | None = None) -> list[str]:
        """Types: the texts of the messages that came along."""
        incoming = Incoming("web", self.address, text=text, answers_turn=turn)
        return self._messages(partial(converse, handbook=handbook(), keys=keys(), incoming=incoming, now=self.now))

    def _messages(self, work: "partial[Reply]") -> list[str]:
        *messages, screen = run(self.database, work).screens
        check_sums(self.database)
        assert screen.id != MESSAGE
        assert all(each.id == MESSAGE and not each.replaces for each in messages)
        return [str(each.html) for each in messages]


def written(text: str) -> Message:
    return Message({"vi": text})


def send(database: Database, message: Message, kind: Kind = "campaign", **fields: Any) -> int:
    """A message that waits for everybody on the web: its number."""
    number = approved(database, MORNING, message=message, kind=kind, **fields)
    tend(database, handbook(), MORNING)
    return number


def counts_of(database: Database, number: int) -> Counts:
    return state_of(database, number).counts


def set_state(database: Database, number: int, state: CampaignState) -> None:
    with database.transaction() as transaction:
        save_campaign(transaction, replace(load_campaign(transaction, number), state=state))


def test_a_message_waits_until_the_next_visit_and_counts_once(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    number = send(database, written("Chào <b>{commune}</b>."))
    assert counts_of(database, number) == Counts(waiting=1)
    browser = Browser(database)
    browser.now += timedelta(days=2)
    assert browser.visit() == ["Chào <b>Phường Tô Hiệu</b>."]
    assert counts_of(database, number) == Counts(sent=1)
    browser.now += timedelta(minutes=10)
    assert browser.visit() == ["Chào <b>Phường Tô Hiệu</b>."], "the first answer may have been lost"
    assert browser.visit(repeats=False) == []
    browser.now += timedelta(seconds=1)
    assert browser.visit() == []
    assert counts_of(database, number) == Counts(sent=1)


def test_looking_without_a_visit_shows_and_changes_nothing(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    number = send(database, written("Chào."))
    look = partial(present, handbook=handbook(), channel="web", address="w", link="", now=MORNING)
    assert len(run(database, look).screens) == 1
    assert counts_of(database, number) == Counts(waiting=1)


def test_a_chat_that_stays_open_gets_it_with_the_next_answer(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    send(database, written("Chào."))
    browser = Browser(database)
    assert browser.say("/help") == ["Chào."]
    assert browser.say("/help") == [], "it stands above"
    assert browser.say("/help", turn=5) == ["Chào."], "sent twice: the first answer was lost"


def test_one_a_day_the_most_important_first(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web", reminders="wanted")
    reminder = send(database, written("reminder"), kind="reminder", key="r")
    first = send(database, written("first"))
    second = send(database, written("second"))
    browser = Browser(database)
    days = []
    for _ in range(6):
        days.append(browser.visit())
        assert browser.say("/help") == []
        browser.now += timedelta(days=1)
    assert days == [["second"], ["first"], ["reminder"], [], [], []]
    assert [counts_of(database, each).sent for each in (reminder, first, second)] == [1, 1, 1]


def test_three_a_week(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    for number in range(5):
        send(database, written(str(number)), expires_at=MORNING + timedelta(days=20))
    browser = Browser(database)
    days = []
    for _ in range(10):
        days.append(len(browser.visit()))
        browser.now += timedelta(days=1)
    assert days == [1, 1, 1, 0, 0, 0, 0, 1, 1, 0]


def test_what_calm_does_not_allow_in_time_is_dropped(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    short = send(database, written("short"), expires_at=MORNING + timedelta(hours=8))
    send(database, written("long"))
    assert Browser(database).visit() == ["long"]
    assert counts_of(database, short) == Counts(dropped=1)


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_what_is_not_on_its_way_is_not_shown(database: Database, state: CampaignState) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    number = send(database, written("Chào."))
    set_state(database, number, state)
    browser = Browser(database)
    assert browser.visit() == browser.say("/help") == []


def test_what_has_expired_is_not_shown_and_counted(database: Database) -> None:
    add_people(database, ["w"], MORNING, channel="web")
    number = send(database, written("Chào."), expires_at=MORNING + timedelta(hours=1))
    browser = Browser(database, now=MORNING + timedelta(hours=1))
    assert browser.visit() == []
    tend(database, handbook(), browser.now)
    assert counts_of(database, number) == Counts(dropped=1)


def test_who_says_stop_sees_none_and_the_ledger_says_why(database: Database) -> None:
    add_people(database, ["w", "x"], MORNING, channel="web")
    number = send(database, written("Chào."))
    stopping, seeing = Browser(database, "w"), Browser(database, "x")
    assert stopping.say("/stop") == stopping.visit() == []
    assert seeing.visit() == ["Chào."]
    seeing.say("/stop")
    assert seeing.visit() == [], "not even again"
    assert counts_of(database, number) == Counts(sent=1, dropped=1)
    assert reasons(database, number) == {("dropped", "stopped"), ("sent", None)}


def reasons(database: Database, number: int) -> set[tuple[str, str | None]]:
    """(state, reason) of all recipients."""
    return set(run(database, partial(count_rows, campaign_id=number)))


def test_what_is_not_true_any_more_is_dropped(database: Database) -> None:
    add_people(database, ["w", "x"], MORNING, channel="web")
    for address in "wx":
        begin(database, address)
    number = send(database, HALF_WAY, audience=AudienceRule(progress=("half_way",)))
    assert counts_of(database, number) == Counts(waiting=2)
    assert Browser(database, "w").visit() == ["Bạn dừng ở câu 2/20."]
    with database.transaction() as transaction:
        state = load_state(transaction, "web", "x")
        assert state
        save_state(transaction, state, state.without_session(0, finished=False))
    assert Browser(database, "x").visit() == []
    assert counts_of(database, number) == Counts(sent=1, dropped=1)
    assert reasons(database, number) == {("dropped", "no_longer"), ("sent", None)}


def begin(database: Database, address: str) -> None:
    """Answers the first question."""
    session = Session(0, "farmer", "2026.1", 2026, MORNING, {"q01": 1}, position="q02")
    with database.transaction() as transaction:
        state = load_state(transaction, "web", address)
        assert state
        save_state(transaction, state, state.with_session(session))


def test_staff_get_their_notices_whatever_they_had_and_without_consent(database: Database) -> None:
    (number,) = add_people(database, ["w"], MORNING, channel="web", consent_version=None)
    add_officer(database, number)
    to_officers = AudienceRule(staff=("campaigns",))
    notices = [send(database, written(key), kind="notice", key=key, audience=to_officers) for key in "ab"]
    browser = Browser(database)
    assert browser.visit() == ["b", "a"]
    assert browser.visit() == ["b", "a"]
    assert {counts_of(database, each) for each in notices} == {Counts(sent=1)}


def test_nothing_waits_where_one_can_write_first(database: Database) -> None:
    add_people(database, ["t"], MORNING)
    number = send(database, written("Chào."))
    look = partial(visit, handbook=handbook(), channel="telegram", address="t", now=MORNING, repeats=True)
    assert len(run(database, look).screens) == 1
    assert counts_of(database, number) == Counts(planned=1)


@pytest.mark.parametrize("consent", [None, "2026.3"])
def test_it_takes_no_query_more_where_nothing_waits(database: Database, consent: str | None) -> None:
    add_people(database, ["w"], MORNING, channel="web", consent_version=consent)
    with database.transaction() as transaction, recorded(database) as statements:
        visit(transaction, handbook(), "web", "w", MORNING, repeats=True)
    assert len(statements) == 1
