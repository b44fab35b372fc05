"""Presses by the thousand from one chat, and junk from many: everybody else is still answered."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crowd import Crowd
from tests.faults.test_telegram_crowd import bot, limited_standin
from tests.standin import Person, Telegram

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

CITIZENS = 5
PRESSES = 600
JUNKERS = 100


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with limited_standin() as telegram:
        yield telegram


def press_junk(people: list[Person], presses: int) -> None:
    for number in range(presses):
        people[number % len(people)].press(1, action=f"a:q99:{number % 5}", inaccessible=True)


@pytest.mark.parametrize("chats", [1, JUNKERS], ids=["one chat", "many chats"])
def test_citizens_finish_while_others_press_junk(tmp_path: Path, telegram: Telegram, chats: int) -> None:
    with bot(tmp_path, telegram, is_calm=False) as server:
        junkers = [telegram.person(f"Junk {number}") for number in range(chats)]
        for each in junkers:
            each.type("/start")
        attack = threading.Thread(target=press_junk, args=(junkers, PRESSES))
        attack.start()
        crowd = Crowd(telegram, CITIZENS)
        crowd.begin()
        crowd.wait(120)
        attack.join()
        crowd.check(f"sqlite:///{server.data}/hoctap.db")
