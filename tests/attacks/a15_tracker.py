"""A15: add and subtract up to four exported rows until only a few people are left."""

import numpy as np
from scipy.spatial.distance import cdist

from tests.attacks.exports import Finding
from tests.attacks.truth import Ballot, Scored

MOST_LEFT = 9
MOST_FINDINGS = 20

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def find_trackers(scored: Scored) -> list[Finding]:
    """Sums and differences of two to four rows of T0 and T1, from any releases, in which 1 to 9 people remain.

    The truth says who remains: a result that merely is a small number, because many came and many went, is none.
    """
    names, weighted = _rows_by_people(scored)
    pairs = [(a, b, sign) for a in range(len(names)) for b in range(a) for sign in (1, -1)]
    if not pairs:
        return []
    sums = np.array([weighted[a] + sign * weighted[b] for a, b, sign in pairs])
    written = [f"{names[a]} {'+' if sign > 0 else '−'} {names[b]}" for a, b, sign in pairs]
    left = np.abs(sums).sum(axis=1)
    found = [_finding(written[i], left[i]) for i in np.flatnonzero((left > 0) & (left <= MOST_LEFT))]
    # Three rows are a pair minus or plus a row; four are two pairs. Small remainders alone are of interest: two
    # sums that nearly cancel out, so the distance between them, or between one and the other's opposite.
    found += _close(written, sums, names, weighted)
    found += _close(written, sums, written, sums)
    return found[:MOST_FINDINGS]


def _rows_by_people(scored: Scored) -> tuple[list[str], Numbers]:
    """Every distinct row as a vector over kinds of ballots (those in the same rows), weighted by their number."""
    rows: dict[frozenset[Ballot], str] = {}
    for release, row in scored.exports.unit_rows():
        rows.setdefault(scored.behind(release, row), f"{row.commune or 'province'}@{release.number}")
    places: dict[Ballot, list[int]] = {}
    for place, ballots in enumerate(rows):
        for ballot in ballots:
            places.setdefault(ballot, []).append(place)
    kinds: dict[tuple[int, ...], int] = {}
    for where in places.values():
        kinds[tuple(where)] = kinds.get(tuple(where), 0) + 1
    weighted = np.zeros((len(rows), len(kinds)))
    for column, (kind, people) in enumerate(kinds.items()):
        weighted[list(kind), column] = people
    return list(rows.values()), weighted


def _close(ones: list[str], one: Numbers, others: list[str], other: Numbers) -> list[Finding]:
    found: list[Finding] = []
    sizes, other_sizes = one.sum(axis=1), other.sum(axis=1)
    for sign in (1, -1):
        # The sums of the vectors are nearly the same, too: that leaves few candidates for the slow comparison.
        order = np.argsort(sign * other_sizes)
        ordered = (sign * other_sizes)[order]
        for i in range(len(ones)):
            low = np.searchsorted(ordered, sizes[i] - MOST_LEFT)
            high = np.searchsorted(ordered, sizes[i] + MOST_LEFT, side="right")
            if low < high:
                near = order[low:high]
                left = cdist(one[i : i + 1], sign * other[near], "cityblock")[0]
                for place in np.flatnonzero((left > 0) & (left <= MOST_LEFT)):
                    what = f"({ones[i]}) {'−' if sign > 0 else '+'} ({others[near[place]]})"
                    found.append(_finding(what, left[place]))
                    if len(found) >= MOST_FINDINGS:
                        return found
    return found


def _finding(what: str, left: float) -> Finding:
    return Finding("A15", what, f"{left:.0f} people remain")
