"""What others may want to know about the work as it goes by. Numbers and names of channels, never a person.

`bot.metrics` counts it where metrics are on; where they are off nothing is kept.
"""

from collections.abc import Callable
from typing import Protocol

from engine.pacing import Lane


class Watch(Protocol):
    """Told by the work itself: each call takes a microsecond or two, and none may fail."""

    def turn(self, channel: str, seconds: float, *, failed: bool) -> None:
        """A turn, from the channel's question to its answer from the disk."""

    def failed(self, error: Exception) -> None:
        """A transaction was rolled back."""

    def waited(self, lane: Lane, seconds: float) -> None:
        """A message has waited for the flood clock."""

    def told_to_wait(self) -> None:
        """The messenger said 429."""

    def lanes(self, waiting: Callable[[Lane], int]) -> None:
        """Where to ask how many messages wait in a lane now."""


class Unwatched:
    """Nobody wants to know."""

    def turn(self, channel: str, seconds: float, *, failed: bool) -> None:
        """See `Watch`."""

    def failed(self, error: Exception) -> None:
        """See `Watch`."""

    def waited(self, lane: Lane, seconds: float) -> None:
        """See `Watch`."""

    def told_to_wait(self) -> None:
        """See `Watch`."""

    def lanes(self, waiting: Callable[[Lane], int]) -> None:
        """See `Watch`."""
