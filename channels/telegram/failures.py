"""aiogram's errors → the four ways in which a message does not arrive. None of them carries what was to be sent."""

from collections.abc import Callable

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from engine.errors import ChannelDown, MessageRefused, RecipientGone, SendFailure, TryLater

_CANNOT_BE_EDITED = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "MESSAGE_ID_INVALID",
)


def failure_of(error: AiogramError) -> SendFailure:
    """What an error of a request means for the message."""
    make = next(FAILURES[kind] for kind in type(error).__mro__ if kind in FAILURES)
    return make(error)


def is_shown_already(failure: SendFailure) -> bool:
    """Whether an edit was refused because the message looks like that: someone pressed twice."""
    return "message is not modified" in str(failure)


def is_uneditable(failure: SendFailure) -> bool:
    """Whether the message that was to be edited is gone, is a picture, or is none of ours."""
    return any(words in str(failure) for words in _CANNOT_BE_EDITED)


def is_voice_forbidden(failure: SendFailure) -> bool:
    """Whether somebody wants no voice messages, which Telegram Premium lets one say."""
    return "voice_messages_forbidden" in str(failure).lower()


_REFUSALS = (
    "message is too long",
    "caption is too long",
    "text must be non-empty",
    "can't parse entities",
    "button_data_invalid",
    "button_url_invalid",
    "wrong file identifier",
    "photo_invalid_dimensions",
    "not enough rights",
)


def in_short(failure: SendFailure) -> str:
    """Why a message was refused, without what the messenger quotes of it: fit for a log."""
    words = str(failure).lower()
    return next((each for each in _REFUSALS if each in words), type(failure).__name__)


def _words(error: AiogramError) -> str:
    return f"{type(error).__name__}: {getattr(error, 'message', '')}"


def _try_later(error: AiogramError) -> SendFailure:
    return TryLater(_words(error), float(getattr(error, "retry_after", 1)))


def _moved(error: AiogramError) -> SendFailure:
    return RecipientGone(_words(error), "gone", moved_to=str(getattr(error, "migrate_to_chat_id", "")) or None)


def _forbidden(error: AiogramError) -> SendFailure:
    words = _words(error)
    if "deactivated" in words:
        return RecipientGone(words, "deactivated")
    return RecipientGone(words, "gone" if "kicked" in words else "blocked")


def _bad_request(error: AiogramError) -> SendFailure:
    words = _words(error)
    return RecipientGone(words, "gone") if "chat not found" in words else MessageRefused(words)


def _refused(error: AiogramError) -> SendFailure:
    return MessageRefused(_words(error))


def _down(error: AiogramError) -> SendFailure:
    never_left = isinstance(error.__cause__, (ClientConnectorError, ConnectionTimeoutError))
    return ChannelDown(type(error).__name__, may_have_arrived=not never_left)


def _turned_away(error: AiogramError) -> SendFailure:
    return ChannelDown(type(error).__name__, may_have_arrived=False)


FAILURES: dict[type, Callable[[AiogramError], SendFailure]] = {
    TelegramRetryAfter: _try_later,
    TelegramMigrateToChat: _moved,
    TelegramForbiddenError: _forbidden,
    TelegramBadRequest: _bad_request,
    TelegramEntityTooLarge: _refused,
    TelegramNetworkError: _down,
    TelegramServerError: _down,
    RestartingTelegram: _down,
    # Not the messenger that we know: another program has the bot, the token is void, a wall of a network answers.
    TelegramConflictError: _turned_away,
    TelegramUnauthorizedError: _turned_away,
    TelegramNotFound: _turned_away,
    ClientDecodeError: _down,
    TelegramAPIError: _down,
    AiogramError: _down,
}
"""By exact class; a class that is not here counts as the nearest one above it."""
