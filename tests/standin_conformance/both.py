"""Plays a scenario twice, with aiogram and with python-telegram-bot, and lets no difference pass."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from tests.standin import FloodLimits, HandClock, Telegram, running_standin
from tests.standin_conformance.with_aiogram import WithAiogram
from tests.standin_conformance.with_ptb import WithPtb

TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636060606000000005000157a2d3f50000000049454e44ae426082"
)


class Client(Protocol):
    async def ask(self, method: str, **arguments: Any) -> Any:
        """The result as plain data, or a Failure. Methods and arguments in snake case."""

    async def download(self, file_id: str) -> bytes: ...


Scenario = Callable[[Client, Telegram], Awaitable[Any]]


def both(scenario: Scenario, limits: FloodLimits | None = None, speed: float = 1.0) -> Any:
    """What the scenario returned: the same with both libraries, or this fails."""
    with_aiogram, with_ptb = (_play(scenario, library, limits, speed) for library in (WithAiogram, WithPtb))
    assert with_aiogram == with_ptb
    return with_aiogram


def _play(
    scenario: Scenario, library: type[WithAiogram | WithPtb], limits: FloodLimits | None, speed: float
) -> Any:
    async def play(telegram: Telegram) -> Any:
        async with library(telegram.url, telegram.token) as client:
            return _without_empty(await scenario(client, telegram))

    with running_standin(limits, speed=speed, clock=HandClock()) as telegram:
        return asyncio.run(play(telegram))


def _without_empty(value: Any) -> Any:
    """The libraries fill in what was not there, each in its own way: False, None, nothing."""
    if isinstance(value, dict):
        kept = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each or (each == 0 and each is not False)}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value


def started(telegram: Telegram, name: str = "Thào") -> Any:
    """A person who has started the bot; what the bot was told is confirmed already."""
    person = telegram.person(name)
    person.type("/start")
    telegram.world.updates.clear()
    return person
