"""Exact sums over people. They never leave the program: only bands of them do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` people, of whom `passed` meet the rule of their commune; their points, in all and by indicator."""

    n: int = 0
    passed: int = 0
    total: int = 0
    indicators: tuple[int, ...] = (0,) * 10

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n + other.n,
            self.passed + other.passed,
            self.total + other.total,
            tuple(mine + theirs for mine, theirs in zip(self.indicators, other.indicators, strict=True)),
        )


NOBODY = Tally()


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, NOBODY)
