"""A3: subtract the cells of one final table from a total that another one gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.attacks.exports import Finding, Release, Row
from tests.attacks.residual import WIDE_ENOUGH, openness
from tests.attacks.truth import Scored

FEWEST = 10
BY = {"T2": "group", "T3": "sex", "T4": "age"}
PAIRS = (("group", "sex"), ("group", "age"), ("sex", "age"))


@dataclass(frozen=True)
class _Line:
    """A total, and the cells that make it up; `is_as_issued`: the total may hold people erased since."""

    where: str
    total: Row
    cells: Sequence[Row]
    is_as_issued: bool = False


def find_cross_residuals(scored: Scored) -> list[Finding]:
    """Hidden cells that together hold fewer than ten, or one alone; erased people whose figures become narrow."""
    final = scored.exports.final
    return [found for line in _lines(final) for found in _look_at(scored, line)]


def _lines(final: Release) -> Iterator[_Line]:
    units = {row.commune: row for row in final.shown}
    for table, dim in BY.items():
        rows = final.rows(table)
        for unit, total in units.items():
            cells = [row for row in rows if row.commune == unit]
            yield _Line(f"{table}, {unit}", total, cells, is_as_issued=True)
        for total in final.rows("T6", dim):
            cells = [row for row in rows if row[dim] == total[dim] and row.commune in units]
            if cells and total.n is not None:
                yield _Line(f"{table}, all of {total[dim]}", total, cells)
    for one, two in PAIRS:
        for dim in (one, two):
            for total in final.rows("T6", dim):
                cells = [row for row in final.rows("T5", one, two) if row[dim] == total[dim]]
                if cells and total.n is not None:
                    yield _Line(f"T5 {one} × {two}, all of {total[dim]}", total, cells)
    for dim in BY.values():
        if final.rows("T6", dim):
            yield _Line(f"T6 by {dim}", final.province, final.rows("T6", dim), is_as_issued=True)


def _look_at(scored: Scored, line: _Line) -> Iterator[Finding]:
    shown = [cell for cell in line.cells if cell.n is not None]
    hidden = [scored.in_cell(dict(cell.key)) for cell in line.cells if cell.n is None]
    rest = (line.total.n or 0) - sum(cell.n or 0 for cell in shown)
    inside = sum(len(ballots) for ballots in hidden)
    if rest < 0:
        yield Finding("A3", line.where, f"the cells are {-rest} people more than their total")
    elif hidden and inside < FEWEST and rest < FEWEST and (inside or not rest):
        yield Finding("A3", line.where, f"{len(hidden)} hidden cells hold {rest} people together")
    elif len(hidden) == 1 and len(hidden[0]) < FEWEST:
        yield Finding("A3", line.where, f"one hidden cell, of {rest} people")
    elif 0 < rest < FEWEST and shown:
        how_open = openness([line.total], shown, rest)
        if how_open < WIDE_ENOUGH:
            yield Finding("A3", line.where, f"{rest} people remain, their figures open to {how_open:.0%}")
