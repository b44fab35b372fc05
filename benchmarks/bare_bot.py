"""The floor of Telegram: an aiogram bot as most are written, that stores nothing and only edits and answers."""

import asyncio
import os

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

_TEXT = (
    "Câu 1/20 · còn khoảng 4 phút\n\n" + "Trong tháng qua, mỗi tuần bạn đọc, nghe hoặc xem tin tức mấy ngày? " * 3
)
_KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=f"Gần như hằng ngày {key}", callback_data=f"a:q07:{key}")] for key in range(7)
    ]
)

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


async def main() -> None:
    """Polls until it is ended."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["HOCTAP_TELEGRAM_API"]))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot(os.environ["HOCTAP_TELEGRAM_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
