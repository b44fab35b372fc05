"""Proves the breakdowns of the final release safe: what all their shown cells together tell about a hidden one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.disclosure.attacker import Published, Secret, find_pinned, find_worlds
from engine.disclosure.catalogue import (
    COMMUNE_TABLES,
    PAIRS,
    Breakdown,
    Cell,
    CellName,
    at_province,
)
from engine.disclosure.precision import TOTAL_RANGE, Band, passed_band, total_band
from engine.disclosure.rules import NARROWEST_COMPLEMENT, NARROWEST_COUNT, NARROWEST_MEAN, K
from engine.disclosure.tally import NOBODY, Tally
from engine.errors import ReleaseRefused


@dataclass(frozen=True, slots=True)
class Shown:
    """A breakdown and what of it would be shown.

    `hidden` cells are not shown at all, those in `counts_only` without means; of `silent` measures ("total",
    "passed", "indicators") nothing is shown in the whole table.
    """

    breakdown: Breakdown
    hidden: frozenset[CellName]
    counts_only: frozenset[CellName] = frozenset()
    silent: frozenset[str] = frozenset()

    @property
    def cells(self) -> list[CellName]:
        """The cells whose count is shown."""
        return [name for name in self.breakdown.cells if name not in self.hidden]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of T1 as the attacker sees it. `has_removed`: some of its people have gone since it was issued."""

    tally: Tally
    has_removed: bool


@dataclass(frozen=True, slots=True)
class People:
    """Everyone who is broken down: the finest cells in order, who is in them, and the issued rows they are in."""

    finest: Sequence[Cell]
    living: Mapping[Cell, Tally]
    rows: Mapping[str, Row]

    def of(self, place: int) -> Tally:
        """Who is in a finest cell."""
        return self.living.get(self.finest[place], NOBODY)

    def places_by_row(self) -> dict[str, list[int]]:
        """The finest cells that each row is the sum of."""
        places: dict[str, list[int]] = {key: [] for key in self.rows}
        for place, cell in enumerate(self.finest):
            places[cell.row].append(place)
        return places


@dataclass(frozen=True, slots=True)
class Pinned:
    """A cell that is pinned too closely: of the breakdown at `place` in the list."""

    place: int
    cell: CellName


def find_pinned_counts(people: People, shown: Sequence[Shown]) -> list[Pinned]:
    """Hidden cells whose count is pinned, and cells for rows by two dimensions, which no table has, that are.

    The latter are said as a cell of the row in the table of their first dimension: hiding more there helps.
    """
    published = _counts(people, shown)
    truth = [float(people.of(place).n) for place in range(len(people.finest))]
    names = [Pinned(place, cell) for place, each in enumerate(shown) for cell in sorted(each.hidden)]
    secrets = [_hidden_count(shown[name.place].breakdown, name.cell) for name in names]
    for cell, places in _crossed(people).items():
        if 0 < sum(people.of(place).n for place in places) < K:
            names.append(_where_crossed(shown, cell))
            secrets.append(Secret(places, _may_be_of_crossed))
    return [names[secret] for secret in _find_pinned(published, secrets, truth)]


def _find_pinned(published: Published, secrets: Sequence[Secret], truth: Sequence[float]) -> list[int]:
    pinned = find_pinned(published, secrets, truth)
    if pinned is None:
        raise ReleaseRefused("audit", "the figures contradict each other")
    return pinned


def _counts(people: People, shown: Sequence[Shown]) -> Published:
    published = Published(len(people.finest))
    of_row = people.places_by_row()
    for key, row in people.rows.items():
        # Of a row with removals the attacker knows only that no more people are left than it had.
        published.say(of_row[key], 0 if row.has_removed else row.tally.n, row.tally.n)
    for each in shown:
        for name in each.cells:
            n = each.breakdown.cells[name].n
            published.say(each.breakdown.made_of[name], n, n)
    return published


def _hidden_count(breakdown: Breakdown, cell: CellName) -> Secret:
    narrowest = NARROWEST_COUNT if breakdown.cells[cell].n < K else NARROWEST_COMPLEMENT
    return Secret(breakdown.made_of[cell], lambda low, high: high - low >= narrowest)


def _may_be_of_crossed(low: float, high: float) -> bool:
    """Not known to be there and to be few. People are whole: who knows of a part of one knows of one."""
    return low <= 0 or high >= K


_Crossed = tuple[str, int, str, str]  # row, which pair of dimensions, the value of each


def _crossed(people: People) -> dict[_Crossed, list[int]]:
    made_of: dict[_Crossed, list[int]] = {}
    for place, cell in enumerate(people.finest):
        for pair, (one, other) in enumerate(PAIRS):
            key = cell.row, pair, at_province(one, cell.kind), at_province(other, cell.kind)
            made_of.setdefault(key, []).append(place)
    return made_of


def _where_crossed(shown: Sequence[Shown], crossed: _Crossed) -> Pinned:
    row, pair, _, _ = crossed
    table = COMMUNE_TABLES[PAIRS[pair][0]]
    place = next(place for place, each in enumerate(shown) if each.breakdown.table == table)
    cell = next(name for name in shown[place].breakdown.cells if name[0] == row)
    return Pinned(place, cell)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A score that is published as the band of a mean: at most `most` a person."""

    name: str
    most: int
    band: Callable[[Tally], Band]
    sum_of: Callable[[Tally], int]


_MEASURES = (
    _Measure("total", TOTAL_RANGE, total_band, lambda tally: tally.total),
    _Measure("passed", 1, passed_band, lambda tally: tally.passed),
)


def find_pinned_means(people: People, shown: Sequence[Shown]) -> frozenset[int]:
    """The places of the breakdowns with a hidden cell of fewer than K people whose mean total or share is pinned.

    (A bigger one, hidden only to protect others, could have been shown with its mean.)

    First against an attacker who knows every count, even the hidden ones; where he learns too much, against one
    who knows only what is published.
    """
    sizes = [people.of(place).n for place in range(len(people.finest))]
    pinned: set[int] = set()
    for measure in _MEASURES:
        published = _scores(people, shown, measure, sizes)
        truth = [float(measure.sum_of(people.of(place))) for place in range(len(people.finest))]
        names = [
            Pinned(place, cell)
            for place, each in enumerate(shown)
            for cell in sorted(each.hidden)
            if 0 < each.breakdown.cells[cell].n < K
        ]
        secrets = [_hidden_mean(people, shown[name.place].breakdown, name.cell, measure) for name in names]
        for secret in _find_pinned(published, secrets, truth):
            name = names[secret]
            if name.place not in pinned and _is_pinned_without_counts(people, shown, measure, name):
                pinned.add(name.place)
    return frozenset(pinned)


def _scores(people: People, shown: Sequence[Shown], measure: _Measure, sizes: Sequence[float]) -> Published:
    """The unknowns are sums of scores in the finest cells, which have these sizes."""
    published = Published(len(sizes), [measure.most * size for size in sizes])
    of_row = people.places_by_row()
    for key, row in people.rows.items():
        if not row.has_removed:
            low, high = measure.band(row.tally)
            published.say(of_row[key], row.tally.n * low, row.tally.n * high)
    for each in shown:
        for name in each.cells if measure.name not in each.silent else ():
            if name not in each.counts_only:
                tally = each.breakdown.cells[name]
                low, high = measure.band(tally)
                published.say(each.breakdown.made_of[name], tally.n * low, tally.n * high)
    return published


def _hidden_mean(people: People, breakdown: Breakdown, cell: CellName, measure: _Measure) -> Secret:
    """Safe if half of the range stays possible; where T1 itself tells more than that, if no more is told."""
    n = breakdown.cells[cell].n
    widest = measure.most * n
    narrowest = min(float(NARROWEST_MEAN * widest), _left_open_by_row(people.rows.get(cell[0]), n, measure))
    return Secret(breakdown.made_of[cell], lambda low, high: high - low >= narrowest)


def _left_open_by_row(row: Row | None, n: int, measure: _Measure) -> float:
    """How much the band of a row leaves open about the sum of n of its people."""
    widest = measure.most * n
    if row is None or row.has_removed:
        return widest
    low, high = measure.band(row.tally)
    least = row.tally.n * low - measure.most * (row.tally.n - n)
    return min(widest, row.tally.n * high) - max(0, least)


def _is_pinned_without_counts(people: People, shown: Sequence[Shown], measure: _Measure, name: Pinned) -> bool:
    """Whether the mean stays pinned in the worlds in which the hidden cell is as small or as large as it can be."""
    places = shown[name.place].breakdown.made_of[name.cell]
    counts = _counts(people, shown)
    counts.say(places, 1, float("inf"))  # of nobody there is no mean
    secret = Secret(places, lambda low, high: high - low >= 1)
    means = []
    for sizes in find_worlds(counts, secret):
        size = float(sum(sizes[place] for place in places))
        scores = _scores(people, shown, measure, [float(max(0, each)) for each in sizes])
        means += [sum(world[place] for place in places) / size for world in find_worlds(scores, secret)]
    return not means or max(means) - min(means) < NARROWEST_MEAN * measure.most
