"""When a message that did not arrive is tried again. A value, not a loop: whoever sends does the waiting."""

from engine.errors import ChannelDown, SendFailure, TryLater

LONGEST_WAIT_SECONDS = 30.0
"""So that half a minute after a network is back, everything goes on."""

MOST_ATTEMPTS = 250
"""Two hours at the longest wait: a network that is gone for an hour loses nothing."""


def decide_retry(failure: SendFailure, attempt: int) -> float | None:
    """Seconds until the next attempt, None if there is none. `attempt` is the one that failed, from 1.

    A message that came too early has not failed: it goes when the messenger lets it, however often that is.
    """
    if isinstance(failure, TryLater):
        return failure.seconds
    if isinstance(failure, ChannelDown) and attempt < MOST_ATTEMPTS:
        return min(2.0 ** min(attempt - 1, 10), LONGEST_WAIT_SECONDS)
    return None
