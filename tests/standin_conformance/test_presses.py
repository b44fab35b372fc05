"""Buttons: what the bot gets when one is pressed, and how long it may take to answer."""

from typing import Any

from tests.standin import HandClock, Telegram
from tests.standin_conformance.both import Client, both, started
from tests.standin_conformance.wanted import Keyboard

LATE = "bad request: query is too old and response timeout expired or query id is invalid"
KEYBOARD = Keyboard([[("Có", "yes"), ("Không", "no")]])


async def asked(bot: Client, telegram: Telegram) -> Any:
    """Thào, who was asked something."""
    thao = started(telegram)
    await bot.ask("send_message", chat_id=thao.chat_id, text="Bắt đầu không?", reply_markup=KEYBOARD)
    return thao


def test_a_press_brings_the_message_with_its_keyboard() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = await asked(bot, telegram)
        query_id = thao.press(thao.last, "Không")
        query = (await bot.ask("get_updates"))[0]["callback_query"]
        message = query["message"]
        is_right = query["id"] == query_id and query["from"]["id"] == thao.chat_id and bool(query["chat_instance"])
        return is_right, query["data"], message["text"], message["from"]["first_name"], message["reply_markup"]

    assert both(scenario) == [
        True,
        "no",
        "Bắt đầu không?",
        "Hoctap",
        {"inline_keyboard": [[{"text": "Có", "callback_data": "yes"}, {"text": "Không", "callback_data": "no"}]]},
    ]


def test_an_old_button_can_still_be_pressed() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = await asked(bot, telegram)
        old = thao.last
        await bot.ask("edit_message_text", chat_id=thao.chat_id, message_id=old.message_id, text="Xong")
        thao.press(old, "Có")
        query = (await bot.ask("get_updates"))[0]["callback_query"]
        return query["data"], query["message"]["text"], "reply_markup" in query["message"]

    assert both(scenario) == ["yes", "Xong", False]


def test_a_button_of_a_message_that_is_gone() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = await asked(bot, telegram)
        old = thao.last
        thao.delete(old.message_id)
        thao.press(old, "Có")
        message = (await bot.ask("get_updates"))[0]["callback_query"]["message"]
        return message["message_id"], message["chat"]["id"] == thao.chat_id, "text" in message

    assert both(scenario) == [2, True, False]


def test_a_press_is_answered_with_words() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = await asked(bot, telegram)
        query_id = thao.press(thao.last, "Có")
        taken = await bot.ask("answer_callback_query", callback_query_id=query_id, text="Đã nhận", show_alert=True)
        answered = thao.answered_presses[0]
        return taken, answered.query_id == query_id, answered.text, answered.show_alert

    assert both(scenario) == [True, True, "Đã nhận", True]


def test_a_late_answer_and_one_to_nobody_are_refused() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = await asked(bot, telegram)
        query_id = thao.press(thao.last, "Có")
        clock = telegram.world.clock
        assert isinstance(clock, HandClock)
        clock.move_on(16)
        late = await bot.ask("answer_callback_query", callback_query_id=query_id)
        made_up = await bot.ask("answer_callback_query", callback_query_id="12345")
        return late.kind, late.words, made_up.words, thao.answered_presses

    assert both(scenario) == ["bad request", LATE, LATE, []]
