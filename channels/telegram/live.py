"""Keeps screens up to date that change by themselves, such as the progress of a campaign."""

import asyncio
import logging
from typing import Any

from aiogram.methods import EditMessageText

from channels.door import Door
from channels.telegram.failures import is_shown_already
from channels.telegram.receive import CHANNEL
from channels.telegram.sending import Sending, Showing
from channels.telegram.show import shown
from engine.errors import SendFailure
from engine.messages import Screen

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0


class Live:
    """At most one message in each chat: the last one, as long as its screen stands there."""

    def __init__(self, sending: Sending, door: Door, text_options: dict[str, Any]) -> None:
        self._sending = sending
        self._door = door
        self._text_options = text_options
        self._watches: dict[int, asyncio.Task[None]] = {}

    def watch(self, chat: int, message: int, screen: Screen, turn: int) -> None:
        """This screen was shown as this message, in the chat's turn; from now on it is the last one there."""
        if watch := self._watches.pop(chat, None):
            watch.cancel()
        if screen.is_live:
            watch = asyncio.create_task(self._watch(chat, message, screen, turn))
            self._watches[chat] = watch
            watch.add_done_callback(lambda done: self._forget(chat, done))

    def end(self) -> None:
        """Nobody looks any more."""
        for watch in self._watches.values():
            watch.cancel()

    def _forget(self, chat: int, watch: "asyncio.Task[None]") -> None:
        if self._watches.get(chat) is watch:
            del self._watches[chat]

    async def _watch(self, chat: int, message: int, screen: Screen, turn: int) -> None:
        try:
            while screen.is_live:
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                present = await self._door.present(CHANNEL, str(chat))
                now = present.screens[-1]
                if present.turn != turn or now.id != screen.id:
                    return
                if (now.html, now.buttons) != (screen.html, screen.buttons):
                    await self._edit(chat, message, now)
                screen = now
        except SendFailure as failure:  # the message is gone, or its chat: nobody looks at it
            log.info("action=telegram_live failed=%s", type(failure).__name__)
        except Exception:
            log.exception("action=telegram_live")

    async def _edit(self, chat: int, message: int, screen: Screen) -> None:
        look = shown(screen)
        fields = {"message_id": message, "text": look.html, "reply_markup": look.keyboard, **self._text_options}
        try:
            await self._sending.send(Showing(chat), EditMessageText, **fields)
        except SendFailure as failure:
            if not is_shown_already(failure):
                raise
