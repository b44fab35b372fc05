"""The address that Telegram posts to: who may, what is refused, and that nobody waits for the answer to leave."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from channels.telegram.webhook import LARGEST_BODY, SECRET_HEADER, webhook_secret
from tests.channels.telegram.conftest import begin, state_of
from tests.standin import Telegram
from tests.telegram import BotServer, running_bot

pytestmark = pytest.mark.slow  # a server of its own for each


@pytest.fixture
def hooked(telegram: Telegram, tmp_path: Path) -> Iterator[BotServer]:
    """Telegram posts to it."""
    with running_bot(BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db", is_webhook=True)) as server:
        telegram.wait(lambda telegram: telegram.webhook_url, seconds=30)
        yield server


def post(server: BotServer, content: bytes, secret: str | None = None) -> int:
    told = webhook_secret(server.telegram.token) if secret is None else secret
    return httpx2.post(
        f"{server.url}/telegram", content=content, headers={SECRET_HEADER: told}, timeout=10
    ).status_code


def typed(chat: int, text: str, number: int = 900_000_000) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Thào"}
    message = {"message_id": 9, "date": 1_790_000_000, "from": person, "text": text}
    return {"update_id": number, "message": {**message, "chat": {"id": chat, "type": "private"}}}


def test_a_chat(telegram: Telegram, hooked: BotServer) -> None:
    person = telegram.person()
    begin(person)
    assert "Câu 1/20" in person.last.text
    assert telegram.webhook_error == ""


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 64])
def test_nobody_else_may_post(secret: str, telegram: Telegram, hooked: BotServer) -> None:
    person = telegram.person()
    assert post(hooked, json.dumps(typed(person.chat_id, "/start")).encode(), secret) == 403
    assert state_of(hooked, person) is None


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"x" * (LARGEST_BODY + 1), 413),
        (b"not JSON", 400),
        (b"[" * 100_000, 400),
        (b"{}", 200),
        (b"[1]", 200),
        (b'{"update_id": 5, "message": {"message_id": "wrong"}}', 200),
        (b'{"update_id": 6, "something_new": {}}', 200),
    ],
)
def test_what_is_no_update_is_refused_or_left_out(content: bytes, status: int, hooked: BotServer) -> None:
    """200 for what Telegram itself may send: it repeats everything else for a day."""
    assert post(hooked, content) == status


def test_only_posts_are_taken(hooked: BotServer) -> None:
    assert httpx2.get(f"{hooked.url}/telegram").status_code == 405


def test_it_answers_before_a_slow_telegram_has_taken_the_reply(telegram: Telegram, hooked: BotServer) -> None:
    telegram.faults.delay_seconds = 3600
    person = telegram.person()
    assert post(hooked, json.dumps(typed(person.chat_id, "/start c03667")).encode()) == 200
    state = state_of(hooked, person)
    assert state
    assert str(state.account.place) == "greeting:03667"
    telegram.faults.delay_seconds = 0


def test_the_same_update_twice_is_one_turn_and_one_answer(telegram: Telegram, hooked: BotServer) -> None:
    person = telegram.person()
    begin(person)
    update = json.dumps(typed(person.chat_id, "2")).encode()
    assert [post(hooked, update), post(hooked, update)] == [200, 200]
    person.wait(lambda person: "Câu 2/20" in person.last.text)
    assert len([message for message in person.messages if message.is_from_bot]) == 2
    state = state_of(hooked, person)
    assert state
    assert state.sessions[0, False].answers == {"q01": 2}


def test_the_secret_does_not_give_the_token_away(telegram: Telegram, hooked: BotServer) -> None:
    told = [call.parameters["secret_token"] for call in telegram.calls if call.method == "setWebhook"]
    assert told == [webhook_secret(telegram.token)]
    assert telegram.token.partition(":")[2] not in told[0]
