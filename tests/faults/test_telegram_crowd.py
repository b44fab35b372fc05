"""Crowds on Telegram while everything goes wrong: everyone finishes, in order, and no answer is lost or doubled.

Time runs faster than at Telegram: its limits are multiplied, in the stand-in and in the settings alike. With
`--faster 1` they are Telegram's own; a thousand people then take 17 minutes.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crowd import Crowd
from tests.postgres import FreshPostgres
from tests.server import Server, running_server
from tests.standin import FloodLimits, Telegram, running_standin

KILLS = 20

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


Mischief = Callable[[Telegram, Server, Crowd], None]


@contextmanager
def bot(folder: Path, telegram: Telegram, faster: int, *, is_calm: bool, **more: str) -> Iterator[Server]:
    """`hoctap run` with a bot on the stand-in, under the limits of the stand-in."""
    folder.mkdir(exist_ok=True)
    settings = {
        **more,
        "HOCTAP_TELEGRAM_TOKEN": telegram.token,
        "HOCTAP_TELEGRAM_API": telegram.url,
        "HOCTAP_TELEGRAM_PER_SECOND": str(30 * faster),
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": str(faster),
    }
    with running_server(folder / "data", is_calm=is_calm, program=("bot", "run"), **settings) as server:
        yield server


@contextmanager
def limited_standin(faster: int) -> Iterator[Telegram]:
    limits = FloodLimits(per_second=30 * faster, chat_per_second=faster, chat_burst=3)
    with running_standin(limits, keep_calls=0, speed=20) as telegram:
        yield telegram


def database_of(server: Server) -> str:
    return f"sqlite:///{server.data}/hoctap.db"


@pytest.fixture
def faster(request: pytest.FixtureRequest) -> int:
    """How many times faster than Telegram."""
    return int(request.config.getoption("--faster"))


@pytest.fixture
def size(request: pytest.FixtureRequest) -> int:
    """How many people meet each fault."""
    return int(request.config.getoption("--crowd"))


def test_a_thousand_people_at_once_and_never_too_fast(tmp_path: Path, faster: int) -> None:
    with limited_standin(faster) as telegram, bot(tmp_path, telegram, faster, is_calm=True) as server:
        crowd = Crowd(telegram, 1000, patience_seconds=150)
        crowd.begin()
        crowd.wait(200 + 1200 / faster)
        crowd.check(database_of(server))
        assert telegram.refusals == []
        assert sum(citizen.pressed_again for citizen in crowd.citizens.values()) == 0


def cut_the_network_for_ten_seconds(telegram: Telegram, server: Server, crowd: Crowd) -> None:
    assert not crowd.wait(3), "all was over before anything went wrong"
    telegram.faults.cut()
    crowd.wait(10)
    telegram.faults.restore()


def answer_every_twentieth_call_with_an_error(telegram: Telegram, server: Server, crowd: Crowd) -> None:
    telegram.faults.fail_share = 0.05


def deliver_everything_twice_and_out_of_order(telegram: Telegram, server: Server, crowd: Crowd) -> None:
    telegram.faults.duplicate = telegram.faults.shuffle = True


def kill_the_bot_twenty_times(telegram: Telegram, server: Server, crowd: Crowd) -> None:
    chance, kills = random.Random(7731), 0
    while kills < KILLS and not crowd.wait(chance.uniform(1.8, 3.0)):
        server.kill()
        server.start()
        kills += 1
    assert kills == KILLS, "all was over before the bot was killed often enough"


@pytest.mark.parametrize(
    "mischief",
    [
        cut_the_network_for_ten_seconds,
        answer_every_twentieth_call_with_an_error,
        deliver_everything_twice_and_out_of_order,
        kill_the_bot_twenty_times,
    ],
)
def test_everyone_finishes_all_the_same(mischief: Mischief, tmp_path: Path, faster: int, size: int) -> None:
    with limited_standin(faster) as telegram, bot(tmp_path, telegram, faster, is_calm=False) as server:
        crowd = Crowd(telegram, size)
        crowd.begin()
        mischief(telegram, server, crowd)
        crowd.wait(300)
        crowd.check(database_of(server))


@pytest.mark.parametrize("is_one_killed", [False, True])
def test_two_processes_behind_one_address(
    is_one_killed: bool, tmp_path: Path, fresh_postgres: FreshPostgres, faster: int, size: int
) -> None:
    """On PostgreSQL, by webhook. Each gets half of the budget; one may be killed at random, and come back."""
    hooked = {
        "HOCTAP_DATABASE_URL": fresh_postgres(),
        "HOCTAP_KEY_DIR": str(tmp_path / "keys"),
        "HOCTAP_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram",
    }
    chance = random.Random(7731)
    with (
        limited_standin(faster) as telegram,
        bot(tmp_path / "one", telegram, faster, is_calm=False, **hooked) as one,
        bot(tmp_path / "two", telegram, faster, is_calm=False, **hooked) as two,
    ):
        telegram.webhook_targets = [one.url, two.url]
        telegram.wait(lambda telegram: telegram.counts["setwebhook", 200] == 2, seconds=30)
        crowd = Crowd(telegram, size)
        crowd.begin()
        kills = 0
        while is_one_killed and kills < 3:
            assert not crowd.wait(chance.uniform(1.0, 2.5)), "all was over before one was killed often enough"
            victim = chance.choice([one, two])
            victim.kill()
            crowd.wait(chance.uniform(0.5, 2.0))
            victim.start()
            kills += 1
        crowd.wait(300)
        crowd.check(hooked["HOCTAP_DATABASE_URL"])
        assert telegram.refusals == []
