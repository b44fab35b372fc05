"""The flaws that the broken publisher can have, and how precisely it says means and shares."""

from collections.abc import Collection
from dataclasses import dataclass
from math import floor
from typing import Any

from tests.attacks.truth import Ballot

K = 10
PASS_MARK = 70
LEAST = 5  # points of every indicator, to pass

_STEPS = ((10, 1.0, 0.5), (20, 0.5, 0.2), (50, 0.2, 0.1), (100, 0.1, 0.05), (200, 0.1, 0.02), (400, 0.1, 0.01))


@dataclass(frozen=True)
class Flaws:
    """What is wrong with a publisher. Nothing by default."""

    live: bool = False  # rows move whenever anything changes
    restates: bool = False  # a row moves when somebody in it was erased
    unpooled: bool = False  # the province counts everybody, the small communes are just left out
    pool_of_two: bool = False
    leaves_freely: bool = False  # a commune leaves the pool whatever the others do
    uncomplemented: bool = False  # only what is below K is hidden
    precise: bool = False  # one decimal, for any n
    hides_by_score: bool = False  # hides where people answered alike
    keeps_means: bool = False  # final tables say means beside a stale row of T1
    says_who: bool = False  # files tell who made them, when, and how many there are by now


CAREFUL = Flaws()
THRESHOLD_ONLY = Flaws(live=True, unpooled=True, uncomplemented=True, precise=True, keeps_means=True)
LIVE = Flaws(live=True)
UNPOOLED = Flaws(unpooled=True)


def figures(ballots: Collection[Ballot], flaws: Flaws, *, indicators: bool = True) -> dict[str, Any]:
    """What is said about these people beside their number."""
    n = len(ballots)
    _, step, share = next(row for row in reversed(_STEPS) if row[0] <= n or row[0] == K)
    if flaws.precise:
        step, share = 0.1, 0.001
    total_step = 0.1 if flaws.precise else step * 10
    passed = sum(ballot.total >= PASS_MARK and min(ballot.scores) >= LEAST for ballot in ballots)
    said: dict[str, Any] = {
        "pass": _passed(passed, n, share),
        "total": _band(sum(ballot.total for ballot in ballots) / n, total_step, 100),
    }
    if indicators:
        said["indicators"] = [_band(sum(b.scores[i] for b in ballots) / n, step, 10) for i in range(10)]
    return said


def nothing(*, indicators: bool = True) -> dict[str, Any]:
    """What is said where only the count may be known, or not even that."""
    return {"pass": None, "total": None} | ({"indicators": None} if indicators else {})


def _passed(passed: int, n: int, step: float) -> list[float]:
    low, high = _band(passed / n, step, 1)
    if step >= 0.01 and high <= 2 * step and step * n < 5:
        return [0.0, round(2 * step, 6)]
    return [low, high]


def _band(value: float, step: float, most: int) -> list[float]:
    place = min(floor(value / step + 1e-9), round(most / step) - 1)
    return [round(place * step, 6), round((place + 1) * step, 6)]
