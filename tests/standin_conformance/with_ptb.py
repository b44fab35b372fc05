"""The scenarios' client that is python-telegram-bot."""

from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import telegram
from telegram import error as errors
from telegram.request import HTTPXRequest

from tests.standin_conformance.wanted import (
    Commands,
    CommandsButton,
    Failure,
    File,
    Keyboard,
    NewMedia,
    ScopeOfChat,
)

_KINDS: dict[type[errors.TelegramError], tuple[str, str]] = {
    errors.BadRequest: ("bad request", "bad request: "),
    errors.ChatMigrated: ("migrated", ""),
    errors.Conflict: ("conflict", ""),
    errors.EndPointNotFound: ("no such token or method", ""),
    errors.Forbidden: ("forbidden", ""),
    errors.InvalidToken: ("no such token or method", ""),
    errors.RetryAfter: ("retry after", ""),
}
"""What it is called here, and the words in front that the library takes away."""


class WithPtb:
    def __init__(self, url: str, token: str) -> None:
        # Certificates take long to load, and there is no TLS here.
        without_tls: dict[str, Any] = {"verify": False}
        self.bot = telegram.Bot(
            token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=HTTPXRequest(connection_pool_size=8, httpx_kwargs=without_tls),
            get_updates_request=HTTPXRequest(connection_pool_size=4, httpx_kwargs=without_tls),
        )
        self.requests = self.bot._request

    async def __aenter__(self) -> Self:
        for request in self.requests:
            await request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for request in self.requests:
            await request.shutdown()

    async def ask(self, method: str, **arguments: Any) -> Any:
        call = getattr(self.bot, method)
        try:
            return _plain(await call(**{name: _own(value) for name, value in arguments.items()}))
        except errors.RetryAfter as error:
            wait = error.retry_after
            seconds = int(wait.total_seconds()) if isinstance(wait, timedelta) else wait
            return Failure("retry after", f"too many requests: retry after {seconds}", retry_after=seconds)
        except errors.ChatMigrated as error:
            words = "bad request: group chat was upgraded to a supergroup chat"
            return Failure("migrated", words, migrate_to=error.new_chat_id)
        except errors.TelegramError as error:
            return _failure(error)

    async def download(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())


def _failure(error: errors.TelegramError) -> Failure:
    kind, prefix = _KINDS.get(type(error), ("", ""))
    words = error.message.lower()
    if type(error) is errors.NetworkError:
        # Not told apart by type: an answer of 5xx, and no answer at all.
        kind = "network" if "error" in words.split(":")[0] and "internal" not in words else "server"
        words = words.removesuffix(" (500)")
    return Failure(kind, prefix + words)


def _own(value: Any) -> Any:
    """The value in python-telegram-bot's types."""
    match value:
        case Keyboard(rows):
            return telegram.InlineKeyboardMarkup([[_button(*key) for key in row] for row in rows])
        case File(content, name):
            return telegram.InputFile(content, filename=name)
        case NewMedia(kind, media, caption):
            made = telegram.InputMediaPhoto if kind == "photo" else telegram.InputMediaDocument
            if isinstance(media, File):
                return made(media.content, filename=media.name, caption=caption or None)
            return made(media, caption=caption or None)
        case Commands(names):
            return names
        case ScopeOfChat(chat_id):
            return telegram.BotCommandScopeChat(chat_id)
        case CommandsButton():
            return telegram.MenuButtonCommands()
    return value


def _button(label: str, target: str) -> telegram.InlineKeyboardButton:
    if "://" in target:
        return telegram.InlineKeyboardButton(label, url=target)
    return telegram.InlineKeyboardButton(label, callback_data=target)


def _plain(result: Any) -> Any:
    if isinstance(result, list | tuple):
        return [_plain(each) for each in result]
    if isinstance(result, telegram.TelegramObject):
        return result.to_dict()
    return result
