"""R3: a figure is as exact as the number of people allows, so that knowing all but one leaves that one open."""

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest

from engine.disclosure.precision import Band, indicator_bands, passed_band, steps, total_band
from engine.disclosure.rules import ENDS_AT_LEAST, PRECISION, K
from engine.disclosure.tally import Tally
from tests.engine.disclosure.made_up import everybody_alike

MOST_PEOPLE = 5_000
BOUNDARIES = [row[0] for row in PRECISION]


def exactly(band: Band) -> tuple[Fraction, Fraction]:
    """The ends of a band as they were meant, free of what floats round off."""
    return Fraction(band[0]).limit_denominator(10_000), Fraction(band[1]).limit_denominator(10_000)


def with_passed(n: int, passed: int) -> Tally:
    return Tally(n, passed)


@pytest.mark.parametrize(
    ("n", "indicator", "total", "passed"),
    [
        (10, "1", "10", "0.5"),
        (19, "1", "10", "0.5"),
        (20, "0.5", "5", "0.2"),
        (49, "0.5", "5", "0.2"),
        (50, "0.2", "2", "0.1"),
        (99, "0.2", "2", "0.1"),
        (100, "0.1", "1", "0.05"),
        (199, "0.1", "1", "0.05"),
        (200, "0.1", "1", "0.02"),
        (399, "0.1", "1", "0.02"),
        (400, "0.1", "1", "0.01"),
        (1_999, "0.1", "1", "0.01"),
        (2_000, "0.1", "1", "0.002"),
        (3_999, "0.1", "1", "0.002"),
        (4_000, "0.1", "1", "0.001"),
        (1_000_000, "0.1", "1", "0.001"),
    ],
)
def test_the_steps_are_those_of_the_table(n: int, indicator: str, total: str, passed: str) -> None:
    assert steps(n) == (Fraction(indicator), Fraction(total), Fraction(passed))


@pytest.mark.parametrize("n", range(K))
def test_nothing_is_said_about_fewer_than_ten_people(n: int) -> None:
    for say in (total_band, passed_band, indicator_bands):
        with pytest.raises(LookupError, match=f"{n} people"):
            say(everybody_alike(n))


def test_one_step_holds_a_whole_persons_range_for_every_number_of_people() -> None:
    for n in range(K, MOST_PEOPLE + 1):
        indicator, total, passed = steps(n)
        assert indicator * n >= 10, n
        assert total * n >= 100, n
        assert passed * n >= ENDS_AT_LEAST, n


def test_at_both_ends_four_people_or_more_may_have_answered_otherwise() -> None:
    for n in range(K, MOST_PEOPLE + 1):
        low, high = exactly(passed_band(with_passed(n, 0)))
        assert low == 0
        assert ceil(high * n) - 1 >= ENDS_AT_LEAST, f"nobody of {n} passes: at most {ceil(high * n) - 1} could"
        low, high = exactly(passed_band(with_passed(n, n)))
        assert high == 1
        assert n - ceil(low * n) >= ENDS_AT_LEAST, f"all of {n} pass: at most {n - ceil(low * n)} could not"


@pytest.mark.parametrize("n", [20, 200, 400, 2_000, 4_000])
def test_where_the_lowest_band_would_hold_too_few_it_is_joined_with_the_next(n: int) -> None:
    step = steps(n)[2]
    joined = (0.0, float(2 * step))
    assert {passed_band(with_passed(n, passed)) for passed in range(ceil(2 * step * n))} == {joined}
    assert passed_band(with_passed(n, ceil(2 * step * n)))[0] == float(2 * step)


@pytest.mark.parametrize("n", [10, 11, 19, 21, 50, 100, 201, 401, 2_001, 4_001])
def test_everywhere_else_the_lowest_band_is_one_step(n: int) -> None:
    assert passed_band(with_passed(n, 0)) == (0.0, float(steps(n)[2]))


@pytest.mark.parametrize("n", sorted({*range(10, 60), *BOUNDARIES, *(n - 1 for n in BOUNDARIES[1:]), 777}))
def test_the_bands_of_the_share_hold_its_value_and_follow_each_other_without_a_gap(n: int) -> None:
    bands: list[tuple[Fraction, Fraction]] = []
    for passed in range(n + 1):
        low, high = exactly(passed_band(with_passed(n, passed)))
        assert low <= Fraction(passed, n) < high or Fraction(passed, n) == high == 1
        if not bands or bands[-1] != (low, high):
            bands.append((low, high))
    assert bands[0][0] == 0
    assert bands[-1][1] == 1
    assert all(before[1] == after[0] for before, after in pairwise(bands))


@pytest.mark.parametrize("n", [10, 19, 20, 49, 50, 99, 100, 199, 200, 400, 2_000, 4_000])
def test_the_bands_of_a_mean_hold_its_value_and_follow_each_other_without_a_gap(n: int) -> None:
    step = steps(n)[1]
    seen: list[tuple[Fraction, Fraction]] = []
    for total in range(0, 100 * n + 1, max(1, floor(step * n / 4))):
        low, high = exactly(total_band(Tally(n, 0, total)))
        value = Fraction(total, n)
        assert low <= value < high or value == high == 100
        assert high - low == step
        seen += [(low, high)] if (low, high) not in seen[-1:] else []
    assert seen[0][0] == 0
    assert seen[-1][1] == 100
    assert all(before[1] == after[0] for before, after in pairwise(seen))


@pytest.mark.parametrize("n", [10, 25, 60, 150, 450, 2_500])
def test_a_value_on_the_border_belongs_to_the_band_above_it(n: int) -> None:
    indicator, total, _ = steps(n)
    tally = Tally(n, 0, ceil(total * n), (ceil(indicator * n),) * 10)
    assert exactly(total_band(tally))[0] == total
    assert {exactly(band)[0] for band in indicator_bands(tally)} == {indicator}


def test_the_top_band_includes_the_end_of_the_range() -> None:
    best = everybody_alike(57, points=10)
    assert total_band(best) == (98.0, 100.0)
    assert indicator_bands(best) == ((9.8, 10.0),) * 10
    assert passed_band(best) == (0.9, 1.0)


def test_every_indicator_has_its_own_band() -> None:
    tally = Tally(20, 0, 20 * 45, tuple(20 * points for points in range(10)))
    assert [low for low, _ in indicator_bands(tally)] == [float(points) for points in range(10)]


def test_whoever_knows_all_answers_but_one_still_cannot_tell_that_one() -> None:
    for n in (10, 19, 20, 49, 50, 99, 100, 500, 3_000):
        low, high = exactly(total_band(everybody_alike(n)))
        assert (high - low) * n >= 100
