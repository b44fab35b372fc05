"""A process takes its part of the budget, waits until the others have heard of it, and survives a lost database."""

import asyncio
from typing import Any, cast

import pytest

from channels.door import Door
from channels.telegram.limits import Limits
from channels.telegram.sharing import RENEW_SECONDS, Sharing
from engine.pacing import Lane, Pace, Share
from tests.virtual_time import run_in_virtual_time


class Others:
    """A door behind which so many processes are, when the database is there."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.is_broken = False
        self.told: list[float] = []
        self.has_left = False

    async def share_budget(self, budget: str, process: str, closed_for_seconds: float) -> Share:
        if self.is_broken:
            raise OSError("the database is gone")
        self.told.append(closed_for_seconds)
        return Share(self.processes, 0.0)

    async def leave_budget(self, budget: str, process: str) -> None:
        self.has_left = True


async def messages_in_a_second(limits: Limits) -> int:
    loop, sent = asyncio.get_running_loop(), 0
    until = loop.time() + 0.999

    async def send(chat: int) -> None:
        nonlocal sent
        async with limits.slot(chat, Lane.ANSWER):
            sent += loop.time() < until

    tasks = [asyncio.create_task(send(chat)) for chat in range(40)]
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()
    return sent


def run(work: Any) -> Any:
    async def main() -> Any:
        limits = Limits(Pace())
        others = Others(1)
        sharing = Sharing(cast("Door", others), limits, "telegram 1", "here:1", 30)
        return await work(limits, others, sharing)

    return run_in_virtual_time(main())


def test_alone_all_of_it_is_ours_at_once() -> None:
    async def work(limits: Limits, others: Others, sharing: Sharing) -> int:
        task = asyncio.create_task(sharing.run())
        sent = await messages_in_a_second(limits)
        task.cancel()
        return sent

    assert run(work) == 30


def test_beside_another_we_wait_until_it_has_heard_of_us_and_take_half() -> None:
    async def work(limits: Limits, others: Others, sharing: Sharing) -> tuple[int, int]:
        others.processes = 2
        task = asyncio.create_task(sharing.run())
        at_first = await messages_in_a_second(limits)
        await asyncio.sleep(RENEW_SECONDS)
        then = await messages_in_a_second(limits)
        task.cancel()
        return at_first, then

    assert run(work) == (0, 15)


def test_when_the_others_leave_their_part_is_ours() -> None:
    async def work(limits: Limits, others: Others, sharing: Sharing) -> int:
        others.processes = 2
        task = asyncio.create_task(sharing.run())
        await asyncio.sleep(3 * RENEW_SECONDS)
        others.processes = 1
        await asyncio.sleep(RENEW_SECONDS)
        sent = await messages_in_a_second(limits)
        task.cancel()
        return sent

    assert run(work) == 30


def test_a_429_is_told_to_the_others_at_once() -> None:
    async def work(limits: Limits, others: Others, sharing: Sharing) -> list[float]:
        task = asyncio.create_task(sharing.run())
        await asyncio.sleep(0.5)
        limits.close_for(9)
        await asyncio.sleep(0.01)
        task.cancel()
        return others.told

    told = run(work)
    assert told[-1] == pytest.approx(9)


def test_a_lost_database_changes_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def work(limits: Limits, others: Others, sharing: Sharing) -> int:
        task = asyncio.create_task(sharing.run())
        await asyncio.sleep(0.5)
        others.is_broken = True
        await asyncio.sleep(10 * RENEW_SECONDS)
        sent = await messages_in_a_second(limits)
        others.is_broken = False
        task.cancel()
        await sharing.end()
        assert others.has_left
        return sent

    assert run(work) == 30
    assert "action=telegram_share" in caplog.text
