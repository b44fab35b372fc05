"""A process that sleeps beyond its leases and wakes up: what it had is another's by then, and it does no harm."""

import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from handlers.keep_calendar import LEASE_SECONDS as CALENDAR_SECONDS
from handlers.keep_calendar import hold_office
from handlers.senders import LEASE_SECONDS
from storage.database import open_database
from tests.faults.trial import Trial, fast_standin, nine, sender
from tests.postgres import FreshPostgres
from tests.server import Server

pytestmark = pytest.mark.slow

PEOPLE = 1000
FASTER = 5


@pytest.mark.timeout(180)
def test_a_sender_that_sleeps_beyond_its_lease(tmp_path: Path, fresh_postgres: FreshPostgres) -> None:
    """While it sleeps the other goes on; when it wakes up nobody gets a second copy."""
    began = datetime.now(UTC)
    with fast_standin(FASTER) as telegram:
        trial = Trial(telegram, fresh_postgres(), random.Random(7731))
        trial.plan(PEOPLE, nine(began))
        hooked = {
            "HOCTAP_DATABASE_URL": trial.url,
            "HOCTAP_KEY_DIR": str(tmp_path / "keys"),
            "HOCTAP_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram",
        }
        with (
            sender(tmp_path / "one", telegram, FASTER, began, **hooked) as one,
            sender(tmp_path / "two", telegram, FASTER, began, **hooked),
        ):
            trial.wait_for_copies()
            signal_to(one, signal.SIGSTOP)
            trial.look()
            copies, until = trial.answers, time.monotonic() + LEASE_SECONDS + 2
            while time.monotonic() < until:
                time.sleep(0.5)
            assert trial.answers > copies, "the other one did not go on"
            signal_to(one, signal.SIGCONT)
            trial.look()
            trial.wait_until_done(120)
        trial.check()


def signal_to(server: Server, number: int) -> None:
    assert server._process
    os.kill(server._process.pid, number)


def test_the_scheduler_s_lease_stays_with_who_works_under_it(fresh_postgres: FreshPostgres) -> None:
    """Whoever sleeps in a portion keeps the others out until it is done, or until PostgreSQL ends it."""
    url, now = fresh_postgres(), datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    database, order = open_database(url), []
    later = now + timedelta(seconds=CALENDAR_SECONDS + 1)

    def take_over() -> None:
        with database.transaction() as transaction:
            assert hold_office(transaction, "other", later)
            order.append("other")

    with database.transaction() as transaction:
        assert hold_office(transaction, "one", now)
    with database.transaction() as transaction:
        assert hold_office(transaction, "one", now + timedelta(seconds=1)), "nothing had to be written"
        waiting = Thread(target=take_over)
        waiting.start()
        while not is_somebody_waiting(url):
            assert not order
        order.append("one")
    waiting.join()
    assert order == ["one", "other"]
    with database.transaction() as transaction:
        assert not hold_office(transaction, "one", later)
    with database.looking() as transaction:
        asked = transaction.connection.execute(text("SHOW idle_in_transaction_session_timeout"))
        assert asked.scalar() == "30s"
    database.close()


def is_somebody_waiting(url: str) -> bool:
    database = open_database(url)
    try:
        with database.looking() as transaction:
            query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(transaction.connection.execute(query).scalar())
    finally:
        database.close()
