"""The Telegram side begins again whatever went wrong with it, while it was being loaded as well."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

import bot.telegram
from bot.settings import Settings
from bot.telegram import Telegram


class Forgetful(Telegram):
    """There is no memory for the library at first."""

    loaded = 0

    def __init__(self, settings: Settings, hoctap: Any) -> None:
        super().__init__(settings, hoctap, "test")
        self.runs = asyncio.Event()

    def _prepare(self) -> Any:
        self.loaded += 1
        if self.loaded == 1:
            raise MemoryError
        return self._live

    async def _live(self) -> None:
        self.runs.set()
        await asyncio.Event().wait()


def test_it_is_loaded_again_when_there_was_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.telegram, "SECONDS_AFTER_A_BUG", 0.0)
    hoctap: Any = None
    side = Forgetful(Settings(telegram_token=SecretStr("1:a")), hoctap)

    async def live() -> None:
        async with side.lifespan(Starlette()):
            await side.runs.wait()

    asyncio.run(asyncio.wait_for(live(), 10))
    assert side.loaded == 2
