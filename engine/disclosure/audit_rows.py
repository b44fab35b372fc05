"""Proves the rows of communes safe over time: what the files of a whole round tell about a commune in the pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.disclosure.attacker import Published, Secret, find_pinned
from engine.disclosure.pooling import Ballots, Moves, Standing
from engine.disclosure.released import POOLED, Release, ReleasedTable
from engine.disclosure.rules import FEWEST_ADDED, FEWEST_ADDING_COMMUNES, NARROWEST_COMPLEMENT, NARROWEST_COUNT, K
from engine.errors import ReleaseRefused


@dataclass(frozen=True, slots=True)
class _Pool:
    """The pooled row as it stood from one release until it moved, and what those who left it had afterwards."""

    members: tuple[str, ...]
    n: int
    left_with: dict[str, int]


def check_moves(before: Standing, moves: Moves, ballots: Ballots) -> None:
    """S2, seen from the outcome: whatever moved had enough new people. ReleaseRefused if not."""
    for key, row in before.rows.items():
        after = moves.standing.rows.get(key)
        communes = before.pool if key == POOLED else {key}
        if after == row:
            continue
        added = ballots.added_in(communes)
        fewest_communes = FEWEST_ADDING_COMMUNES if key == POOLED else 1
        if sum(added) < FEWEST_ADDED or len(added) < fewest_communes:
            raise ReleaseRefused("S2", f"the row {key} would move with {sum(added)} new people")
    for key, row in moves.standing.rows.items():
        if row.tally.n < K:
            raise ReleaseRefused("R1", f"the row {key} would have {row.tally.n} people")


def find_pinned_communes(ledger: Sequence[Release]) -> frozenset[str]:
    """The communes whose hidden size is pinned by all releases together, the one to be published included.

    The attacker assumes that nobody's ballot was removed; one who does not knows less. Where removals make that
    assumption impossible he learns nothing.
    """
    pools = _pools(ledger)
    places: dict[tuple[str, int], list[int]] = {}
    unknowns = 0
    for number, pool in enumerate(pools):
        for commune in pool.members:  # people who came while this pool stood: nobody left, so sizes only grow
            places[commune, number] = [*places.get((commune, number - 1), ()), unknowns]
            unknowns += 1
    published = Published(unknowns)
    for number, pool in enumerate(pools):
        everyone = [place for commune in pool.members for place in places[commune, number]]
        published.say(everyone, pool.n, pool.n)
        for commune, n in pool.left_with.items():
            published.say(places[commune, number], 0, n)
    names = list(places)
    pinned = find_pinned(published, [Secret(places[name], _is_safe) for name in names], truth=None)
    return frozenset(names[place][0] for place in pinned or ())


def _is_safe(low: float, high: float) -> bool:
    """How many were in the pool from each commune is kept nowhere, so a size that may be small counts as small."""
    narrowest = NARROWEST_COMPLEMENT if low >= K else NARROWEST_COUNT
    return high - low >= narrowest


def _pools(ledger: Sequence[Release]) -> list[_Pool]:
    pools: list[_Pool] = []
    for release in ledger:
        table = release.table("T1")
        if table is None:
            raise LookupError("a release without its table of communes")
        pooled = table.row(commune=POOLED)
        if pools:
            _note_who_left(pools[-1], table)
        if pooled is not None and pooled.n is not None and pooled.as_of_release == release.number:
            pools.append(_Pool(pooled.members, pooled.n, {}))
    return pools


def _note_who_left(pool: _Pool, table: ReleasedTable) -> None:
    for row in table.rows:
        if row.commune in pool.members and row.n is not None:
            pool.left_with.setdefault(row.commune, row.n)
