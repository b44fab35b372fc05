"""A campaign on its way to many people on the stand-in, and what the ledger must say of it whatever goes wrong.

What arrived, the stand-in's own record says. Time may run faster than at Telegram: its limits are multiplied, in
the stand-in and in the settings alike.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.campaigns.life import LASTS, CampaignState
from engine.state import HOME_ZONE
from storage.campaigns import load_campaign, save_campaign
from storage.database import Database, Transaction, open_database
from storage.tables import account, delivery
from tests.campaigns import add_people, approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.server import Server, running_server
from tests.standin import FloodLimits, Person, Seen, Telegram, running_standin
from tests.standin.people import BLOCKED, DEACTIVATED, NEVER_STARTED

REFUSALS = {1: BLOCKED, 2: DEACTIVATED, 3: NEVER_STARTED}
UNKNOWN, STOPPED = 4, 7
"""Of each hundred these cannot be written to, are not known to the stand-in, say stop before anything is sent."""
UNKNOWN_CHATS = 900_000_000_000


@dataclass
class Trial:
    """A campaign to many people, and what may have become of it."""

    telegram: Telegram
    url: str
    chance: random.Random
    number: int = 0
    copies: Counter[str] = field(default_factory=Counter)
    """Chat → how many copies have arrived there."""
    number_of_copies: int = 0
    in_doubt: int = 0
    """Both as they were at the end."""
    at_risk: int = 0
    """Copies that were in somebody's hands when something broke: so many may be in doubt."""

    @contextmanager
    def ledger(self) -> Iterator[Database]:
        """To be looked at: what one transaction reads belongs together."""
        database = open_database(self.url)
        level = "SERIALIZABLE" if database.is_sqlite else "REPEATABLE READ"
        try:
            yield Database(database.engine.execution_options(isolation_level=level))
        finally:
            database.close()

    def plan(self, many: int, now: datetime) -> None:
        """Writes everybody down; a few of them cannot be reached, or say stop before it begins."""
        chats = [self._meet(place) for place in range(many)]
        with self.ledger() as database:
            add_people(database, chats, now)
            self.number = approved(database, now, expires_at=now + LASTS)
            tend(database, handbook(), now)
            these = account.c.address.in_([str(chat) for chat in chats[STOPPED::100]])
            run(database, lambda t: t.connection.execute(update(account).where(these).values(reminders="stopped")))
        self.telegram.on_reply(self._see)

    def _meet(self, place: int) -> int:
        person = self.telegram.person()
        person.chat.refusal = REFUSALS.get(place % 100, "")
        return UNKNOWN_CHATS + place if place % 100 == UNKNOWN else person.chat_id

    def _see(self, person: Person, seen: Seen) -> None:
        if seen.text.startswith("Bà con"):
            self.copies[str(person.chat_id)] += 1

    @property
    def answers(self) -> int:
        """How often the stand-in has answered to a copy, whatever it said."""
        return sum(count for (method, _), count in self.telegram.counts.items() if method == "sendmessage")

    def wait_for_copies(self, seconds: float = 60) -> None:
        """Until another one has left."""
        before = self.answers
        self.telegram.wait(lambda _: self.answers > before, seconds)

    def wait_until_done(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        with self.ledger() as database:
            while (campaign := state_of(database, self.number)).state != "done":
                assert time.monotonic() < until, campaign.counts
                time.sleep(0.5)

    def put(self, state: CampaignState) -> None:
        """Pauses it, or lets it go on."""

        def work(transaction: Transaction) -> None:
            campaign = load_campaign(transaction, self.number, for_change=True)
            save_campaign(transaction, replace(campaign, state=state))

        with self.ledger() as database:
            run(database, work)

    def note_at_risk(self, transaction: Transaction) -> None:
        """What is in somebody's hands at this moment may be lost."""
        claimed = select(func.count()).where(delivery.c.state == "claimed")
        self.at_risk += transaction.connection.execute(claimed).scalar_one()

    def note_hands(self) -> None:
        """See `note_at_risk`; where no database can be asked, nobody can claim anything either."""
        with suppress(DBAPIError), self.ledger() as database:
            run(database, self.note_at_risk)

    def cut_network(self) -> None:
        """While nobody can write into the ledger: so it is known what was on its way."""
        with self.ledger() as database, database.transaction() as transaction:
            if not database.is_sqlite:
                transaction.connection.execute(text("LOCK TABLE delivery IN EXCLUSIVE MODE"))
            self.note_at_risk(transaction)
            self.telegram.faults.cut()
        time.sleep(self.chance.uniform(0.2, 1.0))
        self.telegram.faults.restore()

    def look(self) -> None:
        """After a process died: everybody is in exactly one state, and nobody has two copies."""
        with self.ledger() as database:
            check_sums(database)
            run(database, self.note_at_risk)
        assert max(self.copies.values(), default=1) == 1

    def check(self) -> None:
        """At the end."""
        query = (
            select(account.c.address, delivery.c.state)
            .join(delivery, delivery.c.account_id == account.c.id)
            .where(delivery.c.campaign_id == self.number)
        )
        with self.ledger() as database:
            check_sums(database)
            counts = state_of(database, self.number).counts
            states = {row[0]: row[1] for row in run(database, lambda t: t.connection.execute(query).all())}
        self.number_of_copies, self.in_doubt = counts.size, counts.in_doubt
        assert counts.size == len(states)
        assert set(states.values()) <= {"sent", "unreachable", "refused", "in_doubt", "dropped"}
        may_have = {"sent": {1}, "in_doubt": {0, 1}}
        wrong = {
            (state, self.copies[chat])
            for chat, state in states.items()
            if self.copies[chat] not in may_have.get(state, {0})
        }
        assert not wrong
        assert counts.in_doubt <= self.at_risk + self.telegram.faults.failed
        assert counts.dropped == len(range(STOPPED, len(states), 100))
        assert counts.sent > len(states) / 2


@contextmanager
def fast_standin(faster: int) -> Iterator[Telegram]:
    with running_standin(limits_of(faster), keep_calls=0, speed=20) as telegram:
        yield telegram


def limits_of(faster: int) -> FloodLimits:
    return FloodLimits(per_second=30 * faster, chat_per_second=faster, chat_burst=3)


@contextmanager
def sender(folder: Path, telegram: Telegram, faster: int, began: datetime, **more: str) -> Iterator[Server]:
    """`hoctap run` in the morning, under the limits of the stand-in."""
    folder.mkdir(exist_ok=True)
    settings = {
        "NINE_AT": str(began.timestamp()),
        "HOCTAP_TELEGRAM_TOKEN": telegram.token,
        "HOCTAP_TELEGRAM_API": telegram.url,
        "HOCTAP_TELEGRAM_PER_SECOND": str(30 * faster),
        "HOCTAP_CAMPAIGN_PER_SECOND": str(25 * faster),
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": str(faster),
        **more,
    }
    with running_server(folder / "data", is_calm=False, program=("tests.at_nine",), **settings) as server:
        yield server


def nine(began: datetime) -> datetime:
    """What the processes take this moment for."""
    return began.astimezone(HOME_ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
