"""The flood clock: when the next message of a bot may leave. Told the time in seconds that never go back.

Telegram lets a bot send about 30 messages a second, and about one a second to one chat with a short burst:
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from math import floor, inf

WINDOW_SECONDS = 1.0
CATCH_UP_SECONDS = 0.2
"""What campaigns did not use within this may leave later at once: their sender looks in ten times a second."""
_ROUNDING = 1e-9
_FEWEST_CHATS_KEPT = 1024


class Lane(IntEnum):
    """Who goes first."""

    AGAIN = 0
    """Its turn had come, but what it was to say has changed meanwhile: it must not wait all over again."""
    ANSWER = 1
    """Someone is waiting for it."""
    REDRAWN = 2
    """Nothing has changed: an old button was pressed, or junk. Those who wait for something new go first."""
    CAMPAIGN = 3
    """Nobody would notice if it came a minute later: gets what lane 1 leaves."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one bot may send. `chat_burst` messages may go to one chat at once; then `chat_per_second`."""

    per_second: int = 30
    campaign_per_second: int = 25
    chat_per_second: float = 1.0
    chat_burst: int = 3


@dataclass(frozen=True, slots=True)
class Share:
    """One of `processes` that send, and for how many seconds the messenger wants nothing from any of them."""

    processes: int
    closed_for_seconds: float


class _Window:
    """At most so many in any second, counted where they arrive.

    A message takes a place when it leaves and gives it back one second after its answer: the messenger counted it
    at some moment between the two, so however the network delays messages, it never sees more in one second.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._answered: deque[float] = deque()

    def free(self, most: int, now: float) -> int:
        """How many may leave now."""
        while self._answered and self._answered[0] <= now - WINDOW_SECONDS:
            self._answered.popleft()
        return max(0, most - self._under_way - len(self._answered))

    def seconds_until_free(self, most: int, now: float) -> float:
        """0.0 if one may leave now; infinite if it depends on an answer that is still to come."""
        if self.free(most, now):
            return 0.0
        too_many = self._under_way + len(self._answered) - most
        if too_many >= len(self._answered):
            return inf
        return self._answered[too_many] + WINDOW_SECONDS - now

    def leave(self) -> None:
        self._under_way += 1

    def arrive(self, now: float) -> None:
        self._under_way -= 1
        self._answered.append(now)

    def give_back(self) -> None:
        self._under_way -= 1


class _Stream:
    """So many a second, evenly: all at once they would leave nothing to whoever waits for an answer.

    Never more are under way than may leave in a second: should the messenger hang, there is room for answers.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._next_at = -inf

    def free(self, per_second: float, now: float) -> int:
        """How many may leave now."""
        due = 1 + floor((now - self._begin(now)) * per_second + _ROUNDING)
        return max(0, min(due, self._room(per_second)))

    def seconds_until_free(self, per_second: float, now: float) -> float:
        """0.0 if one may leave now; infinite if it depends on an answer that is still to come."""
        if not self._room(per_second):
            return inf
        wait = self._next_at - now
        return wait if wait > _ROUNDING else 0.0

    def leave(self, per_second: float, now: float) -> None:
        self._under_way += 1
        self._next_at = self._begin(now) + 1 / per_second

    def arrive(self) -> None:
        self._under_way -= 1

    def give_back(self, per_second: float) -> None:
        self._under_way -= 1
        self._next_at -= 1 / per_second

    def _room(self, per_second: float) -> int:
        return max(1, floor(per_second)) - self._under_way

    def _begin(self, now: float) -> float:
        """From when on what may leave is counted."""
        return max(self._next_at, now - CATCH_UP_SECONDS)


@dataclass(slots=True)
class FloodClock:
    """One for everything that leaves under one bot token in this process.

    `per_second` is this process's share of the bot's budget. Whoever sends asks `seconds_for_chat`, then
    `seconds_for_lane`, and when both are 0.0 says `leave`, sends, and says `arrive`.
    """

    pace: Pace
    per_second: int
    _all: _Window = field(default_factory=_Window)
    _campaigns: _Stream = field(default_factory=_Stream)
    _chats: dict[str, float] = field(default_factory=dict)
    """When each chat that was written to lately has its whole burst again."""
    _chats_kept: int = _FEWEST_CHATS_KEPT
    _closed_until: float = -inf

    @property
    def closed_until(self) -> float:
        """Until when the messenger wants nothing."""
        return self._closed_until

    def close_until(self, moment: float) -> None:
        """The messenger said that it wants nothing until then. The latest such moment counts."""
        self._closed_until = max(self._closed_until, moment)

    def seconds_for_chat(self, chat: str, now: float) -> float:
        """Until this chat may get another message."""
        whole_burst = (self.pace.chat_burst - 1) / self.pace.chat_per_second
        return max(0.0, self._chats.get(chat, now) - now - whole_burst)

    def seconds_for_lane(self, lane: Lane, now: float) -> float:
        """Until a message of this lane may leave; infinite if only an answer can tell."""
        wait = max(self._closed_until - now, self._all.seconds_until_free(self.per_second, now), 0.0)
        if lane is Lane.CAMPAIGN:
            wait = max(wait, self._campaigns.seconds_until_free(self._campaign_rate, now))
        return wait

    def free_for_campaigns(self, now: float) -> int:
        """How many messages of the last lane may leave now."""
        if self._closed_until > now:
            return 0
        return min(self._all.free(self.per_second, now), self._campaigns.free(self._campaign_rate, now))

    @property
    def _campaign_rate(self) -> float:
        """What campaigns may have of this process's share, a second."""
        return self.pace.campaign_per_second * self.per_second / self.pace.per_second

    def note_others(self, chat: str, messages: int, now: float) -> None:
        """So many messages went to this chat from other processes: at the worst, just now."""
        used = min(messages, self.pace.chat_burst)
        most = now + self.pace.chat_burst / self.pace.chat_per_second
        self._chats[chat] = min(max(self._chats.get(chat, now), now) + used / self.pace.chat_per_second, most)

    def leave(self, lane: Lane, now: float) -> None:
        """A message leaves."""
        self._all.leave()
        if lane is Lane.CAMPAIGN:
            self._campaigns.leave(self._campaign_rate, now)

    def give_back(self, lane: Lane) -> None:
        """What was to leave does not."""
        self._all.give_back()
        if lane is Lane.CAMPAIGN:
            self._campaigns.give_back(self._campaign_rate)

    def arrive(self, chat: str, lane: Lane, now: float) -> None:
        """The messenger has answered, or never will."""
        self._all.arrive(now)
        if lane is Lane.CAMPAIGN:
            self._campaigns.arrive()
        self._chats[chat] = max(self._chats.get(chat, now), now) + 1 / self.pace.chat_per_second
        if len(self._chats) > self._chats_kept:
            self._chats = {each: full_at for each, full_at in self._chats.items() if full_at > now}
            self._chats_kept = max(_FEWEST_CHATS_KEPT, 2 * len(self._chats))
