"""Proves the rows of communes safe over time: what the files of a whole round tell about a commune in the pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.disclosure.attacker import TOLERANCE, Published, Secret, find_least, find_pinned
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

    Two attackers look at it. One assumes that nobody's ballot was ever removed; where that contradicts the figures
    he learns nothing. The other knows rule S2, too, and assumes no more removals than there must have been.
    """
    pools = _pools(ledger)
    return _pinned(_Sizes(pools, knows_s2=False), most_removed=0) | _pinned_with_few_removals(pools)


def _pinned_with_few_removals(pools: Sequence[_Pool]) -> frozenset[str]:
    sizes = _Sizes(pools, knows_s2=True)
    fewest = find_least(sizes.published, sizes.removed) if sizes.removed else 0.0
    return _pinned(sizes, most_removed=fewest)


def _pinned(sizes: "_Sizes", most_removed: float) -> frozenset[str]:
    if sizes.removed:
        sizes.published.say(sizes.removed, 0, most_removed + TOLERANCE)
    names = list(sizes.of)
    secrets = [Secret([sizes.of[name]], _is_safe) for name in names]
    pinned = find_pinned(sizes.published, secrets, truth=None)
    return frozenset(names[place][0] for place in pinned or ())


class _Sizes:
    """How many each commune had in each pool, and how many came and went between one and the next."""

    def __init__(self, pools: Sequence[_Pool], *, knows_s2: bool) -> None:
        self.published = Published(0)
        self.of: dict[tuple[str, int], int] = {}
        self.removed: list[int] = []
        for number, pool in enumerate(pools):
            for commune in pool.members:
                self.of[commune, number] = self._unknown()
            everyone = [self.of[commune, number] for commune in pool.members]
            self.published.say(everyone, pool.n, pool.n)
            if number:
                came = [self._came(commune, number) for commune in pool.members]
                self.published.say(came, FEWEST_ADDED if knows_s2 else 0, float("inf"))
            for commune, n in pool.left_with.items():
                gone = self._unknown(is_removed=True)
                self.published.say([self.of[commune, number]], -float("inf"), n, less=[gone])

    def _came(self, commune: str, number: int) -> int:
        """size now - size before = came - gone."""
        came, gone = self._unknown(), self._unknown(is_removed=True)
        now, before = self.of[commune, number], self.of[commune, number - 1]
        self.published.say([now, gone], 0, 0, less=[before, came])
        return came

    def _unknown(self, *, is_removed: bool = False) -> int:
        place = self.published.unknowns
        self.published.unknowns += 1
        if is_removed:
            self.removed.append(place)
        return place


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
