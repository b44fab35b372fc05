"""How exactly a mean or a share may be said: in bands whose width depends on the number of people alone (R3)."""

from fractions import Fraction
from math import ceil, floor

from engine.disclosure.rules import ENDS_AT_LEAST, PRECISION
from engine.disclosure.tally import Tally

Band = tuple[float, float]
"""From (included) to (not included, except at the top of the range)."""

INDICATOR_RANGE = 10
TOTAL_RANGE = 100


def steps(n: int) -> tuple[Fraction, Fraction, Fraction]:
    """The widths of the bands for n people: of an indicator's mean, of the mean total, of the share that passes.

    LookupError below K: there is no precision for so few.
    """
    found = [row[1:] for row in PRECISION if row[0] <= n]
    if not found:
        raise LookupError(f"nothing is said about {n} people")
    return found[-1]


def indicator_bands(tally: Tally) -> tuple[Band, ...]:
    """The band of the mean of every indicator."""
    step, _, _ = steps(tally.n)
    return tuple(_band(Fraction(points, tally.n), step, INDICATOR_RANGE) for points in tally.indicators)


def total_band(tally: Tally) -> Band:
    """The band of the mean total."""
    _, step, _ = steps(tally.n)
    return _band(Fraction(tally.total, tally.n), step, TOTAL_RANGE)


def passed_band(tally: Tally) -> Band:
    """The band of the share that meets the rule.

    The lowest band does not include its upper end. Where it would hold fewer than `ENDS_AT_LEAST` people who may
    have passed, it is joined with the next one; the highest includes both ends and always holds enough.
    """
    _, _, step = steps(tally.n)
    share = Fraction(tally.passed, tally.n)
    lowest_holds = ceil(step * tally.n) - 1
    if lowest_holds < ENDS_AT_LEAST and share < 2 * step:
        return 0.0, float(2 * step)
    return _band(share, step, 1)


def _band(value: Fraction, step: Fraction, most: int) -> Band:
    last = Fraction(most) / step - 1
    place = min(floor(value / step), int(last))
    return float(place * step), float((place + 1) * step)
