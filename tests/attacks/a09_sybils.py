"""A9: fake people with known answers all around one victim. No threshold stops it; this measures what is left."""

from tests.attacks.exports import Exports, Row
from tests.attacks.residual import highest, lowest

MOST = {"total": 100} | {str(i): 10 for i in range(10)}


def victims_openness(exports: Exports, commune: str, known: list[tuple[int, ...]]) -> dict[str, float] | None:
    """How wide the victim's interval is for total and every indicator, as a part of what is possible.

    `known` are the scores of all fake people. None while the commune's row does not hold just them and the victim.
    """
    rows = [
        row
        for release in exports.releases
        for row in release.shown
        if row.commune == commune and row.n == len(known) + 1 and row.total
    ]
    return _openness(rows[0], known) if rows else None


def _openness(row: Row, known: list[tuple[int, ...]]) -> dict[str, float]:
    bounds: dict[str, tuple[int, int]] = {}
    for measure, most in MOST.items():
        theirs = sum(sum(scores) if measure == "total" else scores[int(measure)] for scores in known)
        low, high = lowest(row, measure) - theirs, highest(row, measure, most) - theirs
        bounds[measure] = max(low, 0), min(high, most)
    # The total is the sum of the indicators, so each says something about the others.
    parts = [bounds[str(i)] for i in range(10)]
    least, most_of_all = sum(low for low, _ in parts), sum(high for _, high in parts)
    low, high = max(bounds["total"][0], least), min(bounds["total"][1], most_of_all)
    found = {"total": (high - low) / 100}
    for i, (lowest_part, highest_part) in enumerate(parts):
        part_low = max(lowest_part, low - (most_of_all - highest_part))
        part_high = min(highest_part, high - (least - lowest_part))
        found[str(i)] = (part_high - part_low) / 10
    return found
