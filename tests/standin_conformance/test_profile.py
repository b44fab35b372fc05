"""What people see before they start: name, descriptions, commands and the menu button, in their language."""

from typing import Any

import pytest

from tests.standin import Telegram
from tests.standin_conformance.both import Client, both, started
from tests.standin_conformance.wanted import Commands, CommandsButton, ScopeOfChat


def test_the_bot_knows_itself() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        return await bot.ask("get_me")

    assert both(scenario) == {
        "id": 123456,
        "is_bot": True,
        "first_name": "Hoctap",
        "username": "hoctap_test_bot",
        "can_join_groups": True,
    }


@pytest.mark.parametrize(
    ("what", "field"),
    [("name", "name"), ("description", "description"), ("short_description", "short_description")],
)
def test_texts_by_language(what: str, field: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        await bot.ask(f"set_my_{what}", **{field: "Học tập"})
        await bot.ask(f"set_my_{what}", **{field: "Learning"}, language_code="en")
        return [
            (await bot.ask(f"get_my_{what}"))[field],
            (await bot.ask(f"get_my_{what}", language_code="en"))[field],
            (await bot.ask(f"get_my_{what}", language_code="fr"))[field],
            (await bot.ask(f"set_my_{what}", **{field: "x"}, language_code="english")).words,
        ]

    assert both(scenario) == ["Học tập", "Learning", "Học tập", "bad request: invalid language code specified"]


def test_commands_by_scope_and_language() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        here = ScopeOfChat(thao.chat_id)
        await bot.ask("set_my_commands", commands=Commands([("start", "Bắt đầu"), ("help", "Trợ giúp")]))
        await bot.ask("set_my_commands", commands=Commands([("start", "Start")]), language_code="en")
        await bot.ask("set_my_commands", commands=Commands([("stop", "Dừng")]), scope=here)
        read = [
            await bot.ask("get_my_commands"),
            await bot.ask("get_my_commands", language_code="en"),
            await bot.ask("get_my_commands", scope=here),
        ]
        await bot.ask("delete_my_commands")
        read.append(await bot.ask("get_my_commands"))
        return [[(each["command"], each["description"]) for each in commands] for commands in read]

    assert both(scenario) == [
        [["start", "Bắt đầu"], ["help", "Trợ giúp"]],
        [["start", "Start"]],
        [["stop", "Dừng"]],
        [],
    ]


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([("Start", "x")], "bot_command_invalid"),
        ([("x" * 33, "x")], "command length must not exceed 32"),
        ([("start", "x" * 257)], "command description length must not exceed 256"),
        ([(f"c{number}", "x") for number in range(101)], "bot_commands_too_much"),
    ],
)
def test_commands_that_are_refused(commands: list[tuple[str, str]], words: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        return (await bot.ask("set_my_commands", commands=Commands(commands))).words

    assert both(scenario) == f"bad request: {words}"


@pytest.mark.parametrize(("what", "longest"), [("name", 64), ("description", 512), ("short_description", 120)])
def test_texts_that_are_too_long(what: str, longest: int) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        fits = await bot.ask(f"set_my_{what}", **{what: "ă" * longest})
        return fits, (await bot.ask(f"set_my_{what}", **{what: "ă" * (longest + 1)})).kind

    assert both(scenario) == [True, "bad request"]


def test_the_menu_button() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        await bot.ask("set_chat_menu_button", menu_button=CommandsButton())
        await bot.ask("set_chat_menu_button", chat_id=thao.chat_id, menu_button=CommandsButton())
        everywhere = await bot.ask("get_chat_menu_button")
        return everywhere["type"], (await bot.ask("get_chat_menu_button", chat_id=thao.chat_id))["type"]

    assert both(scenario) == ["commands", "commands"]


def test_a_chat_can_be_looked_up() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        chat = await bot.ask("get_chat", chat_id=started(telegram).chat_id)
        return chat["type"], chat["first_name"], (await bot.ask("get_chat", chat_id=5)).words

    assert both(scenario) == ["private", "Thào", "bad request: chat not found"]
