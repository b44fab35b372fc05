"""Which communes have a row of their own, which share the pooled one, and which rows move at a seal (R6, S1-S6).

Decided from counts alone, never from scores (R2). A row that does not move is issued again as it was.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.disclosure.released import LATE, POOLED
from engine.disclosure.rules import (
    FEWEST_ADDED,
    FEWEST_ADDING_COMMUNES,
    FEWEST_LATE_COMMUNES,
    FEWEST_POOLED_COMMUNES,
    K,
)
from engine.disclosure.tally import NOBODY, Tally, sum_of


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A row as it was last issued: the exact sums behind it, and the release in which it last moved."""

    tally: Tally
    as_of_release: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that stand issued: of communes by code, and `pooled`; `pool` are the communes in that one.

    Empty before the first release of a round.
    """

    rows: Mapping[str, IssuedRow]
    pool: frozenset[str] = frozenset()

    @property
    def total(self) -> Tally:
        """The province: always the sum of its rows (R7)."""
        return sum_of(row.tally for row in self.rows.values())


NOTHING_ISSUED = Standing({})


@dataclass(frozen=True, slots=True)
class Ballots:
    """The living ballots of every commune: those in rows that stand issued, and those added since."""

    sealed: Mapping[str, Tally]
    added: Mapping[str, Tally]

    def of(self, commune: str) -> Tally:
        """All of a commune."""
        return self.sealed.get(commune, NOBODY) + self.added.get(commune, NOBODY)

    def of_all(self, communes: Collection[str]) -> Tally:
        """All of several communes."""
        return sum_of(self.of(commune) for commune in communes)

    def added_in(self, communes: Collection[str]) -> list[int]:
        """How many came in each of these communes that anybody came in."""
        return [n for commune in communes if (n := self.added.get(commune, NOBODY).n)]


@dataclass(frozen=True, slots=True)
class Moves:
    """What a seal does to the rows: how they stand afterwards, and the communes whose ballots it takes in."""

    standing: Standing
    moved: frozenset[str]


def move_rows(
    standing: Standing,
    ballots: Ballots,
    communes: Collection[str],
    release: int,
    staying: frozenset[str] = frozenset(),
) -> Moves | None:
    """The rows after a seal; None if there are still too few people for anything at all.

    `staying` are communes that must not leave the pool, whatever their size.
    """
    if standing.rows:
        return _next_rows(standing, ballots, release, staying)
    return _first_rows(ballots, communes, release)


def may_be_pooled(people: Mapping[str, int], pool: Collection[str]) -> bool:
    """R6: enough people from enough communes.

    Where a small commune needs hiding, the enough communes must have people: empty ones hide nobody. Only where
    the whole province is in the pool is that not asked: there is no smaller figure to subtract.
    """
    sizes = [people[commune] for commune in pool]
    if len(pool) < FEWEST_POOLED_COMMUNES or sum(sizes) < K:
        return False
    has_small = any(0 < size < K for size in sizes)
    return not has_small or len(pool) == len(people) or sum(map(bool, sizes)) >= FEWEST_POOLED_COMMUNES


def _first_rows(ballots: Ballots, communes: Collection[str], release: int) -> Moves | None:
    people = {commune: ballots.of(commune).n for commune in communes}
    pool = {commune for commune, n in people.items() if n < K}
    by_size = sorted(people.keys() - pool, key=lambda commune: (people[commune], commune))
    while pool and by_size and not may_be_pooled(people, pool):
        pool.add(by_size.pop(0))
    if not pool or may_be_pooled(people, pool):
        rows = {commune: IssuedRow(ballots.of(commune), release) for commune in sorted(people.keys() - pool)}
        if pool:
            rows[POOLED] = IssuedRow(ballots.of_all(pool), release)
        return Moves(Standing(rows, frozenset(pool)), frozenset(communes))
    return None


def _next_rows(standing: Standing, ballots: Ballots, release: int, staying: frozenset[str]) -> Moves:
    rows, moved = dict(standing.rows), set()
    for commune in rows.keys() - {POOLED}:
        if ballots.added.get(commune, NOBODY).n >= FEWEST_ADDED:
            rows[commune] = IssuedRow(ballots.of(commune), release)
            moved.add(commune)
    pool = standing.pool
    if pool and _may_move(ballots, pool):
        leaving = _leaving(ballots, pool, staying)
        moved |= pool
        pool -= leaving
        rows |= {commune: IssuedRow(ballots.of(commune), release) for commune in leaving}
        del rows[POOLED]
        if pool:
            rows[POOLED] = IssuedRow(ballots.of_all(pool), release)
    return Moves(Standing(dict(sorted(rows.items())), pool), frozenset(moved))


def _may_move(ballots: Ballots, pool: Collection[str]) -> bool:
    added = ballots.added_in(pool)
    return sum(added) >= FEWEST_ADDED and len(added) >= FEWEST_ADDING_COMMUNES


def _leaving(ballots: Ballots, pool: frozenset[str], staying: frozenset[str]) -> frozenset[str]:
    """The communes that leave the pool: they have enough people now, and so have those who stay.

    All of them may leave together, if no one is left behind.
    """
    people = {commune: ballots.of(commune).n for commune in pool}
    grown = [commune for commune in pool - staying if people[commune] >= K]
    if len(grown) == len(pool):
        return pool
    leaving: set[str] = set()
    for commune in sorted(grown, key=lambda each: (-people[each], each)):
        rest = pool - leaving - {commune}
        if may_be_pooled(people, rest) and _may_move(ballots, rest):
            leaving.add(commune)
    return frozenset(leaving)


def late_row(ballots: Ballots, moved: Collection[str]) -> Tally | None:
    """S6: those who came too late to move their row; None if they are too few, or from too few communes."""
    left = [commune for commune in ballots.added if commune not in moved]
    late = sum_of(ballots.added[commune] for commune in left)
    if late.n < K or len(ballots.added_in(left)) < FEWEST_LATE_COMMUNES:
        return None
    return late


def row_keys(standing: Standing, *, has_late: bool) -> list[str]:
    """The rows that carry figures, in the order of every table."""
    communes = sorted(standing.rows.keys() - {POOLED})
    return [*communes, *([POOLED] if POOLED in standing.rows else []), *([LATE] if has_late else [])]
