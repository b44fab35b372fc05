"""A1: keep every download, and subtract a row's figures from what they were before."""

from itertools import combinations

from tests.attacks.exports import Finding, Release, Row
from tests.attacks.truth import Scored

FEWEST = 10
"""New people that a row needs before it says anything else."""


def find_small_changes(scored: Scored) -> list[Finding]:
    """Rows of T0 and T1 that changed between two releases though fewer than ten people were new in them."""
    history: dict[str, list[tuple[Release, Row]]] = {}
    for release, row in scored.exports.unit_rows():
        history.setdefault(row.commune, []).append((release, row))
    return [
        found
        for rows in history.values()
        for earlier, later in combinations(rows, 2)
        for found in _compare(scored, earlier, later)
    ]


def _compare(scored: Scored, earlier: tuple[Release, Row], later: tuple[Release, Row]) -> list[Finding]:
    before, after = earlier[1], later[1]
    if before.figures == after.figures:
        return []
    new = scored.behind(*later) - scored.behind(*earlier)
    gone = scored.behind(*earlier) - scored.behind(*later)
    if len(new) >= FEWEST:
        return []
    where = f"{before.commune or 'province'}, releases {earlier[0].number} and {later[0].number}"
    return [Finding("A1", where, f"n {before.n} → {after.n}: {len(new)} new, {len(gone)} gone")]
