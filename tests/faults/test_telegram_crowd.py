"""Crowds on Telegram: everyone finishes, in order, and the limits are kept. With faults: test_storm.py.

Time runs faster than at Telegram: its limits are multiplied, in the stand-in and in the settings alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crowd import Crowd
from tests.postgres import FreshPostgres
from tests.server import Server, running_server
from tests.standin import FloodLimits, Telegram, running_standin

PEOPLE, FASTER = 60, 12

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@contextmanager
def bot(folder: Path, telegram: Telegram, *, is_calm: bool, **more: str) -> Iterator[Server]:
    """`hoctap run` with a bot on the stand-in, under the limits of the stand-in."""
    folder.mkdir(exist_ok=True)
    settings = {
        **more,
        "HOCTAP_TELEGRAM_TOKEN": telegram.token,
        "HOCTAP_TELEGRAM_API": telegram.url,
        "HOCTAP_TELEGRAM_PER_SECOND": str(30 * FASTER),
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": str(FASTER),
    }
    with running_server(folder / "data", is_calm=is_calm, program=("bot", "run"), **settings) as server:
        yield server


@contextmanager
def limited_standin() -> Iterator[Telegram]:
    limits = FloodLimits(per_second=30 * FASTER, chat_per_second=FASTER, chat_burst=3)
    with running_standin(limits, keep_calls=0, speed=20) as telegram:
        yield telegram


def test_many_people_at_once_and_never_too_fast(tmp_path: Path) -> None:
    with limited_standin() as telegram, bot(tmp_path, telegram, is_calm=True) as server:
        crowd = Crowd(telegram, PEOPLE, patience_seconds=150)
        crowd.begin()
        crowd.wait(300)
        crowd.check(f"sqlite:///{server.data}/hoctap.db")
        assert telegram.refusals == []
        assert sum(citizen.pressed_again for citizen in crowd.citizens.values()) == 0


def test_two_processes_behind_one_address_share_the_limit(tmp_path: Path, fresh_postgres: FreshPostgres) -> None:
    """On PostgreSQL, by webhook. Each gets half of the budget."""
    hooked = {
        "HOCTAP_DATABASE_URL": fresh_postgres(),
        "HOCTAP_KEY_DIR": str(tmp_path / "keys"),
        "HOCTAP_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram",
    }
    with (
        limited_standin() as telegram,
        bot(tmp_path / "one", telegram, is_calm=False, **hooked) as one,
        bot(tmp_path / "two", telegram, is_calm=False, **hooked) as two,
    ):
        telegram.webhook_targets = [one.url, two.url]
        telegram.wait(lambda telegram: telegram.counts["setwebhook", 200] == 2, seconds=120)
        crowd = Crowd(telegram, PEOPLE // 3)
        crowd.begin()
        crowd.wait(300)
        crowd.check(hooked["HOCTAP_DATABASE_URL"])
        assert telegram.refusals == []
