"""Shows what a turn brought: edits the message where it can, else sends anew; in order at each chat."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMessage,
)

from channels.door import Door
from channels.telegram.failures import is_shown_already, is_uneditable
from channels.telegram.files import Files
from channels.telegram.limits import MOST_CHATS, Limits
from channels.telegram.lines import Lines
from channels.telegram.live import Live
from channels.telegram.markup import LONGEST_CAPTION, safe_pieces, visible_length
from channels.telegram.receive import CHANNEL
from channels.telegram.recent import Latest
from channels.telegram.sending import Sending, Showing, Superseded, is_late
from channels.telegram.session import LeanSession
from channels.telegram.show import shown
from engine.errors import MessageRefused, RecipientGone, SendFailure
from engine.messages import Screen
from engine.pacing import Lane
from handlers.converse import Reply

log = logging.getLogger(__name__)

_PRESSED_IN_VAIN = "press_outdated"
_TEXT: dict[str, Any] = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


class Replies:
    """Answers to people who wait. What belongs to one chat leaves in order."""

    def __init__(self, bot: Bot, session: LeanSession, door: Door, limits: Limits) -> None:
        self._sending = Sending(bot, session, door, limits)
        self._door = door
        self.lines = Lines()
        """The order at each chat; whatever else is sent to one keeps to it, too."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._files = Files(self._sending, door)
        self._live = Live(self._sending, door, _TEXT)
        self._shown: Latest[int, int] = Latest(MOST_CHATS)
        """Up to which turn each chat was shown lately."""
        self._no_answers_before = 0.0

    # ---- what others ask for ------------------------------------------------------------------------------

    def show(self, chat: int, reply: Reply, pressed: int | None = None) -> "asyncio.Task[None]":
        """Begins to show a reply; `pressed` is the message whose button brought it. The task never fails."""
        # An apology comes below: the question it is about stays, to be pressed again.
        is_apology = "turn_failed" in reply.events
        turn, pressed = (None, None) if is_apology else (reply.turn, pressed)
        lane = Lane.REDRAWN if _PRESSED_IN_VAIN in reply.events else Lane.ANSWER
        now = asyncio.get_running_loop().time()
        return self._begin(self._show(Showing(chat, reply.screens, pressed, turn, now, lane)))

    def say(self, chat: int, html: str, keyboard: Any = None) -> "asyncio.Task[None]":
        """Begins to send a message that is no screen."""
        return self._begin(self._say(chat, html, keyboard))

    def answer_press(self, query: str) -> "asyncio.Task[None]":
        """Takes the waiting sign off a button. At once, outside of all limits, and only one attempt."""
        return self._begin(self._answer_press(query))

    async def drain(self, seconds: float) -> None:
        """Gives what is under way so long to arrive."""
        self._live.end()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    # ---- in order, for one chat ---------------------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(_log_failure(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _show(self, showing: Showing) -> None:
        async with self.lines.turn_of(showing.chat):
            try:
                await self._show_newest(showing)
            except RecipientGone as failure:
                await self._note_gone(showing.chat, failure)
            except SendFailure as failure:
                log.error("action=telegram_show failed=%s", type(failure).__name__)

    async def _show_newest(self, showing: Showing) -> None:
        """Shows it, or what has become of the chat while it waited. Whoever waited behind it need not come, too."""
        while not self._is_shown(showing):
            try:
                await self._show_all(showing)
            except Superseded as newer:
                screens, turn = newer.reply.screens, newer.reply.turn
                now = asyncio.get_running_loop().time()
                showing = Showing(showing.chat, screens, showing.pressed, turn, now, Lane.AGAIN)
            else:
                if showing.turn is not None:
                    self._shown.keep(showing.chat, showing.turn)
                return

    def _is_shown(self, showing: Showing) -> bool:
        return showing.turn is not None and is_late(showing) and showing.turn <= self._shown.get(showing.chat, -1)

    async def _say(self, chat: int, html: str, keyboard: Any) -> None:
        saying = Showing(chat)
        async with self.lines.turn_of(chat):
            try:
                await self._sending.send(saying, SendMessage, text=html, reply_markup=keyboard, **_TEXT)
            except RecipientGone as failure:
                if failure.moved_to:
                    moved = replace(saying, chat=int(failure.moved_to))
                    await self._sending.send(moved, SendMessage, text=html, reply_markup=keyboard, **_TEXT)
            except SendFailure as failure:
                log.warning("action=telegram_say failed=%s", type(failure).__name__)

    async def _answer_press(self, query: str) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._no_answers_before:
            return
        try:
            await self._sending.call(AnswerCallbackQuery, callback_query_id=query)
        except TelegramRetryAfter as error:
            self._no_answers_before = loop.time() + error.retry_after
        except AiogramError as error:  # too late, or nobody answers: the waiting sign goes away by itself
            log.debug("action=telegram_answer_press failed=%s", type(error).__name__)

    async def _note_gone(self, chat: int, failure: RecipientGone) -> None:
        log.info("action=telegram_gone why=%s", failure.unreachable)
        if failure.moved_to:
            await self._door.move(CHANNEL, str(chat), failure.moved_to)
        else:
            await self._door.note_reachability(CHANNEL, str(chat), failure.unreachable)

    # ---- one screen ---------------------------------------------------------------------------------------

    async def _show_all(self, showing: Showing) -> None:
        """Each below the one before: only the first may take the place of the message that was pressed."""
        *above, last = showing.screens
        for screen in above:
            await self._show_one(showing, screen)
            showing = replace(showing, pressed=None)
        message = await self._show_one(showing, last)
        if showing.turn is not None and message is not None:
            self._live.watch(showing.chat, message, last, showing.turn)

    async def _show_one(self, showing: Showing, screen: Screen) -> int | None:
        """The number of the message that shows it now; of a file it is not told."""
        look = shown(screen)
        pieces = safe_pieces(look.html)
        is_edit = screen.replaces and not screen.file and len(pieces) == 1
        if showing.pressed is not None and is_edit and await self._edit(showing, pieces[0], look.keyboard):
            return showing.pressed
        message = await self._send_anew(showing, screen, pieces, look.keyboard)
        if showing.pressed is not None:
            await self._put_away(showing, showing.pressed, is_replaced=screen.replaces)
        return message

    async def _edit(self, showing: Showing, html: str, keyboard: Any) -> bool:
        """Whether the pressed message shows it now; False where it cannot be edited."""
        try:
            await self._sending.send(
                showing, EditMessageText, message_id=showing.pressed, text=html, reply_markup=keyboard, **_TEXT
            )
        except MessageRefused as failure:
            if is_uneditable(failure):
                return False
            if not is_shown_already(failure):
                raise
        return True

    async def _send_anew(self, showing: Showing, screen: Screen, pieces: list[str], keyboard: Any) -> int | None:
        file = screen.file
        if file and len(pieces) == 1 and visible_length(pieces[0]) <= LONGEST_CAPTION:
            if await self._files.send(showing, file, pieces[0], keyboard):
                return None
        elif file:
            await self._files.send(showing, file, "", None)
        for piece in pieces[:-1]:
            await self._sending.send(showing, SendMessage, text=piece, **_TEXT)
        sent = await self._sending.send(showing, SendMessage, text=pieces[-1], reply_markup=keyboard, **_TEXT)
        return sent.get("message_id") if isinstance(sent, dict) else None

    async def _put_away(self, showing: Showing, message: int, *, is_replaced: bool) -> None:
        """The message whose button was pressed goes, or stays without buttons: they would lead nowhere."""
        if is_replaced:
            try:
                # No message, so no limit counts it.
                await self._sending.call(DeleteMessage, chat_id=showing.chat, message_id=message)
                return
            except AiogramError as error:  # two days old, say
                log.debug("action=telegram_delete failed=%s", type(error).__name__)
        try:
            await self._sending.send(replace(showing, turn=None), EditMessageReplyMarkup, message_id=message)
        except MessageRefused as failure:  # pressed twice: it has none any more
            log.debug("action=telegram_put_away failed=%s", type(failure).__name__)


async def _log_failure(work: Coroutine[Any, Any, None]) -> None:
    """Nobody waits for what such a task returns, so nobody else would hear that it failed."""
    try:
        await work
    except Exception:
        log.exception("action=telegram_reply")
