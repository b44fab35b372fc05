"""The floor of Telegram: an aiogram bot as most are written, that stores nothing and only edits and answers."""

import asyncio
import os
from urllib.parse import urlsplit

from aiogram import BaseMiddleware, Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

_TEXT = (
    "Câu 1/20 · còn khoảng 4 phút\n\n" + "Trong tháng qua, mỗi tuần bạn đọc, nghe hoặc xem tin tức mấy ngày? " * 3
)
_KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=f"Gần như hằng ngày {key}", callback_data=f"a:q07:{key}")] for key in range(7)
    ]
)

_SECRET = "bench"  # noqa: S105 -- of a stand-in on this machine

router = Router()


@router.message()
async def greet(message: Message) -> None:
    """The first message of a chat."""
    await message.answer(_TEXT, reply_markup=_KEYBOARD)


@router.callback_query()
async def edit(query: CallbackQuery) -> None:
    """A press: one edit, one answer."""
    if isinstance(query.message, Message):
        await query.message.edit_text(_TEXT, reply_markup=_KEYBOARD)
    await query.answer()


async def run_bot(*middlewares: BaseMiddleware) -> None:
    """Polls or listens, as the settings of hoctap say, until it is ended."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["HOCTAP_TELEGRAM_API"]))
    bot, dispatcher = Bot(os.environ["HOCTAP_TELEGRAM_TOKEN"], session=session), Dispatcher()
    dispatcher.include_router(router)
    for each in middlewares:
        router.callback_query.middleware(each)
    address = os.environ.get("HOCTAP_TELEGRAM_WEBHOOK_URL")
    if not address:
        await dispatcher.start_polling(bot)
        return
    app, parts = web.Application(), urlsplit(address)
    SimpleRequestHandler(dispatcher, bot, secret_token=_SECRET).register(app, parts.path)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, parts.hostname, parts.port).start()
    await bot.set_webhook(address, secret_token=_SECRET)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(run_bot())
