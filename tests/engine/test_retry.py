"""When a message is tried again: a table of cases."""

import pytest

from engine.errors import ChannelDown, MessageRefused, RecipientGone, SendFailure, TryLater
from engine.retry import LONGEST_WAIT_SECONDS, MOST_ATTEMPTS, decide_retry


@pytest.mark.parametrize(
    ("failure", "attempt", "wait"),
    [
        (TryLater("429", 7), 1, 7),
        (TryLater("429", 7), MOST_ATTEMPTS + 1, 7),
        (ChannelDown("reset"), 1, 1),
        (ChannelDown("reset"), 2, 2),
        (ChannelDown("reset"), 5, 16),
        (ChannelDown("reset"), 6, LONGEST_WAIT_SECONDS),
        (ChannelDown("reset"), MOST_ATTEMPTS - 1, LONGEST_WAIT_SECONDS),
        (ChannelDown("reset"), MOST_ATTEMPTS, None),
        (RecipientGone("403", "blocked"), 1, None),
        (MessageRefused("400"), 1, None),
    ],
)
def test_wait(failure: SendFailure, attempt: int, wait: float | None) -> None:
    assert decide_retry(failure, attempt) == wait


def test_a_network_that_is_gone_for_an_hour_loses_nothing() -> None:
    waits = (decide_retry(ChannelDown("gone"), attempt) for attempt in range(1, MOST_ATTEMPTS))
    assert sum(wait or 0 for wait in waits) > 3600


def test_every_send_failure_is_decided() -> None:
    assert {kind.__name__ for kind in SendFailure.__subclasses__()} == {
        "RecipientGone",
        "TryLater",
        "MessageRefused",
        "ChannelDown",
    }
