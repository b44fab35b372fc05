"""A bot on the stand-in, in this process, on a database that tests can look into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.state import State
from storage.states import load_state
from tests.standin import Person, Telegram, running_standin
from tests.telegram import BotServer, running_bot


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with running_standin() as telegram:
        yield telegram


@pytest.fixture
def server(telegram: Telegram, tmp_path: Path) -> Iterator[BotServer]:
    """Polls, without limits."""
    with running_bot(BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db")) as server:
        yield server


def state_of(server: BotServer, person: Person) -> State | None:
    with server.database.transaction() as transaction:
        return load_state(transaction, "telegram", str(person.chat_id))


def begin(person: Person, link: str = "/start c03667") -> None:
    """From the link to the first question."""
    person.wait_for_reply(lambda: person.type(link), seconds=30)
    for label in ("Bắt đầu", "Đồng ý", "Làm nông, làm rừng"):
        person.wait_for_reply(lambda label=label: person.press(label=label))  # type: ignore[misc]
