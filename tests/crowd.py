"""A crowd on Telegram: each takes a whole assessment, presses again when nothing comes, notes every answer."""

import asyncio
import random
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.state import Session
from storage.database import open_database
from storage.states import load_state
from tests.standin import Person, Seen, Telegram

LINK = "c03646"
_ANSWER = re.compile(r"a:(q\d\d):(\d)")


@dataclass
class Citizen:
    """One of the crowd. Runs in the stand-in's loop only."""

    person: Person
    chance: random.Random
    patience_seconds: float
    crowd: "Crowd"
    answers: dict[str, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    """The questions as they were shown, one after the other."""
    result: Seen | None = None
    pressed_again: int = 0
    at: str = ""
    """The step that was answered last: what shows the same once more is no news."""
    _impatience: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        self.at = "start"
        self._act(lambda: self.person.type(f"/start {LINK}"))

    def see(self, seen: Seen) -> None:
        """The bot wrote, or changed what it had written."""
        actions = [key.data for row in seen.keyboard for key in row]
        step, action = self._choose(actions)
        if self.result or not step or step == self.at:
            return
        self.at = step
        if step == "result":
            self.end(seen)
            return
        if answer := _ANSWER.fullmatch(action):
            self.answers[answer[1]] = int(answer[2])
            self.asked.append(int(answer[1][1:]))
        self._act(lambda: self.person.press(seen, action=action))

    def end(self, seen: Seen) -> None:
        """Nothing more to do."""
        self.result = seen
        self._calm()
        self.crowd.finish()

    def _choose(self, actions: list[str]) -> tuple[str, str]:
        """What this screen asks, and which of its buttons to press."""
        choices = [action for action in actions if _ANSWER.fullmatch(action)]
        if choices:
            return choices[0].rpartition(":")[0], self.chance.choice(choices)
        for step in ("begin:", "agree:", "form:", "sex:", "age:30", "finish", "advice:0"):
            if fitting := [action for action in actions if action.startswith(step)]:
                return ("result" if step == "advice:0" else step), self.chance.choice(fitting)
        return "", ""

    def _act(self, action: Callable[[], object]) -> None:
        self._calm()
        self._impatience = self.crowd.loop.call_later(self.patience_seconds, self._do_again, action)
        action()

    def _do_again(self, action: Callable[[], object]) -> None:
        self.pressed_again += 1
        self._act(action)

    def _calm(self) -> None:
        if self._impatience:
            self._impatience.cancel()


class Crowd:
    """So many citizens at one stand-in, all starting at once."""

    def __init__(
        self,
        telegram: Telegram,
        size: int,
        patience_seconds: float = 10.0,
        seed: int = 2026,
        kind: type[Citizen] = Citizen,
    ) -> None:
        self.loop = telegram.server.loop
        self._telegram = telegram
        self._done = threading.Event()
        self._left = size
        chance = random.Random(seed)
        people = [telegram.person(f"Người {number}") for number in range(size)]
        self.citizens = {
            person.chat_id: kind(person, random.Random(chance.random()), patience_seconds, self)
            for person in people
        }
        telegram.on_reply(self._see)

    def _see(self, person: Person, seen: Seen) -> None:
        if person.chat_id in self.citizens:  # others may get messages as well
            self.citizens[person.chat_id].see(seen)

    def begin(self) -> None:
        for citizen in self.citizens.values():
            self.loop.call_soon_threadsafe(citizen.begin)

    def finish(self) -> None:
        """One of them is at the result."""
        self._left -= 1
        if not self._left:
            self._done.set()

    @property
    def left(self) -> int:
        """How many are not at the result yet."""
        return self._left

    def wait(self, seconds: float) -> bool:
        """Whether everyone is at the result within so many seconds."""
        return self._done.wait(seconds)

    def check(self, database_url: str) -> None:
        """Everyone finished; nothing was asked twice or out of order, and what is kept is what was pressed."""
        stuck = [citizen.at for citizen in self.citizens.values() if citizen.result is None]
        assert not stuck, f"{len(stuck)} of {len(self.citizens)} are stuck at {stuck[:10]}"
        kept = kept_sessions(database_url, self.citizens)
        for chat, citizen in self.citizens.items():
            assert citizen.asked == list(range(1, 21)), citizen.asked
            assert kept[chat].answers == citizen.answers
            assert citizen.result
            assert f"{sum(kept[chat].scores or ())}/100" in citizen.result.text


def kept_sessions(database_url: str, chats: Iterable[int]) -> dict[int, Session]:
    """The finished session of each chat."""
    database = open_database(database_url)
    try:
        with database.transaction() as transaction:
            states = {chat: load_state(transaction, "telegram", str(chat)) for chat in chats}
        return {chat: state.sessions[0, True] for chat, state in states.items() if state}
    finally:
        database.close()
