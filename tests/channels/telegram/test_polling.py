"""Fetching updates through bad hours: no network, a second poller, a void token; and what is logged of it."""

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetMe

from channels.telegram.insist import insist
from tests.channels.telegram.conftest import begin, state_of
from tests.standin import Telegram
from tests.telegram import BotServer, running_bot
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.slow  # a server of its own for each


def test_an_hour_without_a_network_is_a_few_lines_and_then_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        began, attempts = loop.time(), 0

        async def call(method: Any, request_timeout: int) -> str:
            nonlocal attempts
            attempts += 1
            if loop.time() - began < 3600:
                raise TelegramNetworkError(method, "no route to host")
            return "there"

        return await insist(cast("Bot", call), GetMe()), loop.time() - began

    with caplog.at_level(logging.INFO):
        result, seconds = run_in_virtual_time(main())
    assert result == "there"
    assert 3600 <= seconds <= 3630, "half a minute after the network is back"
    assert 3 < len(caplog.records) < 12
    assert "works again" in caplog.records[-1].getMessage()


def test_a_429_is_waited_out_as_told() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()

        async def call(method: Any, request_timeout: int) -> bool:
            if loop.time() - began < 17:
                raise TelegramRetryAfter(method, "Too Many Requests", retry_after=17)
            return True

        await insist(cast("Bot", call), GetMe())
        return loop.time() - began

    assert run_in_virtual_time(main()) == 17


def test_a_second_poller_is_named_in_the_log_and_nobody_is_lost(
    telegram: Telegram, server: BotServer, caplog: pytest.LogCaptureFixture
) -> None:
    person = telegram.person()
    begin(person)
    conflict = {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request",
    }
    telegram.faults.answer_next("getUpdates", 409, conflict)
    caplog.set_level(logging.INFO)
    person.wait_for_reply(lambda: person.press(label="1–2 ngày"))
    person.wait_for_reply(lambda: person.press(label=person.last.labels[0][0]), seconds=20)
    assert "another program fetches the updates of this bot" in caplog.text
    assert "works again" in caplog.text


@pytest.mark.parametrize("answer", [(500, b"<html>Bad Gateway</html>"), (200, b"<html>Blocked</html>"), (502, b"")])
def test_what_answers_in_telegrams_place_is_waited_out(
    answer: tuple[int, bytes], telegram: Telegram, server: BotServer
) -> None:
    person = telegram.person()
    begin(person)
    telegram.faults.answer_next("editMessageText", *answer)
    telegram.faults.answer_next("getUpdates", *answer)
    person.press(label="1–2 ngày")
    person.wait(lambda person: "Câu 2/20" in person.last.text, seconds=20)


def test_updates_that_are_broken_do_not_hold_up_the_others(
    telegram: Telegram, server: BotServer, caplog: pytest.LogCaptureFixture
) -> None:
    person = telegram.person()
    telegram.feed({"message": {"message_id": "wrong", "text": "marked words"}})
    telegram.feed({"message": None})
    telegram.feed({"poll": {}, "callback_query": {"id": "1", "data": "marked words"}})
    person.wait_for_reply(lambda: person.type("/start"), seconds=30)
    assert "marked words" not in caplog.text


def test_what_was_taken_is_confirmed_at_the_end(telegram: Telegram, tmp_path: Path) -> None:
    server = BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db")
    person = telegram.person()
    with running_bot(server):
        begin(person)
        person.wait_for_reply(lambda: person.type("2"))
    assert telegram.pending == 0
    count = len(person.messages)
    with running_bot(server):
        person.wait_for_reply(lambda: person.type("3"), seconds=30)
    assert len(person.messages) == count + 2, "nothing is said twice after a restart"


def test_an_answer_that_was_lost_with_the_process_comes_after_the_restart(
    telegram: Telegram, tmp_path: Path
) -> None:
    """The turn was committed, the process died before its answer left: Telegram delivers the update again."""
    server = BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db")
    person = telegram.person()
    with running_bot(server):
        begin(person)
        telegram.wait(lambda telegram: telegram.pending == 0)
    update = telegram.world.updates.next_id
    with running_bot(BotServer(telegram, server.database_url)) as other:
        telegram.wait(lambda telegram: telegram.polls_waiting, seconds=30)
        telegram.faults.fail_share, telegram.faults.fail_methods = 1.0, frozenset({"sendmessage"})
        person.type("2")
        telegram.wait(lambda telegram: telegram.counts["sendmessage", 500] + telegram.counts["sendmessage", 502])
        state = state_of(other, person)
        assert state
        assert state.account.last_update == update
    telegram.faults.fail_share = 0.0
    copy = {"message_id": 99, "date": 1, "chat": person.chat.as_json(), "from": person.user, "text": "2"}
    telegram.feed({"update_id": update, "message": copy})
    with running_bot(BotServer(telegram, server.database_url)) as third:
        person.wait(lambda person: "Câu 2/20" in person.last.text, seconds=30)
        state = state_of(third, person)
    assert state
    assert state.sessions[0, False].answers == {"q01": 2}


class Heard(logging.Handler):
    """Tells when certain words were logged."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.was_heard = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.words in record.getMessage():
            self.was_heard.set()


@pytest.mark.parametrize(
    ("token", "words"),
    [("123456:not-this-one", "Telegram does not know this token"), ("what is this", "is not a token")],
)
def test_a_token_that_is_wrong_stops_only_telegram(
    token: str, words: str, telegram: Telegram, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    heard = Heard(words)
    logging.getLogger("bot.telegram").addHandler(heard)
    try:
        with running_bot(BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db", token=token)) as server:
            assert heard.was_heard.wait(30)
            assert httpx2.get(server.url).status_code == 200
    finally:
        logging.getLogger("bot.telegram").removeHandler(heard)
    assert "hoctap: without Telegram." in capfd.readouterr().err
    assert token not in caplog.text
