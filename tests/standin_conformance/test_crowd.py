"""A crowd answers by itself: a whole bot on each library, and people who press as soon as they see something."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, types
from aiogram.client.telegram import TelegramAPIServer
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from tests.standin import Person, Seen, Telegram, running_standin
from tests.standin_conformance.with_aiogram import QuickSession

PEOPLE = 50
QUESTIONS = 5
DONE = f"Câu {QUESTIONS}"

Running = Callable[[Telegram, Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]]


async def on_aiogram(telegram: Telegram, meanwhile: Callable[[], Awaitable[None]]) -> None:
    bot = Bot(telegram.token, session=QuickSession(api=TelegramAPIServer.from_base(telegram.url)))
    dispatcher = Dispatcher()

    def keyboard(number: int) -> types.InlineKeyboardMarkup | None:
        button = types.InlineKeyboardButton(text="Tiếp", callback_data=str(number))
        return types.InlineKeyboardMarkup(inline_keyboard=[[button]]) if number < QUESTIONS else None

    @dispatcher.message()
    async def begin(message: types.Message) -> None:
        await message.answer("Câu 1", reply_markup=keyboard(1))

    @dispatcher.callback_query()
    async def go_on(query: types.CallbackQuery) -> None:
        number = int(query.data or "0") + 1
        assert isinstance(query.message, types.Message)
        await query.answer()
        await query.message.edit_text(f"Câu {number}", reply_markup=keyboard(number))

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await meanwhile()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await bot.session.close()


async def on_ptb(telegram: Telegram, meanwhile: Callable[[], Awaitable[None]]) -> None:
    def keyboard(number: int) -> InlineKeyboardMarkup | None:
        button = InlineKeyboardButton("Tiếp", callback_data=str(number))
        return InlineKeyboardMarkup([[button]]) if number < QUESTIONS else None

    async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text("Câu 1", reply_markup=keyboard(1))

    async def go_on(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query
        number = int(query.data or "0") + 1
        await query.answer()
        await query.edit_message_text(f"Câu {number}", reply_markup=keyboard(number))

    application = Application.builder().token(telegram.token).base_url(f"{telegram.url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, begin))
    application.add_handler(CallbackQueryHandler(go_on))
    async with application:
        assert application.updater
        await application.start()
        await application.updater.start_polling(timeout=2)
        await meanwhile()
        await application.updater.stop()
        await application.stop()


@pytest.mark.parametrize("run", [on_aiogram, on_ptb])
def test_a_crowd_answers_by_itself(run: Running) -> None:
    def go_on(person: Person, seen: Seen) -> None:
        if seen.keyboard:
            person.press(seen, "Tiếp")

    with running_standin(keep_calls=0) as telegram:
        people = [telegram.person(f"Người {number}") for number in range(PEOPLE)]
        telegram.on_reply(go_on)

        async def wait_for_all() -> None:
            for person in people:
                person.type("/start")
            for person in people:
                await asyncio.to_thread(person.wait, lambda it: it.last.text == DONE)

        asyncio.run(run(telegram, wait_for_all))
        assert telegram.counts["editmessagetext", 200] == PEOPLE * (QUESTIONS - 1)
        assert all(len(person.answered_presses) == QUESTIONS - 1 for person in people)
        assert telegram.calls == []
