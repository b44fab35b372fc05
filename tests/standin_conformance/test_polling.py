"""getUpdates: nothing is lost, nothing comes twice that was confirmed, and one poller at a time."""

import asyncio
from typing import Any

from tests.standin import Telegram
from tests.standin_conformance.both import Client, both, started

OTHER = "conflict: terminated by other getupdates request; make sure that only one bot instance is running"
ACTIVE = (
    "conflict: can't use getupdates method while webhook is active; use deletewebhook to delete the webhook first"
)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def test_updates_come_again_until_confirmed() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        thao.type("một")
        thao.type("hai")
        first = await bot.ask("get_updates")
        again = await bot.ask("get_updates", limit=1)
        rest = await bot.ask("get_updates", offset=first[0]["update_id"] + 1)
        none = await bot.ask("get_updates", offset=first[1]["update_id"] + 1)
        return texts(first), texts(again), texts(rest), none, telegram.pending

    assert both(scenario) == [["một", "hai"], ["một"], ["hai"], [], 0]


def test_a_negative_offset_forgets_the_older_ones() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        for text in ("một", "hai", "ba"):
            thao.type(text)
        return texts(await bot.ask("get_updates", offset=-2)), telegram.pending

    assert both(scenario) == [["hai", "ba"], 2]


def test_a_long_poll_ends_when_someone_writes() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        poll = asyncio.create_task(bot.ask("get_updates", timeout=30))
        await asyncio.to_thread(telegram.wait, lambda it: it.polls_waiting)
        thao.type("có ai không")
        return texts(await asyncio.wait_for(poll, 5))

    assert both(scenario) == ["có ai không"]


def test_a_second_poller_ends_the_first() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        first = asyncio.create_task(bot.ask("get_updates", timeout=30))
        await asyncio.to_thread(telegram.wait, lambda it: it.polls_waiting)
        second = asyncio.create_task(bot.ask("get_updates", timeout=20))
        failure = await asyncio.wait_for(first, 5)
        await asyncio.to_thread(telegram.wait, lambda it: it.polls_waiting)
        thao.type("một")
        return failure.kind, failure.words, texts(await asyncio.wait_for(second, 5))

    assert both(scenario) == ["conflict", OTHER, ["một"]]


def test_a_poller_that_died_is_forgotten() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        poll = asyncio.create_task(bot.ask("get_updates", timeout=30))
        await asyncio.to_thread(telegram.wait, lambda it: it.polls_waiting)
        poll.cancel()
        await asyncio.to_thread(telegram.wait, lambda it: not it.polls_waiting)
        thao.type("một")
        return texts(await bot.ask("get_updates", timeout=30)), telegram.counts["getupdates", 409]

    assert both(scenario) == [["một"], 0]


def test_an_offset_from_another_bot_loses_nothing() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        started(telegram).type("một")
        return texts(await bot.ask("get_updates", offset=2_000_000_000)), telegram.pending

    assert both(scenario) == [["một"], 1]


def test_no_polling_while_a_webhook_is_set() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        await bot.ask("set_webhook", url="http://127.0.0.1:9/hook")
        refused = await bot.ask("get_updates")
        await bot.ask("delete_webhook")
        return refused.kind, refused.words, await bot.ask("get_updates")

    assert both(scenario) == ["conflict", ACTIVE, []]


def test_set_webhook_ends_a_poll() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        poll = asyncio.create_task(bot.ask("get_updates", timeout=30))
        await asyncio.to_thread(telegram.wait, lambda it: it.polls_waiting)
        await bot.ask("set_webhook", url="http://127.0.0.1:9/hook")
        failure = await asyncio.wait_for(poll, 5)
        return failure.kind, failure.words

    assert both(scenario) == ["conflict", "conflict: terminated by setwebhook request"]


def test_allowed_updates_are_remembered() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        await bot.ask("get_updates", allowed_updates=["callback_query"])
        thao.type("not wanted")
        nothing = await bot.ask("get_updates")
        await bot.ask("get_updates", allowed_updates=["message", "my_chat_member"])
        thao.type("wanted")
        return nothing, texts(await bot.ask("get_updates"))

    assert both(scenario) == [[], ["wanted"]]


def test_an_update_shows_who_wrote_what_and_where() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        telegram.person("Thào", last_name="Nghĩ Ra").open_link("c03646")
        return await bot.ask("get_updates")

    thao = {"id": 6_500_000_001, "first_name": "Thào", "last_name": "Nghĩ Ra"}
    assert both(scenario) == [
        {
            "update_id": 700_000_001,
            "message": {
                "message_id": 1,
                "date": 1_760_000_000,
                "from": {**thao, "language_code": "vi"},
                "chat": {**thao, "type": "private"},
                "text": "/start c03646",
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            },
        }
    ]
