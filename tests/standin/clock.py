"""What time it is for the stand-in: a test may pass its own clock; nothing else here reads the time."""

import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for dates, rising time for limits: both in seconds."""

    def now(self) -> float: ...

    def monotonic(self) -> float: ...


class RealClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class HandClock:
    """Stands still until a test moves it on. Long polls and webhook retries still wait in real time."""

    def __init__(self, now: float = 1_760_000_000.0) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def move_on(self, seconds: float) -> None:
        self._now += seconds
        self._monotonic += seconds
