"""Whatever Telegram, or someone in its place, delivers: nothing is raised, no word of it logged, memory is flat."""

import asyncio
import logging
import random
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramServerError
from aiogram.methods import EditMessageText
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.machine import memory_mb
from bot.bootstrap import Hoctap
from bot.runner import make_runner
from channels.telegram.channel import TelegramChannel
from channels.telegram.crowding import Crowding
from channels.telegram.limits import Limits
from channels.telegram.replies import Replies
from channels.telegram.session import Kind, LeanSession
from engine.pacing import Pace
from storage.database import open_database
from tests.channels.telegram.random_updates import RandomUpdates
from tests.chats import Clock, handbook
from tests.counting import keys

pytestmark = pytest.mark.slow

NO_LIMITS = Pace(per_second=10**6, chat_per_second=10.0**6, chat_burst=10**6)
MANY = 20_000


class NoNetwork(LeanSession):
    """Telegram takes most requests and refuses some, without a network."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def call(self, bot: Bot, kind: Kind, fields: Any) -> Any:
        await asyncio.sleep(0)
        drawn = self._chance.random()
        method = kind.model_construct()
        if drawn < 0.02 and kind is EditMessageText:
            raise TelegramBadRequest(method, "Bad Request: message is not modified")
        if drawn < 0.03:
            raise TelegramForbiddenError(method, "Forbidden: bot was blocked by the user")
        if drawn < 0.04:
            raise TelegramServerError(method, "Bad Gateway")
        return {"message_id": 1, "photo": [{"file_id": "x", "file_size": 1}], "document": {"file_id": "y"}}


async def take_all(folder: Path, updates: list[Any] | RandomUpdates, count: int) -> float:
    """How many megabytes the process grew after the first quarter."""
    database = open_database(f"sqlite:///{folder}/hoctap.db")
    runner = make_runner(database)
    raised: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))
    hoctap, session = Hoctap(handbook(), runner, Clock(), keys()), NoNetwork(random.Random(7731))
    bot = Bot("123456:TEST", session=session)
    limits = Limits(NO_LIMITS)
    limits.share(NO_LIMITS.per_second)
    replies = Replies(bot, session, hoctap, limits)
    channel = TelegramChannel(bot, hoctap, hoctap.speak, replies, Crowding(per_second=10.0**6))
    after_a_quarter = 0.0
    try:
        for done in range(0, count, 100):
            some = [updates.next() if isinstance(updates, RandomUpdates) else updates[done + n] for n in range(100)]
            await asyncio.gather(*(channel.take(each, 0.0) for each in some))
            if done <= count // 4:
                after_a_quarter = memory_mb()
        await replies.drain(10)
        with database.transaction() as transaction:
            turns = transaction.connection.exec_driver_sql("SELECT sum(turn) FROM account").scalar() or 0
    finally:
        runner.close()
        database.close()
    assert raised == []
    assert turns > count // 50, "most of it must not be noise"
    return memory_mb() - after_a_quarter


def check_log(caplog: pytest.LogCaptureFixture) -> None:
    worse = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert worse == []
    assert "💥" not in caplog.text


@pytest.mark.timeout(300)
def test_twenty_thousand_and_memory_is_flat(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    grown = asyncio.run(take_all(tmp_path, RandomUpdates(random.Random(2026)), MANY))
    check_log(caplog)
    assert grown < 12, f"{grown:.1f} MB"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.floats(0, 0.3))
def test_any_hundred(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, chance: random.Random, broken: float
) -> None:
    drawn = RandomUpdates(random.Random(chance.getrandbits(64)), broken)
    asyncio.run(take_all(tmp_path, [drawn.next() for _ in range(100)], 100))
    check_log(caplog)
