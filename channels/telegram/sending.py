"""Gets one message to Telegram: when it may leave, again until it is there, and not at all if it is not wanted."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter

from channels.door import Door
from channels.telegram.failures import failure_of
from channels.telegram.limits import Limits, NotSent
from channels.telegram.receive import CHANNEL
from channels.telegram.session import Kind, LeanSession
from engine.errors import ChannelDown, TryLater
from engine.messages import Screen
from engine.pacing import Lane
from engine.retry import decide_retry
from handlers.converse import Reply

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""A reply that had to wait longer is looked at again before it leaves."""


@dataclass(slots=True)
class Showing:
    """What is on its way to a chat: the screens of a turn, since some moment of the loop's clock.

    Without a turn it is wanted however late it comes: words that are no screen, an apology. `turn` moves on where
    the chat has gone on and the screen is still the same.
    """

    chat: int
    screens: tuple[Screen, ...] = ()
    pressed: int | None = None
    turn: int | None = None
    since: float = 0.0
    lane: Lane = Lane.ANSWER


class Superseded(NotSent):
    """The chat has gone on while this waited; `reply` is what stands there now."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Sending:
    """All requests that show something to a person."""

    def __init__(self, bot: Bot, session: LeanSession, door: Door, limits: Limits) -> None:
        self._bot = bot
        self._session = session
        self._door = door
        self._limits = limits

    async def call(self, kind: Kind, **fields: Any) -> Any:
        """One request at once, outside of all limits. Raises what aiogram raises; a 429 is heeded by all."""
        try:
            return await self._session.call(self._bot, kind, fields)
        except TelegramRetryAfter as error:
            self._limits.close_for(error.retry_after)
            raise

    async def send(self, showing: Showing, kind: Kind, **fields: Any) -> Any:
        """One message, until it is there.

        RecipientGone or MessageRefused if it never will be; Superseded if the chat has gone on to another screen.
        """
        attempt = 1
        while True:
            try:
                async with self._limits.slot(showing.chat, showing.lane, showing.turn):
                    await self._check_it_is_wanted(showing)
                    return await self.call(kind, chat_id=showing.chat, **fields)
            except AiogramError as error:
                failure = failure_of(error)
            wait = decide_retry(failure, attempt)
            if wait is None:
                raise failure
            if isinstance(failure, TryLater):
                continue  # the slot waits as long as it must
            if attempt == 1 and isinstance(failure, ChannelDown):
                log.warning("action=telegram_send failed=%s: trying again until it arrives", failure)
            attempt += 1
            await asyncio.sleep(wait)

    async def _check_it_is_wanted(self, showing: Showing) -> None:
        """Superseded if it had to wait and another screen stands there now, by this process or by another.

        A late screen would take the place of the newer one. But someone who only presses the same again, because
        nothing came, must not send their answer back to the end of the line each time.
        """
        if showing.turn is None or not is_late(showing):
            return
        try:
            present = await self._door.present(CHANNEL, str(showing.chat))
        except Exception:
            log.exception("action=telegram_present")
            return
        if present.turn == showing.turn:
            return
        if not _are_alike(present.screens, showing.screens):
            raise Superseded(present)
        showing.turn = present.turn


def is_late(showing: Showing) -> bool:
    """Whether it had to wait so long that the chat may have gone on."""
    return asyncio.get_running_loop().time() - showing.since >= FRESH_SECONDS


def _are_alike(some: tuple[Screen, ...], others: tuple[Screen, ...]) -> bool:
    """Whether they show the same, wherever they stand."""
    return [replace(each, replaces=True) for each in some] == [replace(each, replaces=True) for each in others]
