"""Remembers in memory what was seen lately, and no more of it than it is told."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

_Key = TypeVar("_Key")


class Recent(Generic[_Key]):
    """The last so many keys. `clock` gives seconds that never go back."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._seen_at: dict[_Key, float] = {}

    def is_new(self, key: _Key, for_seconds: float = float("inf")) -> bool:
        """Whether it was not seen within so many seconds; from now on it was."""
        now = self._clock()
        seen_at = self._seen_at.get(key)
        if seen_at is not None and now - seen_at < for_seconds:
            return False
        self._seen_at.pop(key, None)
        self._seen_at[key] = now
        if len(self._seen_at) > self._most:
            del self._seen_at[next(iter(self._seen_at))]
        return True
