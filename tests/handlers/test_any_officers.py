"""Officers press and type whatever they like, copies leave, senders die: campaigns stay what they may be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from engine.campaigns.ledger import Key, Outcome
from engine.campaigns.life import ON_THEIR_WAY, STEPS, Campaign, CampaignState
from engine.campaigns.message import MOST_BUTTONS
from engine.campaigns.rules import SendingRules
from engine.conversation.asking import CHOSEN
from engine.conversation.turn import ACTS
from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.messages import LONGEST_ACTION, LONGEST_CHOICE_LABEL, Incoming, Screen
from handlers.converse import converse, present
from handlers.deliver import Parcel, exchange
from handlers.senders import doubt_lost
from storage.campaigns import load_campaigns
from storage.database import Database, Transaction, open_database
from storage.tables import metadata
from tests.campaigns import add_people, check_sums, run, tend
from tests.chats import handbook
from tests.counting import invite_somebody, keys

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 10, 1, 2, tzinfo=UTC)
MOST_ALONE = 3
OFFICERS = {"a": PROVINCE, "b": PROVINCE, "c": "03667"}

WORDS = [
    "/campaign",
    "/start",
    "/help",
    "/theme Học suốt đời",
    "Chào bà con {commune}, còn {days_left} ngày.",
    "Bạn dừng ở câu {question}.",
    "Chào {name}",
    "}",
    "x" * 2000,
    "\0\ud800",
    "Xem | https://example.com",
    "Xem | javascript:alert(1)",
    "5/10 8:00",
    "31/12/9999 23:59",
    "chieng an",
    "muong",
    "1",
    "quay lai",
]
WHOLE_WAY = ("/campaign", "viet tin moi", "viet tin cua minh", "Chào bà con.", "gui thu cho toi", "gui duyet")
FORGED = [verb for verb in sorted(ACTS) if verb.startswith("campaign_")]
FROM_NOTICES = ["message:approve", "message:return", "message:campaign"]
FIXED = frozenset({*ON_THEIR_WAY, "done", "cancelled"})
"""In these states text and audience change no more."""
AGAIN: tuple[CampaignState, CampaignState] = ("done", "sending")
"""Those in doubt are sent to once more."""


@cache
def strict_handbook() -> Handbook:
    """A second officer is needed early."""
    return replace(handbook(), rules=SendingRules(most_alone=MOST_ALONE))


@pytest.fixture(scope="module")
def memory() -> Iterator[Database]:
    database = open_database("sqlite://")
    yield database
    database.close()


def empty(database: Database) -> None:
    with database.transaction() as transaction:
        for table in reversed(metadata.sorted_tables):
            transaction.connection.execute(delete(table))


class Office:
    """Three officers, a few citizens, and what sends."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, MORNING
        self.turn = 0
        empty(database)
        add_people(database, range(4), MORNING, communes=["03667", "03646"])
        add_people(database, range(10, 13), MORNING, communes=["03667"], channel="web")
        for name, unit in OFFICERS.items():
            invite_somebody(database, strict_handbook(), unit, f"token{name}xx", MORNING, "campaigns")
            self.take(name, Incoming("test", name, text="/start c03667"))
            self.take(name, Incoming("test", name, text=f"/start inv_token{name}xx"))
            for words in WHOLE_WAY:
                self.take(name, Incoming("test", name, text=words))

    def take(self, name: str, incoming: Incoming) -> None:
        before = self.campaigns()
        work = partial(converse, handbook=strict_handbook(), keys=keys(), incoming=incoming, now=self.now)
        for screen in run(self.database, work).screens:
            check_screen(screen)
        self.check(before, most_steps=1)

    def actions(self, name: str) -> list[str]:
        """What can be pressed on somebody's screen; the main way on, and the way to campaigns, more often."""
        work = partial(present, handbook=strict_handbook(), channel="test", address=name, link="", now=self.now)
        screen = run(self.database, work).screens[-1]
        buttons = [button for button in screen.flat_buttons if button.action]
        main = [button.action for button in buttons if button.kind == "main"]
        return [*(button.action for button in buttons), *main * 3, *["message:campaign:1"] * 2]

    def send(self, room: int) -> None:
        """Copies leave, and what came of them is written down."""
        before = self.campaigns()
        tend(self.database, strict_handbook(), self.now)
        found = run(self.database, partial(self._exchange, outcomes=[], room=room))
        run(
            self.database, partial(self._exchange, outcomes=[(each.key, Outcome("sent")) for each in found], room=0)
        )
        self.check(before, most_steps=9)

    def die(self, room: int) -> None:
        """A sender is killed with copies in its hands."""
        before = self.campaigns()
        run(self.database, partial(self._exchange, outcomes=[], room=room))
        run(self.database, partial(doubt_lost, alive=[]))
        self.check(before, most_steps=0)

    def wait(self, much: int) -> None:
        """Some hours, or some days."""
        self.now += timedelta(hours=much**3)

    def _exchange(self, transaction: Transaction, outcomes: list[tuple[Key, Outcome]], room: int) -> list[Parcel]:
        self.turn += 1
        return exchange(transaction, strict_handbook(), "s", outcomes, room, self.turn, self.now)

    def campaigns(self) -> dict[int, Campaign]:
        found = run(self.database, partial(load_campaigns, kinds=["campaign"]))
        return {each.id: each for each in found}

    def check(self, before: dict[int, Campaign], most_steps: int) -> None:
        check_sums(self.database)
        for number, campaign in self.campaigns().items():
            was = before.get(number)
            assert was or campaign.state == "draft"
            if was:
                check_change(was, campaign, most_steps)


def check_screen(screen: Screen) -> None:
    assert screen.html.strip()
    assert screen.flat_buttons or screen.id == "campaign", "only a notice leads nowhere"
    for button in screen.flat_buttons:
        assert len(button.action.encode()) <= LONGEST_ACTION
        assert len(button.label.removeprefix(CHOSEN)) <= LONGEST_CHOICE_LABEL


def check_change(was: Campaign, campaign: Campaign, most_steps: int) -> None:
    assert campaign.state in reachable(was.state, most_steps)
    assert len(campaign.message.buttons) <= MOST_BUTTONS
    if was.state in FIXED:
        assert (campaign.message, campaign.audience) == (was.message, was.audience)
    if was.state != "approved" and campaign.state == "approved":
        assert campaign.is_tested
        assert campaign.reach
        assert campaign.reach.size <= MOST_ALONE or campaign.approved_by != campaign.submitted_by


def reachable(state: CampaignState, most_steps: int) -> set[CampaignState]:
    states = {state}
    for _ in range(most_steps):
        states |= {after for each in states for before, after in STEPS.values() if each in before}
        states |= {AGAIN[1]} if AGAIN[0] in states else set()
    return states


def one_thing(office: Office, data: st.DataObject) -> None:
    """What happens next: mostly that somebody presses a button that they see."""
    kind = data.draw(st.sampled_from(["button"] * 6 + ["words", "forged", "notice", "send", "die", "time"]))
    name = data.draw(st.sampled_from(sorted(OFFICERS)))
    if kind == "button":
        incoming = Incoming("test", name, action=data.draw(st.sampled_from(office.actions(name))))
    elif kind == "words":
        incoming = Incoming("test", name, text=data.draw(st.sampled_from(WORDS)))
    elif kind in ("forged", "notice"):
        verb = data.draw(st.sampled_from(FORGED if kind == "forged" else FROM_NOTICES))
        number = data.draw(st.sampled_from(sorted(office.campaigns())))
        incoming = Incoming("test", name, action=f"{verb}:{number}")
    else:
        much = data.draw(st.integers(1, 5))
        note(f"{kind} {much}")
        {"send": office.send, "die": office.die, "time": office.wait}[kind](much)
        return
    note(f"{name}: {incoming.action or incoming.text!r}")
    office.take(name, incoming)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_campaigns_stay_what_they_may_be(memory: Database, data: st.DataObject) -> None:
    office = Office(memory)
    for _ in range(data.draw(st.integers(0, 60))):
        one_thing(office, data)
