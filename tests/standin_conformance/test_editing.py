"""Edits change what the person sees, or say why not."""

from typing import Any

import pytest

from tests.standin import Telegram
from tests.standin_conformance.both import TINY_PNG, Client, both, started
from tests.standin_conformance.wanted import File, Keyboard, NewMedia

NOT_MODIFIED = (
    "bad request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
KEYBOARD = Keyboard([[("Có", "yes"), ("Không", "no")]])


async def sent(bot: Client, telegram: Telegram, **more: Any) -> tuple[Any, dict[str, Any]]:
    """Thào, and how to name the message that she got."""
    thao = started(telegram)
    if "photo" in more:
        message = await bot.ask("send_photo", chat_id=thao.chat_id, **more)
    else:
        message = await bot.ask("send_message", chat_id=thao.chat_id, **{"text": "một", **more})
    return thao, {"chat_id": thao.chat_id, "message_id": message["message_id"]}


def test_a_text_is_edited_and_loses_its_keyboard_if_none_comes_along() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, it = await sent(bot, telegram, reply_markup=KEYBOARD)
        edited = await bot.ask("edit_message_text", text="hai", **it)
        return edited["text"], edited["edit_date"], str(thao.last), thao.last.edited

    assert both(scenario) == ["hai", 1_760_000_000, "bot> #2 hai", 1]


def test_only_the_keyboard_is_edited() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, it = await sent(bot, telegram)
        await bot.ask("edit_message_reply_markup", reply_markup=KEYBOARD, **it)
        before = thao.last.labels
        await bot.ask("edit_message_reply_markup", **it)
        return before, thao.last.labels

    assert both(scenario) == [[["Có", "Không"]], []]


def test_a_caption_is_edited() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, it = await sent(bot, telegram, photo=File(TINY_PNG, "a.png"), caption="một")
        await bot.ask("edit_message_caption", caption="<i>hai</i>", parse_mode="HTML", **it)
        return thao.last.text, thao.last.html, thao.last.photo == TINY_PNG

    assert both(scenario) == ["hai", "<i>hai</i>", True]


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_the_file_of_a_message_is_exchanged(kind: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, it = await sent(bot, telegram, photo=File(TINY_PNG, "a.png"))
        file = File(TINY_PNG + b"again", "b.png")
        edited = await bot.ask("edit_message_media", media=NewMedia(kind, file, "mới"), **it)
        return kind in edited, getattr(thao.last, kind) == file.content, thao.last.text

    assert both(scenario) == [True, True, "mới"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("edit_message_text", {"text": "<b>một</b>", "parse_mode": "HTML", "reply_markup": KEYBOARD}),
        ("edit_message_reply_markup", {"reply_markup": KEYBOARD}),
    ],
)
def test_an_edit_that_changes_nothing_is_refused(method: str, arguments: dict[str, Any]) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, it = await sent(bot, telegram, text="<b>một</b> ", parse_mode="HTML", reply_markup=KEYBOARD)
        failure = await bot.ask(method, **arguments, **it)
        return failure.kind, failure.words, thao.last.edited

    assert both(scenario) == ["bad request", NOT_MODIFIED, 0]


def test_what_cannot_be_edited() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao, text = await sent(bot, telegram)
        photo = {**text, "message_id": 3}
        await bot.ask("send_photo", chat_id=thao.chat_id, photo=File(TINY_PNG, "a.png"))
        thao.delete(text["message_id"])
        failures = [
            await bot.ask("edit_message_text", text="hai", **text),
            await bot.ask("edit_message_text", text="hai", chat_id=thao.chat_id, message_id=999),
            await bot.ask("edit_message_text", text="hai", chat_id=thao.chat_id, message_id=1),
            await bot.ask("edit_message_text", text="hai", **photo),
            await bot.ask("edit_message_text", text="hai", chat_id=5, message_id=2),
        ]
        return [failure.words for failure in failures]

    assert both(scenario) == [
        "bad request: message to edit not found",
        "bad request: message to edit not found",
        "bad request: message can't be edited",
        "bad request: there is no text in the message to edit",
        "bad request: chat not found",
    ]


def test_a_text_has_no_caption_to_edit() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        _, it = await sent(bot, telegram)
        return (await bot.ask("edit_message_caption", caption="x", **it)).words

    assert both(scenario) == "bad request: there is no caption in the message to edit"
