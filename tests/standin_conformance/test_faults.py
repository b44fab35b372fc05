"""Faults come when a test asks for them, in the same way every time, and lose nothing by themselves."""

from typing import Any

import httpx2
import pytest

from tests.standin import HandClock, Telegram, running_standin
from tests.standin_conformance.both import Client, both, started


def ask(client: httpx2.Client, telegram: Telegram, method: str, **values: Any) -> httpx2.Response:
    return client.post(f"{telegram.url}/bot{telegram.token}/{method}", json=values)


def test_a_share_of_answers_fails_before_or_after_the_call_took_effect() -> None:
    def play() -> tuple[list[int], int]:
        with running_standin(clock=HandClock(), seed=7) as telegram, httpx2.Client() as client:
            thao = started(telegram)
            telegram.faults.fail_share = 0.5
            to = {"chat_id": thao.chat_id, "text": "x"}
            statuses = [ask(client, telegram, "sendMessage", **to).status_code for _ in range(40)]
            return statuses, len(thao.messages) - 1

    statuses, arrived = play()
    assert {200, 500, 502} == set(statuses)
    assert statuses.count(200) < arrived < 40
    assert play() == (statuses, arrived)


def test_updates_come_twice() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        telegram.faults.duplicate = True
        thao.type("một")
        thao.type("hai")
        return [update["message"]["text"] for update in await bot.ask("get_updates")]

    assert both(scenario) == ["một", "một", "hai", "hai"]


def test_updates_come_out_of_order_but_all_of_them() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        telegram.faults.shuffle = True
        for number in range(20):
            thao.type(str(number))
        return [update["message"]["text"] for update in await bot.ask("get_updates")]

    came = both(scenario)
    assert came != sorted(came, key=int)
    assert sorted(came, key=int) == [str(number) for number in range(20)]


def test_a_cut_ends_open_connections_and_refuses_new_ones() -> None:
    with running_standin() as telegram, httpx2.Client() as client:
        url = f"{telegram.url}/bot{telegram.token}/getMe"
        assert client.get(url).status_code == 200
        telegram.faults.cut()
        with pytest.raises(httpx2.TransportError):
            client.get(url)
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(url)
        telegram.faults.restore()
        assert client.get(url).status_code == 200


def test_answers_can_be_late() -> None:
    with running_standin() as telegram:
        telegram.faults.delay_seconds = 0.2
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(f"{telegram.url}/bot{telegram.token}/getMe", timeout=0.05)


def test_a_mistake_in_a_callback_comes_to_light() -> None:
    def play() -> None:
        with running_standin() as telegram, httpx2.Client() as client:
            thao = started(telegram)
            telegram.on_reply(lambda person, seen: person.press(seen, "no such button"))
            ask(client, telegram, "sendMessage", chat_id=thao.chat_id, text="x")

    with pytest.raises(AssertionError, match="no such button"):
        play()
