"""Every number that decides what is released.

Changing one changes what can be learnt: read why first.

R and S numbers: docs/privacy.md, which names the sources.
"""

from fractions import Fraction

K = 10
"""R1: people behind every published count or statistic. 0 to 9 all show the same."""

FEWEST_POOLED_COMMUNES = 3
"""R6: with two, an official subtracts his own and has the other."""

FEWEST_ADDED = 10
"""S2: a row moves on only when so many people are new in it since it last moved."""

FEWEST_ADDING_COMMUNES = 3
"""S2: and the pooled row only when they came from so many communes."""

FEWEST_LATE_COMMUNES = 3
"""S6: the row of those who came too late for their commune's row."""

FEWEST_HIDDEN_IN_ROW = 2
FEWEST_HIDDEN_IN_COLUMN = 3
"""Of hidden cells: one alone is its total minus the others; in a column three, for an official knows one."""

NARROWEST_COUNT = 10
"""Audit: the attacker's interval for a hidden count below K must be at least this wide."""

NARROWEST_COMPLEMENT = 1
"""Audit: and this wide for a cell that is hidden only to protect others."""

NARROWEST_MEAN = Fraction(1, 2)
"""Audit: the attacker's interval for the mean of a hidden cell below K, as a part of what is possible."""

MOST_REPAIRS = 8
"""Audit: rounds of hiding more before a whole breakdown is given up."""

ENDS_AT_LEAST = 4
"""R3: people who may have answered otherwise in the lowest and the highest band: three colluders leave one."""

WIDEST_RANGE_RATIO = 100
"""S5, for the whole province: means of living ballots stand beside those of issued rows only if what is left open
is this many times what the removed people could have given (then a removed person is narrowed in under 1 %)."""

PRECISION: tuple[tuple[int, Fraction, Fraction, Fraction], ...] = (
    # from n people, steps of: the mean of an indicator (0-10), the mean total (0-100), the share that passes (0-1)
    (10, Fraction(1), Fraction(10), Fraction(1, 2)),
    (20, Fraction(1, 2), Fraction(5), Fraction(1, 5)),
    (50, Fraction(1, 5), Fraction(2), Fraction(1, 10)),
    (100, Fraction(1, 10), Fraction(1), Fraction(1, 20)),
    (200, Fraction(1, 10), Fraction(1), Fraction(1, 50)),
    (400, Fraction(1, 10), Fraction(1), Fraction(1, 100)),
    (2000, Fraction(1, 10), Fraction(1), Fraction(1, 500)),
    (4000, Fraction(1, 10), Fraction(1), Fraction(1, 1000)),
)
"""R3: step times n is at least one person's whole range, so that knowing all others leaves a wide interval.

Near or below the sampling error, so little is lost. Ends are open. Precedents: NCES 2011-603; US Census DRB.
"""
