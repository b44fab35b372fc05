"""When so many come newly that coming in has to cost something: what is a busy day, and what is none."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from engine.newcomers import Intake, is_flood_at, let_one_in

MOST = 120
START = datetime(2026, 10, 1, 2, tzinfo=UTC)


def arrive(intake: Intake, each_second: Iterable[int], start: datetime) -> tuple[Intake, bool]:
    """So many in each second: what is known then, and whether there was a flood at any moment."""
    was_flood = False
    for second, number in enumerate(each_second):
        for _ in range(number):
            intake = let_one_in(intake, MOST, start + timedelta(seconds=second))
            was_flood |= intake.is_flood
    return intake, was_flood


@pytest.mark.parametrize(
    "each_second",
    [
        [1] * 600,  # a poster day: 60 a minute for ten minutes
        [100],  # a hall that presses at one sign
        [5] * 20 + [0] * 280,  # a school: 100 pupils in 20 seconds
    ],
    ids=["poster", "hall", "school"],
)
def test_a_busy_day_is_no_flood(each_second: list[int]) -> None:
    assert not arrive(Intake(), each_second, START)[1]


def test_a_flood_is_seen_within_seconds_and_is_over_a_minute_or_two_after_it_ends() -> None:
    intake, was_flood = arrive(Intake(), [50] * 3, START)
    assert was_flood
    assert is_flood_at(intake, MOST, START + timedelta(seconds=10))
    assert not is_flood_at(intake, MOST, START + timedelta(minutes=2))


def test_it_does_not_switch_to_and_fro_at_the_threshold() -> None:
    intake, _ = arrive(Intake(), [50] * 3, START)
    intake, _ = arrive(intake, [2] * 60, START + timedelta(seconds=3))  # the attack goes on, slower
    assert is_flood_at(intake, MOST, START + timedelta(seconds=63))


def test_a_long_flood_does_not_become_usual() -> None:
    intake, _ = arrive(Intake(), [30] * 3600, START)
    assert intake.is_flood
    assert intake.in_a_day < MOST + 10


def test_where_many_come_every_minute_more_are_needed_for_a_flood() -> None:
    usual = Intake(in_a_day=40 * 1440, at=START)
    assert not arrive(usual, [6] * 60, START)[1]
    assert arrive(usual, [10] * 120, START)[1]


def test_a_clock_that_goes_back_changes_nothing() -> None:
    intake, _ = arrive(Intake(), [50] * 3, START)
    assert let_one_in(intake, MOST, START - timedelta(hours=5)).is_flood
