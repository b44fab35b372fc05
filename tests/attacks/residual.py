"""What is known about the people who are in some exported rows and not in others: an interval for each measure."""

from collections.abc import Sequence
from math import ceil

from tests.attacks.exports import Band, Row

TINY = 1e-6
"""Figures are decimal fractions kept in binary."""

WIDE_ENOUGH = 0.5
"""Of what is possible: the interval for a measure of a hidden group must be at least as wide."""

Measure = str  # "passed", "total", or "0" … "9" for an indicator


def measures_of(rows: Sequence[Row]) -> list[tuple[Measure, int]]:
    """The measures that all these rows give, each with the most that one person can have."""
    found: list[tuple[Measure, int]] = []
    if all(row.passed for row in rows):
        found.append(("passed", 1))
    if all(row.total for row in rows):
        found.append(("total", 100))
    if all(row.indicators for row in rows):
        found += [(str(i), 10) for i in range(10)]
    return found


def openness(plus: Sequence[Row], minus: Sequence[Row], people: int) -> float:
    """How wide the tightest interval for people in `plus` and not in `minus` is, as a part of what is possible.

    1.0: nothing is known, 0.0: all is known.
    """
    widths = [1.0]
    for measure, most in measures_of((*plus, *minus)):
        low = sum(lowest(row, measure) for row in plus) - sum(highest(row, measure, most) for row in minus)
        high = sum(highest(row, measure, most) for row in plus) - sum(lowest(row, measure) for row in minus)
        width = min(high, most * people) - max(low, 0)
        widths.append(max(width, 0) / (most * people))
    return min(widths)


def lowest(row: Row, measure: Measure) -> int:
    """The least sum of points (or of those who pass) behind a row: a whole number."""
    assert row.n is not None
    return ceil(_band(row, measure)[0] * row.n - TINY)


def highest(row: Row, measure: Measure, most: int) -> int:
    """The greatest sum behind a row. A band does not hold its upper end, unless that is the end of the range."""
    assert row.n is not None
    high = _band(row, measure)[1]
    if high >= most - TINY:
        return most * row.n
    return ceil(high * row.n - TINY) - 1


def _band(row: Row, measure: Measure) -> Band:
    if measure in ("passed", "total"):
        band = row.passed if measure == "passed" else row.total
    else:
        band = row.indicators[int(measure)] if row.indicators else None
    assert band is not None
    return band
