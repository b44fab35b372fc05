"""Remembers in memory what was seen lately, and no more of it than it is told."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Latest(dict[_Key, _Value]):
    """A dictionary that forgets what was kept longest ago when it would hold more than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: _Key, value: _Value) -> None:
        """As the newest."""
        self.pop(key, None)
        self[key] = value
        if len(self) > self._most:
            del self[next(iter(self))]


class Recent(Generic[_Key]):
    """The last so many keys. `clock` gives seconds that never go back."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen_at: Latest[_Key, float] = Latest(most)

    def is_new(self, key: _Key, for_seconds: float = float("inf")) -> bool:
        """Whether it was not seen within so many seconds; from now on it was."""
        now = self._clock()
        seen_at = self._seen_at.get(key)
        if seen_at is not None and now - seen_at < for_seconds:
            return False
        self._seen_at.keep(key, now)
        return True
