"""Webhooks: every update arrives, with the secret, in order for one chat, whatever breaks on the way."""

import asyncio
from typing import Any

from aiohttp import web

from tests.standin import FloodLimits, HandClock, Telegram
from tests.standin_conformance.both import Client, both, started
from tests.standin_conformance.listener import listening

QUICK = 200.0
"""A second's wait takes five milliseconds."""


async def pending(telegram: Telegram, number: int) -> None:
    await asyncio.to_thread(telegram.wait, lambda it: it.pending == number)


def test_updates_arrive_with_the_secret() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        async with listening() as listener:
            thao = started(telegram)
            was_set = await bot.ask("set_webhook", url=f"{listener.url}/hook", secret_token="s3cret_-")
            thao.type("một")
            thao.type("hai")
            texts = await listener.wait_for(2)
            await pending(telegram, 0)
            secrets = {each["X-Telegram-Bot-Api-Secret-Token"] for each in listener.headers}
            return was_set, texts, list(secrets)

    assert both(scenario) == [True, ["một", "hai"], ["s3cret_-"]]


def test_what_waited_before_arrives_too_unless_dropped() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        async with listening() as listener:
            thao = started(telegram)
            thao.type("thôi")
            await bot.ask("set_webhook", url=listener.url, drop_pending_updates=True)
            await bot.ask("delete_webhook")
            thao.type("một")
            await bot.ask("set_webhook", url=listener.url)
            return await listener.wait_for(1)

    assert both(scenario) == ["một"]


def test_an_error_is_told_and_the_update_comes_again_in_order() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        failures = iter([503, 500])

        def answer(update: dict[str, Any]) -> web.Response:
            return web.Response(status=next(failures, 200))

        async with listening(answer) as listener:
            thao = started(telegram)
            await bot.ask("set_webhook", url=listener.url)
            for text in ("một", "hai", "ba"):
                thao.type(text)
            texts = await listener.wait_for(3)
            await pending(telegram, 0)
            info = await bot.ask("get_webhook_info")
            return texts, listener.refused, info["last_error_message"], info.get("pending_update_count", 0)

    words = "Wrong response from the webhook: 500 Internal Server Error"
    assert both(scenario, speed=QUICK) == [["một", "hai", "ba"], 2, words, 0]


def test_two_processes_behind_one_address_and_one_dies() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        people = [started(telegram, f"Người {number}") for number in range(6)]
        async with listening() as first:
            async with listening() as second:
                telegram.webhook_targets = [first.url, second.url]
                await bot.ask("set_webhook", url="https://bot.sonla.example/hook", max_connections=2)
                for person in people:
                    person.type("một")
                await pending(telegram, 0)
                both_worked = bool(first.updates) and bool(second.updates)
                so_far = len(first.updates) + len(second.updates)
            for person in people:
                person.type("hai")
            await pending(telegram, 0)
            alone = [update["message"]["text"] for update in first.updates].count("hai")
            return both_worked, so_far, alone

    assert both(scenario, speed=QUICK) == [True, 6, 6]


def test_nobody_listens_for_a_while() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        async with listening() as listener:
            await bot.ask("set_webhook", url="https://bot.sonla.example/", max_connections=1)
            telegram.webhook_targets = ["http://127.0.0.1:9"]
            thao.type("một")
            await asyncio.to_thread(telegram.wait, lambda it: it.webhook_error)
            words = telegram.webhook_error
            telegram.webhook_targets = [listener.url]
            return words, await listener.wait_for(1)

    assert both(scenario, speed=QUICK) == ["Connection refused", ["một"]]


def test_a_slow_chat_does_not_hold_up_the_others() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        slow, quick = started(telegram, "Chậm"), started(telegram, "Nhanh")
        broken = {slow.chat_id}

        def answer(update: dict[str, Any]) -> web.Response:
            return web.Response(status=500 if update["message"]["chat"]["id"] in broken else 200)

        async with listening(answer) as listener:
            await bot.ask("set_webhook", url=listener.url)
            slow.type("chậm 1")
            slow.type("chậm 2")
            quick.type("nhanh")
            first = list(await listener.wait_for(1))
            broken.clear()
            return first, await listener.wait_for(3)

    assert both(scenario, speed=QUICK) == [["nhanh"], ["nhanh", "chậm 1", "chậm 2"]]


def test_updates_may_be_delivered_twice_and_out_of_order() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        async with listening() as listener:
            telegram.faults.duplicate = telegram.faults.shuffle = True
            for number in range(10):
                thao.type(str(number))
            await bot.ask("set_webhook", url=listener.url)
            texts = await listener.wait_for(20)
            await pending(telegram, 0)
            numbers = list(map(int, texts))
            return sorted(numbers), numbers == sorted(numbers)

    assert both(scenario) == [[number for number in range(10) for _ in range(2)], False]


def test_the_answer_may_carry_a_call() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        def answer(update: dict[str, Any]) -> web.Response:
            chat_id = update["message"]["chat"]["id"]
            return web.json_response({"method": "sendMessage", "chat_id": chat_id, "text": "vâng"})

        async with listening(answer) as listener:
            thao = started(telegram)
            await bot.ask("set_webhook", url=listener.url)
            thao.type("có ai không")
            await asyncio.to_thread(thao.wait, lambda person: person.last.text == "vâng")
            return str(thao.last)

    assert both(scenario) == "bot> #3 vâng"


def test_two_processes_that_set_it_at_once() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        address = "https://bot.sonla.example/hook"
        first = await bot.ask("set_webhook", url=address)
        second = await bot.ask("set_webhook", url=address)
        clock = telegram.world.clock
        assert isinstance(clock, HandClock)
        clock.move_on(1)
        return first, second.kind, second.retry_after, await bot.ask("set_webhook", url=address), telegram.refusals

    assert both(scenario, FloodLimits()) == [True, "retry after", 1, True, []]


def test_what_the_info_says() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        before = await bot.ask("get_webhook_info")
        await bot.ask(
            "set_webhook", url="https://bot.sonla.example/hook", max_connections=7, allowed_updates=["message"]
        )
        after = await bot.ask("get_webhook_info")
        await bot.ask("delete_webhook")
        return before.get("url", ""), after, (await bot.ask("get_webhook_info")).get("url", "")

    assert both(scenario) == [
        "",
        {
            "url": "https://bot.sonla.example/hook",
            "pending_update_count": 0,
            "max_connections": 7,
            "ip_address": "127.0.0.1",
            "allowed_updates": ["message"],
        },
        "",
    ]


def test_addresses_and_secrets_that_are_refused() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        return [
            (await bot.ask("set_webhook", url="http://bot.sonla.example/")).words,
            (await bot.ask("set_webhook", url="https://bot.sonla.example/", secret_token="có dấu")).words,
        ]

    assert both(scenario) == [
        "bad request: bad webhook: an https url must be provided for webhook",
        "bad request: secret token contains unallowed characters",
    ]
