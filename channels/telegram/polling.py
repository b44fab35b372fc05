"""Fetches updates by long polling: one process, no public address needed."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramNotFound
from aiogram.methods import DeleteWebhook, GetUpdates

from channels.telegram.channel import KINDS
from channels.telegram.insist import insist

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 25
MOST_UPDATES = 100  # the Bot API's own limit
ANSWER_PATIENCE_SECONDS = 0.25
"""How long a batch of updates waits for its answers to leave before it is confirmed to Telegram."""

SECONDS_AFTER_NONSENSE = 5.0

Take = Callable[[object, float], Awaitable[None]]


class Polling:
    """Fetches until it is cancelled. A batch is confirmed when all of it is on the disk: a crash loses none."""

    def __init__(self, bot: Bot, take: Take) -> None:
        self._bot = bot
        self._take = take
        self._confirmed: int | None = None

    async def run(self) -> None:
        """Never ends by itself: whatever the network or Telegram does, it goes on when they are back."""
        with contextlib.suppress(TelegramBadRequest, TelegramNotFound):  # a server that knows no webhooks
            delete = DeleteWebhook(drop_pending_updates=False)
            await insist(self._bot, delete, give_up_on=(TelegramBadRequest, TelegramNotFound))
        while True:
            get_updates = self._get_updates(LONG_POLL_SECONDS)
            await self._take_all(await insist(self._bot, get_updates, timeout_seconds=LONG_POLL_SECONDS + 10))

    async def confirm(self, seconds: float) -> None:
        """At the end: tells Telegram what was taken, so that it is not delivered again."""
        if self._confirmed is not None:
            try:
                await self._bot(self._get_updates(0, limit=1), request_timeout=max(1, int(seconds)))
            except AiogramError as error:
                log.info("action=telegram_confirm failed=%s", type(error).__name__)

    def _get_updates(self, timeout: int, limit: int = MOST_UPDATES) -> GetUpdates:
        offset = None if self._confirmed is None else self._confirmed + 1
        return GetUpdates(offset=offset, limit=limit, timeout=timeout, allowed_updates=list(KINDS))

    async def _take_all(self, updates: Any) -> None:
        listed = updates if isinstance(updates, list) else []
        numbered = [each for each in listed if isinstance(each, dict) and isinstance(each.get("update_id"), int)]
        numbered.sort(key=lambda each: each["update_id"])
        await asyncio.gather(*(self._take(each, ANSWER_PATIENCE_SECONDS) for each in numbered))
        if numbered:
            self._confirmed = numbered[-1]["update_id"]
        elif updates:  # what cannot be confirmed comes again at once
            log.warning("action=telegram_getUpdates: nothing that can be read")
            await asyncio.sleep(SECONDS_AFTER_NONSENSE)
