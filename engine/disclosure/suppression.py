"""Which cells of a breakdown are hidden: the small ones, and others so that no subtraction gives a small one back.

Decided from counts alone (R2). The same pattern hides every figure of a cell.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engine.disclosure.catalogue import Breakdown, CellName
from engine.disclosure.rules import FEWEST_HIDDEN_IN_COLUMN, FEWEST_HIDDEN_IN_ROW, K

Line = list[CellName]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of cells whose sum is published, and how many of a line must be hidden if any is."""

    lines: list[Line]
    fewest_hidden: int


def hide_cells(breakdown: Breakdown, also: Iterable[CellName] = ()) -> frozenset[CellName]:
    """The cells to hide; `also` are hidden whatever their size."""
    counts = breakdown.counts
    hidden = {name for name, n in counts.items() if n < K} | set(also)
    everything = lines_of(breakdown)
    is_stable = False
    while not is_stable:
        before = len(hidden)
        for some in everything:
            for line in some.lines:
                _protect(counts, line, some.fewest_hidden, hidden)
        is_stable = len(hidden) == before
    return frozenset(hidden)


def lines_of(breakdown: Breakdown) -> list[_Lines]:
    """The rows and the columns of a table. One with a single dimension is one row."""
    in_column = FEWEST_HIDDEN_IN_COLUMN if breakdown.dims[0] == "commune" else FEWEST_HIDDEN_IN_ROW
    if len(breakdown.dims) == 1:
        return [_Lines([list(breakdown.cells)], FEWEST_HIDDEN_IN_ROW)]
    return [
        _Lines(_lines_along(breakdown.cells, 0), FEWEST_HIDDEN_IN_ROW),
        _Lines(_lines_along(breakdown.cells, 1), in_column),
    ]


def _lines_along(names: Iterable[CellName], place: int) -> list[Line]:
    lines: defaultdict[str, Line] = defaultdict(list)
    for name in names:
        lines[name[place]].append(name)
    return list(lines.values())


def _protect(counts: Mapping[CellName, int], line: Line, fewest: int, hidden: set[CellName]) -> None:
    """Hides the smallest shown cells of a line until the hidden ones protect each other."""
    while True:
        here = [name for name in line if name in hidden]
        if not here or (len(here) >= fewest and sum(counts[name] for name in here) >= K):
            return
        shown = smallest_shown(counts, line, hidden)
        if shown is None:
            return
        hidden.add(shown)


def smallest_shown(
    counts: Mapping[CellName, int], line: Iterable[CellName], hidden: Collection[CellName]
) -> CellName | None:
    """The next cell of a line to hide; None if none is left."""
    return min((name for name in line if name not in hidden), key=lambda name: (counts[name], name), default=None)
