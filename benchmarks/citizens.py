"""Citizens who press buttons: whole assessments, one press after another, each of which changes something."""

import hashlib
import itertools
import random
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.runner import Runner
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from handlers.converse import Reply, converse
from storage.round_keys import RoundKeys

CHANNEL = "web"
NO_KEYS = RoundKeys(Path("no-such-folder"))
"""There is no round in the benchmarks of turns."""
WAITING = 32
"""Citizens who wait for an answer at the same time."""
ASSESSMENT = 27
"""Presses of one whole assessment: /start, consent, form, 20 answers, sex, age, review, and the next /start."""

_NO_CHANGE = frozenset({"press_outdated", "press_repeated", "answer_not_understood", "turn_failed"})
_COMMUNE = "03646"


def address_of(name: str) -> str:
    """An address as the web chat's: 64 hexadecimal digits."""
    return hashlib.sha256(name.encode()).hexdigest()


class Citizen:
    """Takes the assessment from the greeting to the result, then is the next person, on a new address.

    `number` decides which form and which answers.
    """

    def __init__(self, number: int, address: str | None = None, screen: Screen | None = None) -> None:
        self._random = random.Random(number)
        self._screen = screen
        self.address = address or address_of(f"citizen {number}")

    def next(self) -> Incoming:
        """What this citizen does next."""
        if self._screen is not None and self._screen.id == "result":
            self.address = address_of(self.address)
            self._screen = None
        if self._screen is None:
            return Incoming(CHANNEL, self.address, text=f"/start c{_COMMUNE}")
        return Incoming(CHANNEL, self.address, action=self._choose(self._screen))

    def see(self, screen: Screen) -> None:
        """The answer to the last press."""
        self._screen = screen

    def _choose(self, screen: Screen) -> str:
        choices = [button for button in screen.flat_buttons if button.kind == "choice"]
        if screen.id == "form" or screen.id == "question":
            return self._random.choice(choices).action
        if screen.id == "age":
            return choices[-1].action  # the first one is "under 15", which ends everything
        main = [button for button in screen.flat_buttons if button.kind == "main"]
        return (main or choices)[0].action


def take_turns(runner: Runner, handbook: Handbook, citizens: Sequence[Citizen], turns: int) -> None:
    """So many turns, `WAITING` at a time, the citizens one after another."""
    in_order = itertools.cycle(citizens)
    waiting: deque[tuple[Citizen, Future[Reply]]] = deque()
    for _ in range(turns):
        if len(waiting) == min(WAITING, len(citizens)):
            _hear(*waiting.popleft())
        citizen = next(in_order)
        incoming = citizen.next()
        work = partial(converse, handbook=handbook, keys=NO_KEYS, incoming=incoming, now=datetime.now(UTC))
        waiting.append((citizen, runner.submit(work, (incoming.channel, incoming.address))))
    for citizen, future in waiting:
        _hear(citizen, future)


def _hear(citizen: Citizen, future: "Future[Reply]") -> None:
    reply = future.result()
    check_that_it_counted(reply.events)
    citizen.see(reply.screens[-1])


def check_that_it_counted(events: Sequence[str]) -> None:
    """A benchmark of turns that change nothing would measure the wrong thing."""
    if _NO_CHANGE.intersection(events):
        raise RuntimeError(f"a press changed nothing: {events}")
