"""The limits: never more than allowed in any window, and the time to wait is the truth."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin import FloodLimits, HandClock
from tests.standin.flood import Flood
from tests.standin.refusal import Refused

GENEROUS = 10_000


@given(st.lists(st.tuples(st.floats(0, 0.4), st.integers(1, 3)), max_size=120))
def test_no_window_of_a_second_holds_more_than_allowed(steps: list[tuple[float, int]]) -> None:
    clock, accepted = HandClock(), []
    flood = Flood(FloodLimits(per_second=5, chat_burst=GENEROUS, chat_per_second=GENEROUS), clock)
    for seconds, chat_id in steps:
        clock.move_on(seconds)
        try:
            flood.check(chat_id)
        except Refused:
            continue
        accepted.append(clock.monotonic())
    assert all(later - earlier >= 1 for earlier, later in zip(accepted, accepted[5:], strict=False))


@given(st.lists(st.floats(0, 3), max_size=60))
def test_who_waits_as_told_is_let_in(pauses: list[float]) -> None:
    clock = HandClock()
    flood = Flood(FloodLimits(per_second=2, chat_burst=3, chat_per_second=0.7), clock)
    for pause in pauses:
        clock.move_on(pause)
        try:
            flood.check(1)
        except Refused as refused:
            clock.move_on(refused.parameters["retry_after"])
            flood.check(1)


def test_a_refusal_silences_the_whole_bot_and_counts_down() -> None:
    clock = HandClock()
    flood = Flood(FloodLimits(chat_burst=1, chat_per_second=0.25), clock)
    flood.check(1)
    left: list[int] = []
    for _ in range(4):
        with pytest.raises(Refused) as refused:
            flood.check(1 if not left else 2)
        left.append(refused.value.parameters["retry_after"])
        clock.move_on(1)
    flood.check(2)
    assert left == [4, 3, 2, 1]
    assert len(flood.refused_at) == 4


def test_a_chat_may_begin_with_a_burst_and_then_one_a_second() -> None:
    clock = HandClock()
    flood = Flood(FloodLimits(), clock)
    for _ in range(3):
        flood.check(1)
    for _ in range(5):
        clock.move_on(1)
        flood.check(1)
    with pytest.raises(Refused):
        flood.check(1)


def test_a_group_takes_twenty_a_minute() -> None:
    clock = HandClock()
    flood = Flood(FloodLimits(), clock)
    for _ in range(20):
        clock.move_on(0.1)
        flood.check(-7)
    with pytest.raises(Refused) as refused:
        flood.check(-7)
    assert refused.value.parameters["retry_after"] == 59


def check_twice(flood: Flood) -> None:
    flood.check(1)
    flood.check(2)


def test_refusals_are_kept_with_their_time() -> None:
    clock = HandClock()
    flood = Flood(FloodLimits(per_second=1), clock)
    for _ in range(3):
        with pytest.raises(Refused):
            check_twice(flood)
        clock.move_on(0.25)
    assert all(later - earlier == 0.25 for earlier, later in pairwise(flood.refused_at))


def test_without_limits_nothing_is_refused() -> None:
    flood = Flood(None, HandClock())
    for _ in range(1000):
        flood.check(1)
    assert not flood.refused_at
