"""Whom a bot cannot reach, and what it cannot say: the same error for both libraries, in Telegram's words."""

from typing import Any

import pytest

from tests.standin import FloodLimits, Telegram
from tests.standin_conformance.both import Client, both, started
from tests.standin_conformance.wanted import Keyboard


async def say(bot: Client, chat_id: int, text: str = "x", **more: Any) -> Any:
    return await bot.ask("send_message", chat_id=chat_id, text=text, **more)


def test_people_who_cannot_be_reached() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        blocked, gone, stranger = started(telegram, "Mùa"), started(telegram, "Vàng"), telegram.person("Lạ")
        blocked.block()
        gone.deactivate()
        people = (blocked.chat_id, gone.chat_id, stranger.chat_id, 42)
        failures = [await say(bot, chat_id) for chat_id in people]
        return [(failure.kind, failure.words) for failure in failures]

    assert both(scenario) == [
        ["forbidden", "forbidden: bot was blocked by the user"],
        ["forbidden", "forbidden: user is deactivated"],
        ["forbidden", "forbidden: bot can't initiate conversation with a user"],
        ["bad request", "bad request: chat not found"],
    ]


def test_who_unblocks_can_be_reached_again() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        thao.block()
        thao.unblock()
        await say(bot, thao.chat_id, "lại gặp")
        changes = [update["my_chat_member"] for update in await bot.ask("get_updates")]
        standings = [(each["old_chat_member"]["status"], each["new_chat_member"]["status"]) for each in changes]
        return thao.last.text, standings

    assert both(scenario) == ["lại gặp", [["member", "kicked"], ["kicked", "member"]]]


def test_groups_that_threw_the_bot_out_or_moved() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        group = telegram.group()
        outside = await say(bot, group.chat_id)
        group.add_bot()
        inside = await say(bot, group.chat_id)
        supergroup = group.migrate()
        moved = await say(bot, group.chat_id)
        there = await say(bot, supergroup.chat_id)
        supergroup.kick_bot()
        kicked = await say(bot, supergroup.chat_id)
        is_new_id = moved.migrate_to == supergroup.chat_id
        return (
            outside.words,
            inside["text"],
            moved.kind,
            moved.words,
            is_new_id,
            there["chat"]["type"],
            kicked.words,
        )

    assert both(scenario) == [
        "forbidden: bot is not a member of the group chat",
        "x",
        "migrated",
        "bad request: group chat was upgraded to a supergroup chat",
        True,
        "supergroup",
        "forbidden: bot was kicked from the supergroup chat",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": "<b>x"}, "can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ({"text": "<q>x</q>"}, 'can\'t parse entities: unsupported start tag "q" at byte offset 0'),
        ({"text": "ă<b"}, "can't parse entities: unclosed start tag at byte offset 2"),
        ({"text": "x</b>"}, "can't parse entities: unexpected end tag at byte offset 1"),
        (
            {"text": "<b>x</i>"},
            'can\'t parse entities: unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b> </b>"}, "text must be non-empty"),
        ({"text": "x", "reply_markup": Keyboard([[("A", "x" * 65)]])}, "button_data_invalid"),
        ({"text": "x", "reply_markup": Keyboard([[("A", "đ" * 33)]])}, "button_data_invalid"),
        ({"text": "x", "reply_markup": Keyboard([[("A", "a")]] * 101)}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": Keyboard([[("A", "http://localhost/")]])},
            "inline keyboard button url 'http://localhost/' is invalid: wrong http url",
        ),
    ],
)
def test_what_cannot_be_said(arguments: dict[str, Any], words: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        failure = await say(bot, thao.chat_id, parse_mode="HTML", **arguments)
        return failure.kind, failure.words, len(thao.messages)

    assert both(scenario) == ["bad request", f"bad request: {words}", 1]


def test_what_can_just_be_said() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        keyboard = Keyboard([[("A", "x" * 64)]] * 100)
        sent = await say(bot, thao.chat_id, f"<b>{'x' * 4096}</b>", parse_mode="HTML", reply_markup=keyboard)
        return len(sent["text"])

    assert both(scenario) == 4096


def test_too_many_messages_come_with_the_time_to_wait() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        answers = [await say(bot, thao.chat_id, str(number)) for number in range(3)]
        refused, other = answers[2], await say(bot, started(telegram, "Mùa").chat_id)
        seen = [each.text for each in thao.messages]
        return refused.kind, refused.words, refused.retry_after, other.kind, seen, len(telegram.refusals)

    limits = FloodLimits(chat_burst=2, chat_per_second=0.25)
    words = "too many requests: retry after 4"
    assert both(scenario, limits)[:4] == ["retry after", words, 4, "retry after"]
    assert both(scenario, limits)[4:] == [["/start", "0", "1"], 2]


def test_an_unwell_server() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        for status, words in ((500, "Internal Server Error"), (502, "Bad Gateway")):
            telegram.faults.answer_next("getMe", status, {"ok": False, "error_code": status, "description": words})
        failures = [await bot.ask("get_me"), await bot.ask("get_me")]
        return [(failure.kind, failure.words) for failure in failures]

    assert both(scenario) == [["server", "internal server error"], ["server", "bad gateway"]]


def test_nobody_there() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        before = await bot.ask("get_me")
        telegram.faults.cut()
        gone = await bot.ask("get_me")
        telegram.faults.restore()
        after = await bot.ask("get_me")
        return before == after, gone.kind

    assert both(scenario) == [True, "network"]
