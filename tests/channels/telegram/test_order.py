"""Order at one chat, pace for all: lines, limits and what was seen lately, in virtual time."""

import asyncio
from typing import Any

import pytest

from channels.telegram.limits import Limits
from channels.telegram.lines import Lines
from channels.telegram.recent import Recent
from engine.pacing import Lane, Pace
from tests.virtual_time import run_in_virtual_time


def test_things_of_one_chat_happen_in_order_and_of_others_side_by_side() -> None:
    async def main() -> list[str]:
        lines, done = Lines(), []

        async def work(chat: int, name: str, seconds: float) -> None:
            async with lines.turn_of(chat):
                await asyncio.sleep(seconds)
                done.append(name)

        await asyncio.gather(work(1, "a1", 3), work(1, "a2", 1), work(2, "b1", 2), work(1, "a3", 0))
        assert lines._last == {}
        return done

    assert run_in_virtual_time(main()) == ["b1", "a1", "a2", "a3"]


def test_who_gives_up_waiting_does_not_let_the_next_one_overtake() -> None:
    async def main() -> list[str]:
        lines, done = Lines(), []

        async def work(name: str, seconds: float) -> None:
            async with lines.turn_of(1):
                await asyncio.sleep(seconds)
                done.append(name)

        first, second, third = (asyncio.create_task(work(name, 2)) for name in ("first", "second", "third"))
        await asyncio.sleep(1)
        second.cancel()
        await asyncio.wait((first, second, third))
        assert lines._last == {}
        return done

    assert run_in_virtual_time(main()) == ["first", "third"]


def test_one_that_fails_lets_the_next_one_go() -> None:
    async def main() -> str:
        lines = Lines()
        with pytest.raises(ValueError, match="on purpose"):
            async with lines.turn_of(1):
                raise ValueError("on purpose")
        async with lines.turn_of(1):
            return "went on"

    assert run_in_virtual_time(main()) == "went on"


def no_sends() -> list[tuple[float, Lane]]:
    """To be filled with when, since the beginning, and in which lane."""
    return []


async def send_all(limits: Limits, lane: Lane, chats: range, sent: list[tuple[float, Lane]]) -> None:
    loop = asyncio.get_running_loop()

    async def send(chat: int) -> None:
        async with limits.slot(chat, lane):
            sent.append((loop.time() - 1000, lane))
            await asyncio.sleep(0.1)

    await asyncio.gather(*map(send, chats))


def test_who_waits_goes_before_campaigns_and_campaigns_get_the_rest() -> None:
    async def main() -> list[tuple[float, Lane]]:
        limits, sent = Limits(Pace()), no_sends()
        limits.share(30)
        campaign = asyncio.create_task(send_all(limits, Lane.CAMPAIGN, range(100), sent))
        await asyncio.sleep(1.05)
        await send_all(limits, Lane.ANSWER, range(1000, 1100), sent)
        await campaign
        return sent

    sent = run_in_virtual_time(main())
    assert len(sent) == 200
    first_second = [lane for at, lane in sent if at < 1.0]
    assert first_second == [Lane.CAMPAIGN] * 30, "25, and what they may catch up with at once"
    answers = [at for at, lane in sent if lane is Lane.ANSWER]
    while_people_wait = [at for at, lane in sent if lane is Lane.CAMPAIGN and 1.2 < at < answers[-1]]
    assert while_people_wait == []
    times = sorted(at for at, _ in sent)
    assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[30:], strict=False))


def test_nothing_leaves_before_the_first_share_and_while_the_messenger_wants_nothing() -> None:
    async def main() -> list[float]:
        limits, sent = Limits(Pace()), no_sends()
        asyncio.get_running_loop().call_later(5, limits.share, 30)
        asyncio.get_running_loop().call_later(4, limits.close_for, 3)
        await send_all(limits, Lane.ANSWER, range(3), sent)
        assert limits.was_told.is_set()
        assert limits.told_for_seconds == 0
        return [at for at, _ in sent]

    assert run_in_virtual_time(main()) == [7.0, 7.0, 7.0]


def test_what_another_process_was_told_is_heeded_but_not_told_on() -> None:
    """Else two processes would tell each other for ever."""

    async def main() -> float:
        limits, sent = Limits(Pace()), no_sends()
        limits.share(30, closed_for_seconds=4)
        assert limits.told_for_seconds == 0
        await send_all(limits, Lane.ANSWER, range(1), sent)
        return sent[0][0]

    assert run_in_virtual_time(main()) == 4.0


def test_who_gives_up_at_the_moment_of_leaving_gives_the_place_back() -> None:
    async def main() -> int:
        limits, sent = Limits(Pace(per_second=1)), no_sends()
        limits.share(1)

        async def send() -> None:
            async with limits.slot(1, Lane.ANSWER):
                raise AssertionError("was cancelled before")

        task = asyncio.create_task(send())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait((task,))
        await send_all(limits, Lane.ANSWER, range(2, 4), sent)
        return len(sent)

    assert run_in_virtual_time(main()) == 2


def test_what_other_processes_sent_to_a_chat_counts_for_its_pace() -> None:
    """Turns that this process did not see were answered by another."""

    async def main(is_shared: bool) -> list[float]:
        limits, loop, sent = Limits(Pace()), asyncio.get_running_loop(), []
        limits.share(30, is_shared=is_shared)
        for turn in (1, 2, 5, 6):
            async with limits.slot(1, Lane.ANSWER, turn):
                sent.append(loop.time() - 1000)
        return sent

    assert run_in_virtual_time(main(is_shared=True)) == [0, 0, 1, 2]
    assert run_in_virtual_time(main(is_shared=False)) == [0, 0, 0, 1]


def test_recent_forgets_the_oldest_and_what_is_long_ago() -> None:
    now = [0.0]
    recent: Recent[Any] = Recent(2, clock=lambda: now[0])
    assert recent.is_new("a")
    assert not recent.is_new("a")
    assert recent.is_new("b")
    assert recent.is_new("c")
    assert recent.is_new("a")
    assert not recent.is_new("c", for_seconds=10)
    now[0] = 10
    assert recent.is_new("c", for_seconds=10)
