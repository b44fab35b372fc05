"""Sends one copy of a campaign: once. What may have arrived is never sent again."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import GetMe, SendDocument, SendMessage, SendPhoto
from aiogram.types import BufferedInputFile

from channels.door import Door
from channels.telegram.failures import failure_of, in_short
from channels.telegram.insist import insist
from channels.telegram.limits import Limits, NotSent
from channels.telegram.lines import Lines
from channels.telegram.receive import CHANNEL
from channels.telegram.recent import Latest
from channels.telegram.session import Kind, LeanSession
from channels.telegram.show import shown
from engine.campaigns.ledger import Outcome
from engine.errors import ChannelDown, MessageRefused, NotFound, RecipientGone, SendFailure, TryLater
from engine.messages import PICTURES, Attachment, Screen
from engine.pacing import Lane

log = logging.getLogger(__name__)

_TEXT: dict[str, Any] = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
NOT_SENT = Outcome("planned")
MOST_PICTURES = 100
PATIENCE_SECONDS = 2.0
"""A copy that cannot leave within this comes later: until then answers to the same person would wait behind it."""

MayLeave = Callable[[], bool]


class _TooLate(NotSent):
    """Its turn came when it might not leave any more."""


class Pushing:
    """What is sent without anybody waiting for it.

    After an answer that leaves it open whether a message arrived nothing more leaves until Telegram is heard from:
    when it breaks down, a handful of people are in doubt, and not everybody.
    """

    def __init__(self, bot: Bot, session: LeanSession, door: Door, limits: Limits, lines: Lines) -> None:
        self._bot = bot
        self._session = session
        self._door = door
        self._limits = limits
        self._lines = lines
        self._is_up = asyncio.Event()
        self._is_up.set()
        self._probe: asyncio.Task[None] | None = None
        self._pictures: Latest[int, str] = Latest(MOST_PICTURES)
        self._uploading = asyncio.Lock()

    @property
    def free(self) -> int:
        """How many copies may leave at this moment."""
        return self._limits.free_for_campaigns if self._is_up.is_set() else 0

    async def push(
        self, address: str, screens: tuple[Screen, ...], may_leave: MayLeave, leaves: Callable[[], None]
    ) -> Outcome:
        """One copy. `may_leave` is asked when its turn comes; `leaves` is told right before it goes.

        What comes after the first screen is an enclosure: if that fails, it is logged, and the copy counts as sent.
        """
        chat = int(address)
        async with self._upload_once(screens[0]), self._lines.turn_of(chat):
            outcome = await self._push_first(chat, screens[0], may_leave, leaves)
            if outcome.state == "sent":
                for screen in screens[1:]:
                    await self._enclose(chat, screen, may_leave)
        return outcome

    async def close(self) -> None:
        """Stops asking whether Telegram is there."""
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.wait((self._probe,))

    async def _push_first(
        self, chat: int, screen: Screen, may_leave: MayLeave, leaves: Callable[[], None]
    ) -> Outcome:
        kind, fields = await self._request(chat, screen)
        try:
            async with self._limits.slot(chat, Lane.CAMPAIGN, patience_seconds=PATIENCE_SECONDS):
                self._check(may_leave)
                leaves()
                self._remember(screen, await self._call(kind, chat, fields))
        except (_TooLate, TimeoutError):
            return NOT_SENT
        except AiogramError as error:
            return await self._outcome(chat, failure_of(error))
        return Outcome("sent")

    def _check(self, may_leave: MayLeave) -> None:
        if not (self._is_up.is_set() and may_leave()):
            raise _TooLate

    async def _call(self, kind: Kind, chat: int, fields: dict[str, Any]) -> Any:
        try:
            return await self._session.call(self._bot, kind, {"chat_id": chat, **fields})
        except AiogramError as error:
            self._heed(failure_of(error))
            raise

    def _heed(self, failure: SendFailure) -> None:
        """What a failure means for all that comes after it."""
        if isinstance(failure, TryLater):
            self._limits.close_for(failure.seconds)
        elif isinstance(failure, ChannelDown) and self._is_up.is_set():
            self._is_up.clear()
            self._probe = asyncio.create_task(self._wait_until_up())

    async def _wait_until_up(self) -> None:
        await insist(self._bot, GetMe())
        self._is_up.set()

    async def _outcome(self, chat: int, failure: SendFailure) -> Outcome:
        """A failure of one copy → its state in the ledger."""
        if isinstance(failure, RecipientGone):
            await self._note(chat, failure)
            return NOT_SENT if failure.moved_to else Outcome("unreachable", failure.unreachable)
        if isinstance(failure, MessageRefused):
            log.warning("action=telegram_push refused=%s", in_short(failure))
            return Outcome("refused")
        if isinstance(failure, ChannelDown) and failure.may_have_arrived:
            return Outcome("in_doubt")
        return NOT_SENT

    async def _note(self, chat: int, failure: RecipientGone) -> None:
        """Why a chat cannot be reached. What comes of the copy is known, even if this cannot be written down."""
        try:
            if failure.moved_to:
                await self._door.move(CHANNEL, str(chat), failure.moved_to)
            else:
                await self._door.note_reachability(CHANNEL, str(chat), failure.unreachable)
        except Exception:
            log.exception("action=telegram_push_note")

    # ---- what a screen becomes ----------------------------------------------------------------------------

    async def _request(self, chat: int, screen: Screen) -> tuple[Kind, dict[str, Any]]:
        look = shown(screen)
        file = screen.picture or screen.document
        if file is None:
            return SendMessage, {"text": look.html, "reply_markup": look.keyboard, **_TEXT}
        kind, name = (SendPhoto, "photo") if file.kind in PICTURES else (SendDocument, "document")
        try:
            content = await self._file(chat, file)
        except NotFound:
            return SendMessage, {"text": look.html, "reply_markup": look.keyboard, **_TEXT}
        about = {"caption": look.html, "parse_mode": "HTML", "reply_markup": look.keyboard}
        return kind, {name: content, **about}

    async def _file(self, chat: int, file: Attachment) -> BufferedInputFile | str:
        """The file; of a campaign's picture the name by which Telegram knows it once it has it."""
        if file.kind != "campaign_picture":
            return await self._load(chat, file)
        return self._pictures.get(file.person) or await self._load(chat, file)

    @contextlib.asynccontextmanager
    async def _upload_once(self, screen: Screen) -> AsyncIterator[None]:
        """While Telegram has not got a campaign's picture yet, one copy goes ahead of all others."""
        file = screen.picture
        if file is None or file.kind != "campaign_picture" or file.person in self._pictures:
            yield
            return
        async with self._uploading:
            yield

    async def _load(self, chat: int, file: Attachment) -> BufferedInputFile:
        made = await self._door.attachment(CHANNEL, str(chat), file.kind, file.person)
        return BufferedInputFile(made.content, made.name)

    def _remember(self, screen: Screen, sent: Any) -> None:
        """Telegram has the picture now: from here on its name is enough."""
        file = screen.picture
        sizes = sent.get("photo") if isinstance(sent, dict) else None
        if file is not None and file.kind == "campaign_picture" and sizes:
            self._pictures.keep(file.person, max(sizes, key=lambda each: each.get("file_size", 0))["file_id"])

    async def _enclose(self, chat: int, screen: Screen, may_leave: MayLeave) -> None:
        try:
            kind, fields = await self._request(chat, screen)
            while not await self._has_left(chat, kind, fields, may_leave):
                pass
        except Exception as error:  # noqa: BLE001 -- whatever it was, the copy itself has arrived
            log.warning("action=telegram_enclose failed=%s", type(error).__name__)

    async def _has_left(self, chat: int, kind: Kind, fields: dict[str, Any], may_leave: MayLeave) -> bool:
        """Sends an enclosure. False if it came too early; the slot waits as long as it must."""
        try:
            async with self._limits.slot(chat, Lane.CAMPAIGN):
                self._check(may_leave)
                await self._call(kind, chat, fields)
        except TelegramRetryAfter:
            return False
        return True
