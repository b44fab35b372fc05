"""The final tables of the broken publisher, T2 to T6, with the plain kind of complementary suppression."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.attacks.broken_bands import PASS_MARK, Flaws, K, figures, nothing
from tests.attacks.truth import Ballots

VALUES = {
    "group": ("farmer", "worker", "official", "student"),
    "sex": ("female", "male", "undisclosed"),
    "age": ("15-17", "18-29", "30-44", "45-59", "60+", "undisclosed"),
}
Cells = dict[tuple[str, str], Ballots]
Written = dict[str, Any]


def final_tables(
    units: Mapping[str, Ballots], alive: Ballots, labels: tuple[int, Sequence[str]], flaws: Flaws
) -> list[Written]:
    """T2 to T6. `units` are the rows of T1 as issued, `labels` the number of the release and all communes."""
    number, communes = labels
    there = {unit: ballots & alive for unit, ballots in units.items()}
    stale = {unit for unit in units if there[unit] != units[unit] and not flaws.keeps_means}
    keys = [*communes, *(key for key in ("pooled", "late") if key in units)]
    tables = []
    for table_id, dim in (("T2", "group"), ("T3", "sex"), ("T4", "age")):
        cells = _cells(there, dim)
        hidden = _hide(cells, flaws, 3)
        rows = []
        for unit in keys:
            for value in VALUES[dim]:
                cell = cells.get((unit, value), frozenset()) if (unit, value) not in hidden else frozenset()
                key = {"commune": unit, dim: value}
                rows.append(_row(key, cell, number, flaws, only_count=unit in stale, indicators=False))
        tables.append({"id": table_id, "dims": ["commune", dim], "rows": rows})
    everybody: Ballots = alive if flaws.unpooled else frozenset().union(*there.values())
    return tables + _province(everybody, number, flaws, only_count=bool(stale))


def _province(everybody: Ballots, number: int, flaws: Flaws, *, only_count: bool) -> list[Written]:
    tables = []
    for one, two in (("group", "sex"), ("group", "age"), ("sex", "age")):
        by_one = {value: frozenset(b for b in everybody if getattr(b, one) == value) for value in VALUES[one]}
        cells = _cells(by_one, two)
        hidden = _hide(cells, flaws, 2)
        rows = [
            _row({one: a, two: b}, cell if (a, b) not in hidden else frozenset(), number, flaws,
                 only_count=only_count, indicators=False)
            for (a, b), cell in cells.items()
        ]  # fmt: skip
        tables.append({"id": "T5", "dims": [one, two], "rows": rows})
    for dim in VALUES:
        cells = _cells({"": everybody}, dim)
        hidden = _hide(cells, flaws, 0)
        rows = [
            _row({dim: value}, cell if (unit, value) not in hidden else frozenset(), number, flaws,
                 only_count=only_count, indicators=True)
            for (unit, value), cell in cells.items()
        ]  # fmt: skip
        tables.append({"id": "T6", "dims": [dim], "rows": rows})
    return tables


def _cells(units: Mapping[str, Ballots], dim: str) -> Cells:
    return {
        (unit, value): frozenset(ballot for ballot in ballots if getattr(ballot, dim) == value)
        for unit, ballots in units.items()
        for value in VALUES[dim]
    }


def _hide(cells: Cells, flaws: Flaws, fewest_in_column: int) -> set[tuple[str, str]]:
    """The cells that are hidden: the small ones, and by line and column enough others to keep them unknown."""
    hidden = {key for key, cell in cells.items() if len(cell) < K}
    before: set[tuple[str, str]] = set()
    while hidden != before and not flaws.uncomplemented:
        before = set(hidden)
        for axis, fewest in ((0, 2), (1, fewest_in_column)):
            for line in dict.fromkeys(key[axis] for key in cells) if fewest else ():
                _hide_in_line([key for key in cells if key[axis] == line], cells, hidden, fewest)
    return hidden


def _hide_in_line(line: list[tuple[str, str]], cells: Cells, hidden: set[tuple[str, str]], fewest: int) -> None:
    shown = sorted((key for key in line if key not in hidden), key=lambda key: len(cells[key]))
    for key in shown:
        gone = [each for each in line if each in hidden]
        if not gone or (len(gone) >= fewest and sum(len(cells[each]) for each in gone) >= K):
            return
        hidden.add(key)


def _row(key: Written, cell: Ballots, number: int, flaws: Flaws, *, only_count: bool, indicators: bool) -> Written:
    if not cell or (flaws.hides_by_score and _is_weak(cell)):
        return {"key": key, "n": None, "as_of_release": None, **nothing(indicators=indicators)}
    said = nothing(indicators=indicators) if only_count else figures(cell, flaws, indicators=indicators)
    return {"key": key, "n": len(cell), "as_of_release": number, **said}


def _is_weak(ballots: Ballots) -> bool:
    """Looks at the scores, on which it must not depend what is hidden."""
    return sum(ballot.total for ballot in ballots) < PASS_MARK * len(ballots)
