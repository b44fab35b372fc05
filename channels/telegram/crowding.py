"""How much one chat may do: above it, what it sends is dropped unread. People never get there, machines do."""

from channels.telegram.recent import Latest

MOST_CHATS = 20_000
AT_ONCE = 30
"""Presses and messages. Nobody reads thirty screens in the seconds in which they come back one by one."""
PRESSES_A_MESSAGE = 3
"""So many times what we may answer in a chat, it may send in the long run."""
MANY = 0.5
"""Of what came lately, dropped: then nobody waits for answers before more is fetched."""
_MEMORY = 0.98  # of each update: about the last fifty count


class Crowding:
    """A token bucket for each chat. `per_second` is what the bot may send to one chat."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second * PRESSES_A_MESSAGE
        self._buckets: Latest[object, tuple[float, float]] = Latest(MOST_CHATS)
        self._dropped = 0.0

    def lets_in(self, chat: object, now: float) -> bool:
        """Whether one more of a chat is read. `now` in seconds that never go back."""
        left, seen_at = self._buckets.get(chat, (AT_ONCE, now))
        left = min(AT_ONCE, left + (now - seen_at) * self._per_second)
        is_in = left >= 1
        self._buckets.keep(chat, (left - is_in, now))
        self._dropped = self._dropped * _MEMORY + (not is_in) * (1 - _MEMORY)
        return is_in

    @property
    def is_flood(self) -> bool:
        """Whether most of what comes is dropped."""
        return self._dropped > MANY
