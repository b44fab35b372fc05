"""A4, for scores: the least and the most points that the people of a hidden cell can have."""

from random import Random

from tests.attacks.equations import Key, model_of
from tests.attacks.exports import Finding
from tests.attacks.residual import WIDE_ENOUGH
from tests.attacks.truth import Ballots, Scored

FEWEST = 10
TINY = 1e-6


def find_narrow_scores(scored: Scored, targets: int = 8, seed: int = 0) -> list[Finding]:
    """Hidden cells of 1 to 9 people whose mean total the attacker knows to less than half of what is possible."""
    final = scored.exports.final
    model = model_of(final, "total")
    if model is None:
        return [Finding("A4", "final release", "the figures contradict each other")]
    hidden = [dict(row.key) for table in final.tables if table.id > "T1" for row in table.rows if row.n is None]
    known = [key for key in hidden if key.get("commune", model.units[0]) in model.units]
    small = [(key, ballots) for key in known if 1 <= len(ballots := scored.in_cell(key)) < FEWEST]
    found = []
    for key, ballots in Random(seed).sample(small, min(targets, len(small))):
        bounds = model.equations.bounds([model.points(place) for place in model.inside(key)])
        if bounds is not None:
            found += _judge(key, ballots, bounds)
    return found


def _judge(key: Key, ballots: Ballots, bounds: tuple[float, float]) -> list[Finding]:
    low, high = (bound * 100 for bound in bounds)
    true, most = sum(ballot.total for ballot in ballots), 100 * len(ballots)
    if not low - TINY <= true <= high + TINY or high - low >= WIDE_ENOUGH * most - TINY:
        return []
    what = f"{len(ballots)} people with {true} points, known to be {low:g} to {high:g}"
    return [Finding("A4", " × ".join(key.values()), what)]
