"""How fast a bot may talk: decides which calls are one too many and until when the bot must be silent."""

import math
from collections import deque
from dataclasses import dataclass, field

from tests.standin.clock import Clock
from tests.standin.refusal import Refused, too_many_requests


@dataclass(frozen=True)
class FloodLimits:
    """https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this, read strictly."""

    per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class Flood:
    """Counts sends and edits. A 429 silences the whole bot until it runs out, as PTB's and grammY's guides warn."""

    limits: FloodLimits | None
    clock: Clock
    silent_until: float = 0.0
    refused_at: list[float] = field(default_factory=list)
    _accepted: deque[float] = field(default_factory=deque)
    _buckets: dict[int, _Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)

    def check(self, chat_id: int) -> None:
        """Raises Refused (429) for one call too many; otherwise the call counts."""
        if self.limits is None:
            return
        now = self.clock.monotonic()
        if now < self.silent_until:
            raise self._refuse(now, self.silent_until)
        allowed_at = max(self._overall_from(now), self._chat_from(chat_id, now))
        if allowed_at > now:
            self.silent_until = now + max(1, math.ceil(allowed_at - now))
            raise self._refuse(now, self.silent_until)
        self._accepted.append(now)
        if chat_id < 0:
            self._groups[chat_id].append(now)
        else:
            self._buckets[chat_id].tokens -= 1

    def _refuse(self, now: float, until: float) -> Refused:
        self.refused_at.append(now)
        return too_many_requests(max(1, math.ceil(until - now)))

    def _overall_from(self, now: float) -> float:
        assert self.limits
        return _window(self._accepted, self.limits.per_second, 1.0, now)

    def _chat_from(self, chat_id: int, now: float) -> float:
        assert self.limits
        if chat_id < 0:
            return _window(self._groups.setdefault(chat_id, deque()), self.limits.group_per_minute, 60.0, now)
        bucket = self._buckets.setdefault(chat_id, _Bucket(self.limits.chat_burst, now))
        refilled = bucket.tokens + (now - bucket.filled_at) * self.limits.chat_per_second
        bucket.tokens, bucket.filled_at = min(float(self.limits.chat_burst), refilled), now
        # A refill computed in floats may fall short of a whole token by a hair.
        if bucket.tokens >= 1 - 1e-9:
            return now
        return now + (1 - bucket.tokens) / self.limits.chat_per_second


def _window(accepted: deque[float], most: int, seconds: float, now: float) -> float:
    """From when on the next call fits into a strict sliding window."""
    while accepted and accepted[0] <= now - seconds:
        accepted.popleft()
    return now if len(accepted) < most else accepted[len(accepted) - most] + seconds
