"""What a person did on Telegram: words, a press, or something that this chat cannot take."""

from typing import Literal

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from engine.messages import Incoming

CHANNEL = "telegram"

Hint = Literal["words_only", "nothing_personal"]

_FORMATS = frozenset({"bold", "italic", "text_link"})
"""Of what people format we keep these; the rest is shown as plain words."""

_PERSONAL = frozenset({"contact", "location", "venue"})
_NOT_WORDS = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "dice",
        "document",
        "game",
        "live_photo",
        "paid_media",
        "photo",
        "poll",
        "sticker",
        "story",
        "video",
        "video_note",
        "voice",
    }
)
"""What people send on purpose. Anything else in a chat is news of Telegram's own, and gets silence."""


def read_words(message: Message, update: int) -> Incoming | None:
    """Words that a person typed in their own chat; None for anything else."""
    if message.chat.type != "private" or message.text is None:
        return None
    return Incoming(CHANNEL, str(message.chat.id), text=message.text, html=_html(message), update=update)


def read_picture(message: Message, picture: bytes, update: int) -> Incoming:
    """A photo, and what stands below it."""
    words = message.caption or ""
    return Incoming(CHANNEL, str(message.chat.id), text=words, html=_html(message), picture=picture, update=update)


def _html(message: Message) -> str | None:
    entities = message.entities or message.caption_entities or ()
    return message.html_text if _FORMATS.intersection(each.type for each in entities) else None


def read_press(query: CallbackQuery, update: int) -> Incoming | None:
    """A button that a person pressed in their own chat; None for anything else."""
    is_elsewhere = query.message is not None and query.message.chat.type != "private"
    if is_elsewhere or query.data is None:
        return None
    return Incoming(CHANNEL, str(query.from_user.id), action=query.data, update=update)


def hint_for(message: Message) -> Hint | None:
    """What to say to a photo, a voice, a contact; None where silence is better. Nothing of it is kept."""
    if message.chat.type != "private":
        return None
    if message.content_type in _PERSONAL:
        return "nothing_personal"
    return "words_only" if message.content_type in _NOT_WORDS else None


def has_joined_group(change: ChatMemberUpdated) -> bool:
    """Whether somebody has just taken the bot into a group."""
    is_group = change.chat.type in ("group", "supergroup")
    return is_group and _is_in(change.new_chat_member.status) and not _is_in(change.old_chat_member.status)


def has_shut_out(change: ChatMemberUpdated) -> bool | None:
    """Whether a person has just blocked the bot (True) or let it in again (False); None: neither."""
    if change.chat.type != "private":
        return None
    return not _is_in(change.new_chat_member.status)


def _is_in(status: str) -> bool:
    return status in ("member", "administrator", "creator", "restricted")
