"""Applies the flood clock: whatever leaves for a chat waits here until it may."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.telegram.recent import Latest
from channels.watch import Unwatched, Watch
from engine.pacing import FloodClock, Lane, Pace

MOST_CHATS = 20_000
"""Of which it is remembered up to which turn they were answered."""


class NotSent(Exception):
    """Raised within a slot: what was to leave did not, and nothing is counted."""


class Limits:
    """All that leaves under one bot token in this process. A lane goes when nobody waits in those before it.

    Before the first `share` nothing leaves.
    """

    def __init__(self, pace: Pace, watch: Watch | None = None) -> None:
        self._watch = watch or Unwatched()
        self._watch.lanes(self.waiting)
        self._clock = FloodClock(pace, per_second=0)
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}
        self._alarm: asyncio.TimerHandle | None = None
        self._told_until = -math.inf
        self._is_shared = False
        self._last_turns: Latest[int, int] = Latest(MOST_CHATS)
        self.was_told = asyncio.Event()
        """Set when the messenger told this process to send nothing: the others should hear of it soon."""

    @asynccontextmanager
    async def slot(
        self, chat: int, lane: Lane, turn: int | None = None, patience_seconds: float | None = None
    ) -> AsyncIterator[None]:
        """Waits until a message to this chat may leave; is left when its answer is there.

        `turn` is that of the chat which the message answers. Only one message to a chat may be under way at a time.
        Whoever has had to wait longer than their patience gets a TimeoutError.
        """
        name = str(chat)
        if turn is not None:
            self._count_others(chat, turn)
        began = self._loop.time()
        wait = self._clock.seconds_for_chat(name, began)
        if wait or not self._goes_at_once(lane, began):
            async with asyncio.timeout(patience_seconds):
                if wait:
                    await asyncio.sleep(wait)
                await self._wait_in(lane)
        self._watch.waited(lane, self._loop.time() - began)
        try:
            yield
        except NotSent:
            self._clock.give_back(lane)
            raise
        except BaseException:
            self._clock.arrive(name, lane, self._loop.time())
            raise
        else:
            self._clock.arrive(name, lane, self._loop.time())
        finally:
            self._let_go()

    def share(self, per_second: int, closed_for_seconds: float = 0.0, *, is_shared: bool = False) -> None:
        """This process may send so many a second, and whether others send too; another process was told to send
        nothing for so long.
        """
        self._is_shared = is_shared
        self._clock.per_second = per_second
        self._clock.close_until(self._loop.time() + closed_for_seconds)
        self._let_go()

    @property
    def free_for_campaigns(self) -> int:
        """How many campaign messages may leave at this moment."""
        return self._clock.free_for_campaigns(self._loop.time())

    def close_for(self, seconds: float) -> None:
        """The messenger told this process to send nothing for so long."""
        self._told_until = max(self._told_until, self._loop.time() + seconds)
        self._clock.close_until(self._told_until)
        self.was_told.set()
        self._watch.told_to_wait()

    def waiting(self, lane: Lane) -> int:
        """How many messages wait in a lane for a place in the second."""
        return len(self._waiting[lane])

    @property
    def told_for_seconds(self) -> float:
        """How much longer this process itself was told to send nothing."""
        return max(0.0, self._told_until - self._loop.time())

    def _count_others(self, chat: int, turn: int) -> None:
        """Turns of a chat that this process did not see were answered by another one."""
        last = self._last_turns.get(chat, 0)
        self._last_turns.keep(chat, turn)
        if self._is_shared and turn > last + 1:
            self._clock.note_others(str(chat), turn - last - 1, self._loop.time())

    def _goes_at_once(self, lane: Lane, now: float) -> bool:
        """Whether there is room, and nobody who comes first: then the message has left."""
        first = self._next_lane()
        if (first is not None and first <= lane) or self._clock.seconds_for_lane(lane, now):
            return False
        self._clock.leave(lane, now)
        return True

    async def _wait_in(self, lane: Lane) -> None:
        mine = self._loop.create_future()
        self._waiting[lane].append(mine)
        self._let_go()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # let go and given up at the same moment
                self._clock.give_back(lane)
                self._let_go()
            raise

    def _let_go(self) -> None:
        """Lets go whoever may go now, in order, and sets the alarm for the next one."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while (lane := self._next_lane()) is not None:
            wait = self._clock.seconds_for_lane(lane, self._loop.time())
            if wait:
                if wait < math.inf:
                    self._alarm = self._loop.call_later(wait, self._let_go)
                return
            self._clock.leave(lane, self._loop.time())
            self._waiting[lane].popleft().set_result(None)

    def _next_lane(self) -> Lane | None:
        for lane, waiting in self._waiting.items():
            while waiting and waiting[0].cancelled():
                waiting.popleft()
            if waiting:
                return lane
        return None
