"""Takes updates: one catch-all for each kind, one turn after the other at each chat."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, ChatMemberUpdated, InaccessibleMessage, Message, TelegramObject
from pydantic import ValidationError

from channels.door import Door
from channels.telegram.crowding import Crowding
from channels.telegram.lines import Lines
from channels.telegram.pictures import fetch_picture
from channels.telegram.receive import (
    CHANNEL,
    Hint,
    has_joined_group,
    has_shut_out,
    hint_for,
    read_picture,
    read_press,
    read_words,
)
from channels.telegram.recent import Recent
from channels.telegram.replies import Replies
from engine.conversation.messages_received import is_under_message
from engine.messages import Incoming
from engine.texts import Texts

log = logging.getLogger(__name__)

KINDS: dict[str, type[TelegramObject]] = {
    "message": Message,
    "callback_query": CallbackQuery,
    "my_chat_member": ChatMemberUpdated,
}
"""The updates that we ask for; https://core.telegram.org/bots/api#update."""

SECONDS_BETWEEN_HINTS = 10.0
_LARGEST_NUMBER = 2**63 - 1  # what a database holds


class TelegramChannel:
    """One bot. `take` is all that polling and the webhook need; it never raises."""

    def __init__(
        self,
        bot: Bot,
        door: Door,
        speak: Callable[[str | None], Texts],
        replies: Replies,
        crowding: Crowding | None = None,
    ) -> None:
        self.replies = replies
        self.username = ""
        self._bot = bot
        self._door = door
        self._speak = speak
        self._turns = Lines()
        self._crowding = crowding or Crowding(per_second=1.0)
        self._taken: Recent[int] = Recent(20_000)
        self._hinted: Recent[int] = Recent(5_000)
        self._router = Router()
        self._router.message()(self._on_message)
        self._router.callback_query()(self._on_press)
        self._router.my_chat_member()(self._on_membership)

    async def take(self, raw: object, patience_seconds: float) -> None:
        """One update as Telegram sent it. What came of it is on the disk when this returns.

        Waits so long for the answer to leave: as long as this has not returned, Telegram will deliver the update
        again if this process dies, and the answer is not lost.
        """
        kind = next((kind for kind in KINDS if isinstance(raw, dict) and kind in raw), None)
        if kind is None or not isinstance(raw, dict):
            return
        number = raw.get("update_id")
        if not self._crowding.lets_in(_chat_of(raw[kind]), asyncio.get_running_loop().time()):
            return
        if self._crowding.is_flood:
            patience_seconds = 0.0
        try:
            event = KINDS[kind].model_validate(_what_we_read(raw[kind]), context={"bot": self._bot})
        except ValidationError:
            event = None
        if event is None or not isinstance(number, int) or not 0 < number <= _LARGEST_NUMBER:
            log.warning("action=telegram_update kind=%s: not as the Bot API says, left out", kind)
            return
        if not self._taken.is_new(number):
            return
        try:
            answer = await self._router.propagate_event(kind, event, update=number)
        except Exception:
            log.exception("action=telegram_update kind=%s", kind)
            return
        if isinstance(answer, asyncio.Task) and not answer.done():
            await asyncio.wait((answer,), timeout=patience_seconds)

    # ---- one for each kind --------------------------------------------------------------------------------

    async def _on_message(self, message: Message, update: int) -> Any:
        incoming = read_words(message, update)
        if incoming is not None:
            return await self._converse(message.chat.id, incoming, None)
        picture = await self._picture(message)
        if picture is not None:
            return await self._converse(message.chat.id, read_picture(message, picture, update), None)
        hint = hint_for(message)
        if hint is not None and self._may_hint(message.chat.id):
            return await self._hint(message.chat.id, hint)
        return None

    async def _picture(self, message: Message) -> bytes | None:
        """A photo, where the chat stands at a screen that takes one; nobody else's is ever fetched."""
        if not message.photo or message.chat.type != "private":
            return None
        present = await self._door.present(CHANNEL, str(message.chat.id))
        return await fetch_picture(self._bot, message) if present.screens[-1].takes_picture else None

    async def _on_press(self, query: CallbackQuery, update: int) -> Any:
        self.replies.answer_press(query.id)
        incoming = read_press(query, update)
        if incoming is None:
            return None
        # Of a message that is too old Telegram tells the number, but nobody can change it any more.
        is_editable = query.message is not None and not isinstance(query.message, InaccessibleMessage)
        # What arrived by itself keeps its text and its buttons: the answer comes below it.
        is_editable = is_editable and not is_under_message(query.data)
        pressed = query.message.message_id if is_editable and query.message else None
        return await self._converse(query.from_user.id, incoming, pressed)

    async def _on_membership(self, change: ChatMemberUpdated) -> Any:
        if has_joined_group(change):
            say = self._speak(None)
            link = {"text": say.plain("telegram.group_button"), "url": f"https://t.me/{self.username}?start=group"}
            return self.replies.say(change.chat.id, say("telegram.group"), {"inline_keyboard": [[link]]})
        is_shut_out = has_shut_out(change)
        if is_shut_out is not None:
            await self._door.note_reachability(CHANNEL, str(change.chat.id), "blocked" if is_shut_out else None)
        return None

    # ---- a turn -------------------------------------------------------------------------------------------

    async def _converse(self, chat: int, incoming: Incoming, pressed: int | None) -> Any:
        if abs(chat) > _LARGEST_NUMBER:
            return None
        async with self._turns.turn_of(chat):
            reply = await self._door.converse(incoming)
        if not reply.screens:
            return None
        return self.replies.show(chat, reply, pressed)

    def _may_hint(self, chat: int) -> bool:
        """Not for each picture of an album."""
        return abs(chat) <= _LARGEST_NUMBER and self._hinted.is_new(chat, for_seconds=SECONDS_BETWEEN_HINTS)

    async def _hint(self, chat: int, hint: Hint) -> Any:
        present = await self._door.present(CHANNEL, str(chat))
        say = self._speak(present.screens[-1].language)
        texts = {
            "words_only": say("telegram.words_only"),
            "nothing_personal": say("telegram.nothing_personal"),
        }
        return self.replies.say(chat, texts[hint])


def _chat_of(event: object) -> object:
    """Whose it is, before anything else is read of it."""
    sender = event.get("from") if isinstance(event, dict) else None
    number = sender.get("id") if isinstance(sender, dict) else None
    return number if isinstance(number, int) else None


def _what_we_read(event: object) -> object:
    """A press without the text and the buttons of its message: we know them, and they take time to read."""
    if not isinstance(event, dict) or not isinstance(message := event.get("message"), dict):
        return event
    return {**event, "message": {name: message[name] for name in ("message_id", "date", "chat") if name in message}}
