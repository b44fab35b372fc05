"""No log line says who someone is, what they said, or what the token is: not even when everything fails."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.telegram.conftest import begin
from tests.logged import everything_logged
from tests.standin import Telegram
from tests.telegram import BotServer, running_bot

pytestmark = pytest.mark.slow  # a server of its own for each

MARKER = "xoài-kín-7731"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything, from every library."""
    with everything_logged(monkeypatch) as written:
        yield written


@pytest.mark.parametrize("is_webhook", [False, True])
def test_whatever_fails(is_webhook: bool, telegram: Telegram, tmp_path: Path, log: io.StringIO) -> None:
    person = telegram.person(MARKER, username="xoai_kin_7731")
    server = BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db", is_webhook=is_webhook)
    with running_bot(server):
        begin(person)
        person.wait_for_reply(lambda: person.type(MARKER))
        for status, body in refusals(person.chat_id):
            telegram.faults.answer_next("editMessageText", status, body)
            telegram.faults.answer_next("answerCallbackQuery", status, body)
            if status in (200, 500):
                telegram.faults.answer_next("getUpdates", status, body)
            person.press(label=person.last.labels[0][0])
            telegram.wait(lambda telegram: telegram.pending == 0, seconds=20)
        telegram.feed({"message": {"message_id": MARKER, "text": MARKER}})
        person.send("contact", caption=MARKER)
        person.block()
        telegram.wait(lambda telegram: telegram.pending == 0, seconds=20)
        fail_all_turns(server)
        person.unblock()
        person.type(f"/start {MARKER}")
        person.wait(
            lambda person: "chưa làm được" in person.last.text or "trục trặc" in person.last.text, seconds=20
        )
    written = log.getvalue()
    assert "action=converse" in written
    secrets = [MARKER, "7731", str(person.chat_id), telegram.token, telegram.token.partition(":")[2]]
    assert [secret for secret in secrets if secret in written or json.dumps(secret).strip('"') in written] == []


def refusals(chat: int) -> list[tuple[int, Any]]:
    """Answers of Telegram's that hold what must not be logged."""
    words = f"Bad Request: can't parse entities of {MARKER} in {chat}"
    return [
        (400, {"ok": False, "error_code": 400, "description": words}),
        (403, {"ok": False, "error_code": 403, "description": f"Forbidden: {MARKER} in {chat}"}),
        (500, {"ok": False, "error_code": 500, "description": f"Internal Server Error {MARKER}"}),
        (200, MARKER.encode()),
        (418, {"ok": False, "error_code": 418, "description": MARKER}),
    ]


def fail_all_turns(server: BotServer) -> None:
    """From now on the database is broken, and says so with everything it knows."""

    class Broken:
        def submit(self, work: Any) -> Any:
            raise RuntimeError(f"{MARKER} {work.keywords}")

    server.hoctap._runner = Broken()  # type: ignore[assignment]
