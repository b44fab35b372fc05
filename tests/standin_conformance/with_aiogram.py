"""The scenarios' client that is aiogram."""

from types import TracebackType
from typing import Any, Self

from aiogram import Bot, exceptions, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.standin_conformance.wanted import (
    Commands,
    CommandsButton,
    Failure,
    File,
    Keyboard,
    NewMedia,
    ScopeOfChat,
)

_KINDS: dict[type[exceptions.TelegramAPIError], str] = {
    exceptions.TelegramBadRequest: "bad request",
    exceptions.TelegramConflictError: "conflict",
    exceptions.TelegramForbiddenError: "forbidden",
    exceptions.TelegramMigrateToChat: "migrated",
    exceptions.TelegramNetworkError: "network",
    exceptions.TelegramNotFound: "no such token or method",
    exceptions.TelegramRetryAfter: "retry after",
    exceptions.TelegramServerError: "server",
    exceptions.TelegramUnauthorizedError: "no such token or method",
}


class QuickSession(AiohttpSession):
    """aiogram waits a quarter of a second for TLS to close; there is no TLS here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class WithAiogram:
    def __init__(self, url: str, token: str) -> None:
        self.bot = Bot(token, session=QuickSession(api=TelegramAPIServer.from_base(url)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.bot.session.close()

    async def ask(self, method: str, **arguments: Any) -> Any:
        call = getattr(self.bot, method)
        try:
            return _plain(await call(**{name: _own(value) for name, value in arguments.items()}))
        except exceptions.TelegramAPIError as error:
            return Failure(
                _KINDS[type(error)],
                # Some of aiogram's errors have a sentence of its own in front.
                error.message.split("\nOriginal description: ")[-1].lower(),
                getattr(error, "retry_after", 0),
                getattr(error, "migrate_to_chat_id", 0),
            )

    async def download(self, file_id: str) -> bytes:
        file = await self.bot.get_file(file_id)
        assert file.file_path
        content = await self.bot.download_file(file.file_path)
        assert content
        return content.read()


def _own(value: Any) -> Any:
    """The value in aiogram's types."""
    match value:
        case Keyboard(rows):
            return types.InlineKeyboardMarkup(inline_keyboard=[[_button(*key) for key in row] for row in rows])
        case File(content, name):
            return types.BufferedInputFile(content, name)
        case NewMedia(kind, media, caption):
            made = types.InputMediaPhoto if kind == "photo" else types.InputMediaDocument
            return made(media=_own(media), caption=caption or None)
        case Commands(names):
            return [types.BotCommand(command=name, description=words) for name, words in names]
        case ScopeOfChat(chat_id):
            return types.BotCommandScopeChat(chat_id=chat_id)
        case CommandsButton():
            return types.MenuButtonCommands()
    return value


def _button(label: str, target: str) -> types.InlineKeyboardButton:
    if "://" in target:
        return types.InlineKeyboardButton(text=label, url=target)
    return types.InlineKeyboardButton(text=label, callback_data=target)


def _plain(result: Any) -> Any:
    if isinstance(result, list):
        return [_plain(each) for each in result]
    if isinstance(result, types.TelegramObject):
        return result.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)
    return result
