"""The breakdowns of a round's final release: hides, asks the audit, hides more, and gives up what stays unsafe.

What is hidden is decided from counts alone (R2). If means are pinned all the same, a whole table loses its means.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.disclosure.audit_breakdowns import People, Pinned, Shown, find_pinned_counts, find_pinned_means
from engine.disclosure.catalogue import Breakdown, CellName, Values, break_down
from engine.disclosure.precision import (
    INDICATOR_RANGE,
    TOTAL_RANGE,
    indicator_bands,
    passed_band,
    steps,
    total_band,
)
from engine.disclosure.released import WITH_INDICATORS, ReleasedRow, ReleasedTable
from engine.disclosure.rules import MOST_REPAIRS, WIDEST_RANGE_RATIO, K
from engine.disclosure.suppression import hide_cells, lines_of, smallest_shown
from engine.disclosure.tally import sum_of
from engine.errors import ReleaseRefused

ALL_MEASURES = frozenset({"total", "passed", "indicators"})


def final_tables(
    people: People, communes: Sequence[str], values: Values, release: int
) -> tuple[ReleasedTable, ...]:
    """T2 to T6. ReleaseRefused if not even hiding everything would be safe."""
    breakdowns = break_down(list(people.rows), people.living, values)
    shown = _hide_until_safe(people, [Shown(each, hide_cells(each)) for each in breakdowns])
    removed = {key for key, row in people.rows.items() if row.has_removed}
    shown = [_without_what_removals_tell(people, each, removed) for each in shown]
    if pinned := find_pinned_means(people, shown):
        for place in pinned:
            shown[place] = replace(shown[place], silent=ALL_MEASURES)
        if find_pinned_means(people, shown):
            shown = [replace(each, silent=ALL_MEASURES) for each in shown]
    return tuple(_released(each, communes, release) for each in shown)


def _hide_until_safe(people: People, shown: list[Shown]) -> list[Shown]:
    for _ in range(MOST_REPAIRS):
        pinned = find_pinned_counts(people, shown)
        if not pinned:
            return shown
        for each in pinned:
            shown[each.place] = _hide_one_more(shown[each.place], each)
    for place in sorted({each.place for each in find_pinned_counts(people, shown)}):
        shown[place] = _hide_all(shown[place])
    if find_pinned_counts(people, shown):
        shown = [_hide_all(each) for each in shown]
    if find_pinned_counts(people, shown):
        raise ReleaseRefused("audit", "breakdowns stay unsafe even if all of them are hidden")
    return shown


def _hide_one_more(shown: Shown, pinned: Pinned) -> Shown:
    """The smallest shown cell of the row, else of the column, of a pinned cell is hidden, too."""
    breakdown, counts = shown.breakdown, shown.breakdown.counts
    for lines in lines_of(breakdown):
        line = next(line for line in lines.lines if pinned.cell in line)
        if more := smallest_shown(counts, line, shown.hidden):
            return replace(shown, hidden=hide_cells(breakdown, shown.hidden | {more}))
    return shown


def _hide_all(shown: Shown) -> Shown:
    return replace(shown, hidden=frozenset(shown.breakdown.cells))


def _without_what_removals_tell(people: People, shown: Shown, removed: set[str]) -> Shown:
    """S5: where people have gone since a row was issued, its means minus these would be theirs."""
    breakdown = shown.breakdown
    if breakdown.dims[0] == "commune":
        return replace(shown, counts_only=frozenset(name for name in breakdown.cells if name[0] in removed))
    issued = sum_of(row.tally for row in people.rows.values()).n
    gone = issued - sum(breakdown.counts.values())
    if gone == 0 or gone >= K:
        return shown
    return replace(shown, silent=frozenset(_measures_too_narrow(breakdown, issued, gone)))


def _measures_too_narrow(breakdown: Breakdown, issued: int, gone: int) -> list[str]:
    """The measures whose bands, T0's and this table's together, leave too little open about those who have gone."""
    ranges = {"indicators": INDICATOR_RANGE, "total": TOTAL_RANGE, "passed": 1}
    sizes = [issued, *(n for n in breakdown.counts.values() if n >= K)]
    narrow = []
    for place, (measure, most) in enumerate(ranges.items()):
        open_persons = sum(steps(n)[place] * n / most for n in sizes)
        if open_persons < WIDEST_RANGE_RATIO * gone:
            narrow.append(measure)
    return narrow


def _released(shown: Shown, communes: Sequence[str], release: int) -> ReleasedTable:
    breakdown = shown.breakdown
    names = list(breakdown.cells)
    if breakdown.dims[0] == "commune":
        of_dimension = list(dict.fromkeys(value for _, value in names))
        others = [row for row in dict.fromkeys(row for row, _ in names) if row not in communes]
        names = [(row, value) for row in (*communes, *others) for value in of_dimension]
    rows = tuple(_row(shown, name, release) for name in names)
    return ReleasedTable(breakdown.table, breakdown.dims, rows)


def _row(shown: Shown, name: CellName, release: int) -> ReleasedRow:
    key = dict(zip(shown.breakdown.dims, name, strict=True))
    tally = shown.breakdown.cells.get(name)
    if tally is None or name in shown.hidden:
        return ReleasedRow(key)
    silent = ALL_MEASURES if name in shown.counts_only else shown.silent
    has_indicators = shown.breakdown.table in WITH_INDICATORS and "indicators" not in silent
    return ReleasedRow(
        key,
        tally.n,
        release,
        passed=None if "passed" in silent else passed_band(tally),
        total=None if "total" in silent else total_band(tally),
        indicators=indicator_bands(tally) if has_indicators else None,
    )
