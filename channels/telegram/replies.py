"""Sends what a turn brought: edits the message where it can, else sends anew, and tries again until it is there."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile

from channels.door import Door
from channels.telegram.failures import failure_of, is_shown_already, is_uneditable
from channels.telegram.limits import Limits
from channels.telegram.lines import Lines
from channels.telegram.markup import LONGEST_CAPTION, safe_pieces, visible_length
from channels.telegram.receive import CHANNEL
from channels.telegram.show import shown
from engine.errors import ChannelDown, MessageRefused, NotFound, RecipientGone, SendFailure, TryLater
from engine.messages import Attachment, Screen
from engine.pacing import Lane
from engine.retry import decide_retry

log = logging.getLogger(__name__)

MOST_KNOWN_FILES = 2000
_HTML: dict[str, Any] = {"parse_mode": "HTML"}
_TEXT: dict[str, Any] = {**_HTML, "link_preview_options": {"is_disabled": True}}


class Replies:
    """Answers to people who wait. What belongs to one chat leaves in order."""

    def __init__(self, bot: Bot, door: Door, limits: Limits) -> None:
        self._bot = bot
        self._door = door
        self._limits = limits
        self._lines = Lines()
        self._under_way: set[asyncio.Task[None]] = set()
        self._newest_edit: dict[tuple[int, int], object] = {}
        self._known_files: dict[bytes, str] = {}

    # ---- what others ask for ------------------------------------------------------------------------------

    def show(self, chat: int, screens: Sequence[Screen], pressed: int | None = None) -> "asyncio.Task[None]":
        """Begins to show screens; `pressed` is the message whose button brought them. The task never fails."""
        ticket = object()
        if pressed is not None:
            self._newest_edit[chat, pressed] = ticket
        return self._begin(self._show(chat, screens, pressed, ticket))

    def say(self, chat: int, html: str, keyboard: Any = None) -> "asyncio.Task[None]":
        """Begins to send a message that is no screen."""
        return self._begin(self._say(chat, html, keyboard))

    def answer_press(self, query: str) -> "asyncio.Task[None]":
        """Takes the waiting sign off a button. At once, outside of all limits, and only one attempt."""
        return self._begin(self._answer_press(query))

    async def drain(self, seconds: float) -> None:
        """Gives what is under way so long to arrive."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    # ---- in order, for one chat ---------------------------------------------------------------------------

    def _begin(self, work: Any) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _show(self, chat: int, screens: Sequence[Screen], pressed: int | None, ticket: object) -> None:
        async with self._lines.turn_of(chat):
            try:
                for screen in screens:
                    # Someone who presses faster than we may send sees the last screen, not all of them.
                    if pressed is None or self._newest_edit.get((chat, pressed)) is ticket:
                        await self._show_one(chat, screen, pressed)
            except RecipientGone as failure:
                await self._note_gone(chat, failure)
            except SendFailure as failure:
                log.error("action=telegram_show screen=%s failed=%s", screens[-1].id, type(failure).__name__)
            except Exception:
                log.exception("action=telegram_show")
            finally:
                if pressed is not None and self._newest_edit.get((chat, pressed)) is ticket:
                    del self._newest_edit[chat, pressed]

    async def _say(self, chat: int, html: str, keyboard: Any) -> None:
        async with self._lines.turn_of(chat):
            try:
                await self._send(chat, SendMessage(chat_id=chat, text=html, reply_markup=keyboard, **_TEXT))
            except RecipientGone as failure:
                if failure.moved_to:
                    await self._send(chat, SendMessage(chat_id=int(failure.moved_to), text=html, **_TEXT))
            except SendFailure as failure:
                log.warning("action=telegram_say failed=%s", type(failure).__name__)

    async def _answer_press(self, query: str) -> None:
        try:
            await self._bot(AnswerCallbackQuery(callback_query_id=query))
        except AiogramError as error:  # too late, or nobody answers: the waiting sign goes away by itself
            log.debug("action=telegram_answer_press failed=%s", type(error).__name__)

    async def _note_gone(self, chat: int, failure: RecipientGone) -> None:
        log.info("action=telegram_gone why=%s", failure.unreachable)
        if failure.moved_to:
            await self._door.move(CHANNEL, str(chat), failure.moved_to)
        else:
            await self._door.note_reachability(CHANNEL, str(chat), failure.unreachable)

    # ---- one screen ---------------------------------------------------------------------------------------

    async def _show_one(self, chat: int, screen: Screen, pressed: int | None) -> None:
        look = shown(screen)
        pieces = safe_pieces(look.html)
        if pressed is None:
            await self._send_anew(chat, screen, pieces, look.keyboard)
        elif screen.replaces and not (screen.picture or screen.document) and len(pieces) == 1:
            if not await self._edit(chat, pressed, pieces[0], look.keyboard):
                await self._send_anew(chat, screen, pieces, look.keyboard)
        else:
            await self._send_anew(chat, screen, pieces, look.keyboard)
            await self._put_away(chat, pressed, is_replaced=screen.replaces)

    async def _edit(self, chat: int, message: int, html: str, keyboard: Any) -> bool:
        """Whether the message shows it now; False where it cannot be edited."""
        method = EditMessageText(chat_id=chat, message_id=message, text=html, reply_markup=keyboard, **_TEXT)
        try:
            await self._send(chat, method)
        except MessageRefused as failure:
            if is_uneditable(failure):
                return False
            if not is_shown_already(failure):
                raise
        return True

    async def _send_anew(self, chat: int, screen: Screen, pieces: list[str], keyboard: Any) -> None:
        file = screen.picture or screen.document
        if file and len(pieces) == 1 and visible_length(pieces[0]) <= LONGEST_CAPTION:
            if await self._send_file(chat, file, pieces[0], keyboard):
                return
        elif file:
            await self._send_file(chat, file, "", None)
        for piece in pieces[:-1]:
            await self._send(chat, SendMessage(chat_id=chat, text=piece, **_TEXT))
        await self._send(chat, SendMessage(chat_id=chat, text=pieces[-1], reply_markup=keyboard, **_TEXT))

    async def _put_away(self, chat: int, message: int, *, is_replaced: bool) -> None:
        """The message whose button was pressed goes, or stays without buttons: they would lead nowhere."""
        if is_replaced:
            try:
                await self._bot(DeleteMessage(chat_id=chat, message_id=message))  # no message: no limit counts it
                return
            except AiogramError as error:  # two days old, say
                log.debug("action=telegram_delete failed=%s", type(error).__name__)
        try:
            await self._send(chat, EditMessageReplyMarkup(chat_id=chat, message_id=message))
        except MessageRefused as failure:  # pressed twice: it has none any more
            log.debug("action=telegram_put_away failed=%s", type(failure).__name__)

    # ---- files --------------------------------------------------------------------------------------------

    async def _send_file(self, chat: int, attachment: Attachment, html: str, keyboard: Any) -> bool:
        """Whether there was such a file. A file that Telegram has already is named, not sent again."""
        try:
            file = await self._door.attachment(CHANNEL, str(chat), attachment.kind, attachment.person)
        except NotFound:
            return False
        digest = hashlib.sha256(file.content).digest()
        upload = BufferedInputFile(file.content, file.name)
        about = {"chat_id": chat, "caption": html, "reply_markup": keyboard, **_HTML}
        is_picture = attachment.kind == "result_card"

        def method(source: BufferedInputFile | str) -> TelegramMethod[Any]:
            return SendPhoto(photo=source, **about) if is_picture else SendDocument(document=source, **about)

        known = self._known_files.get(digest)
        try:
            sent = await self._send(chat, method(known or upload))
        except MessageRefused:
            if known is None:
                raise
            sent = await self._send(chat, method(upload))
        self._remember(digest, sent)
        return True

    def _remember(self, digest: bytes, sent: Any) -> None:
        if len(self._known_files) >= MOST_KNOWN_FILES:
            del self._known_files[next(iter(self._known_files))]
        files = [*(sent.get("photo") or ()), sent.get("document") or {}]
        self._known_files[digest] = max(files, key=lambda each: each.get("file_size", 0))["file_id"]

    # ---- one request --------------------------------------------------------------------------------------

    async def _send(self, chat: int, method: TelegramMethod[Any]) -> Any:
        """One message, until it is there. RecipientGone or MessageRefused if it never will be."""
        attempt = 1
        while True:
            try:
                async with self._limits.slot(chat, Lane.ANSWER):
                    return await self._bot(method)
            except AiogramError as error:
                failure = failure_of(error)
            wait = decide_retry(failure, attempt)
            if wait is None:
                raise failure
            if isinstance(failure, TryLater):
                self._limits.close_for(wait)  # the slot waits
                continue
            if attempt == 1 and isinstance(failure, ChannelDown):
                log.warning("action=telegram_send failed=%s: trying again until it arrives", failure)
            attempt += 1
            await asyncio.sleep(wait)
