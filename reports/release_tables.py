"""The sheets with the tables of a release: figures as numbers to sort and count on, hidden ones striped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.disclosure.precision import Band
from engine.disclosure.released import LATE, POOLED, WITH_INDICATORS, ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.release_sheet import Figure, Formats, add_sheet, put, set_page, style_of
from reports.release_words import (
    HIDDEN,
    ReleaseFacts,
    adults_of,
    dimension,
    edition,
    indicator_name,
    member_names,
    row_name,
    share_assessed,
    share_band,
    table_title,
    unit_name,
    value,
)

GROUPS_ROW, HEADINGS_ROW, FIRST_ROW = 3, 4, 5
"""Where the two rows of headings are, and the first row of figures. From 0."""

_END_WIDTH, _SHARE_WIDTH, _COUNT_WIDTH, _BAND_WIDTH = 43, 56, 70, 92
_VALUE_WIDTH, _NAME_WIDTH = 190, 200  # pixels


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the heading over several columns ("" for none), and what it shows of a row."""

    heading: str
    width: int
    style: str
    read: Callable[[ReleasedRow], Figure]
    group: str = ""
    is_first: bool = False


def add_table(book: Workbook, table: ReleasedTable, facts: ReleaseFacts, formats: Formats, say: Texts) -> None:
    """A sheet with one table; above the communes of T1 the row of the whole province."""
    sheet = add_sheet(book, sheet_name(table, say))
    columns = _columns(table, facts, say)
    rows = rows_of(table, facts)
    _write_heads(sheet, table, columns, facts, formats, say)
    for line, row in enumerate(rows, start=FIRST_ROW):
        _write_row(sheet, line, row, columns, facts, formats)
    below = FIRST_ROW + len(rows) + 1
    for row in rows:
        if row.commune == POOLED and row.members:
            words = say.plain("statistics.pooled_members", members=member_names(row, facts))
            put(sheet, below, 0, words, formats("note"))
    if "commune" in table.dims:  # codes are words, and Excel would mark each as a number gone wrong
        sheet.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW + 1}:A{below}"})
    sheet.freeze_panes(FIRST_ROW, len(table.dims) + ("commune" in table.dims))
    sheet.autofilter(HEADINGS_ROW, 0, FIRST_ROW + max(len(rows), 1) - 1, len(columns) - 1)
    sheet.repeat_rows(GROUPS_ROW, HEADINGS_ROW)
    set_page(sheet, facts, say, is_landscape=True)


def sheet_name(table: ReleasedTable, say: Texts) -> str:
    """As in "T5 Nhóm × Tuổi": the table's id finds it in the other files, too."""
    return f"{table.id} {' × '.join(dimension(dim, say) for dim in table.dims)}"


def rows_of(table: ReleasedTable, facts: ReleaseFacts) -> Sequence[ReleasedRow]:
    """The rows of a table's sheet."""
    province = facts.release.table("T0") if table.id == "T1" else None
    return (*province.rows, *table.rows) if province else table.rows


def _write_heads(
    sheet: Worksheet,
    table: ReleasedTable,
    columns: Sequence[Column],
    facts: ReleaseFacts,
    formats: Formats,
    say: Texts,
) -> None:
    put(sheet, 0, 0, table_title(table, say), formats("title"))
    about = [unit_name(facts, say), edition(facts.release, say), say.plain("statistics.note")]
    put(sheet, 1, 0, " · ".join(about), formats("note"))
    put(sheet, 2, 0, say.plain("statistics.hidden_note", most=facts.release.k - 1), formats("note"))
    sheet.set_row(0, 24)
    sheet.set_row(GROUPS_ROW, 50 if table.id in WITH_INDICATORS else 32)
    sheet.set_row(HEADINGS_ROW, 32)
    for place, column in enumerate(columns):
        sheet.set_column_pixels(place, place, column.width)
        look = formats("heading_text" if column.style == "text" else "heading", is_first=column.is_first)
        put(sheet, GROUPS_ROW, place, None, look)
        put(sheet, HEADINGS_ROW, place, column.heading, look)
    for first, last, words in _groups(columns):
        sheet.merge_range(GROUPS_ROW, first, GROUPS_ROW, last, words, formats("heading", is_first=True))


def _groups(columns: Sequence[Column]) -> Iterator[tuple[int, int, str]]:
    """Headings that stand over several columns: the first, the last, the words."""
    first = 0
    for place, column in enumerate(columns, start=1):
        if place == len(columns) or columns[place].group != column.group:
            if column.group:
                yield first, place - 1, column.group
            first = place


def _write_row(
    sheet: Worksheet,
    line: int,
    row: ReleasedRow,
    columns: Sequence[Column],
    facts: ReleaseFacts,
    formats: Formats,
) -> None:
    is_in_all = not row.key or row.commune in (POOLED, LATE)
    for place, column in enumerate(columns):
        figure = column.read(row)
        is_older = column.style == "whole" and figure not in (HIDDEN, facts.release.number)
        look = formats(style_of(figure, column.style), is_in_all, is_older, column.is_first)
        put(sheet, line, place, figure, look)


def _columns(table: ReleasedTable, facts: ReleaseFacts, say: Texts) -> list[Column]:
    columns = list(_key_columns(table, facts, say))
    columns.append(Column(say.plain("statistics.people"), _COUNT_WIDTH, "count", lambda row: _told(row.n)))
    if table.id == "T1" and facts.adults:
        columns += _adults_columns(facts, say)
    passed = say.plain("statistics.passed")
    columns += _ends(passed, _SHARE_WIDTH, "share", lambda row: row.passed, say)
    words = say.plain("statistics.band")
    columns.append(Column(words, _BAND_WIDTH, "words", lambda row: share_band(row.passed, say), passed))
    columns += _ends(say.plain("statistics.total"), _SHARE_WIDTH, "mean", lambda row: row.total, say)
    if table.id in WITH_INDICATORS:
        for place, indicator in enumerate(facts.criteria.indicators):
            columns += _ends(indicator_name(indicator, say), _END_WIDTH, "mean", partial(_indicator, place), say)
    heading = say.plain("statistics.of_release")
    return [*columns, Column(heading, _COUNT_WIDTH, "whole", lambda row: _told(row.as_of_release), is_first=True)]


def _key_columns(table: ReleasedTable, facts: ReleaseFacts, say: Texts) -> Iterator[Column]:
    for dim in table.dims:
        if dim == "commune":
            code = say.plain("statistics.code")
            yield Column(code, 62, "text", lambda row: row.commune if row.commune.isdigit() else None)
            name = partial(row_name, facts=facts, say=say)
            yield Column(dimension(dim, say), _NAME_WIDTH, "text", name)
        else:
            yield Column(dimension(dim, say), _VALUE_WIDTH, "text", partial(_value, dim, say))


def _value(dim: str, say: Texts, row: ReleasedRow) -> str:
    return value(dim, row.key[dim], say)


def _adults_columns(facts: ReleaseFacts, say: Texts) -> Iterator[Column]:
    def share(row: ReleasedRow) -> Figure:
        adults = adults_of(row, facts)
        return HIDDEN if row.n is None and adults else share_assessed(row, adults)

    yield Column(say.plain("statistics.adults"), _COUNT_WIDTH, "count", partial(adults_of, facts=facts))
    yield Column(say.plain("statistics.assessed"), _COUNT_WIDTH, "share", share)


def _ends(
    group: str, width: int, style: str, band: Callable[[ReleasedRow], Band | None], say: Texts
) -> Iterator[Column]:
    """The two ends of a band, each a number in a column of its own."""

    def end(side: int, row: ReleasedRow) -> Figure:
        found = band(row)
        return HIDDEN if found is None else found[side]

    yield Column(say.plain("statistics.from"), width, style, partial(end, 0), group, is_first=True)
    yield Column(say.plain("statistics.to"), width, style, partial(end, 1), group)


def _indicator(place: int, row: ReleasedRow) -> Band | None:
    return row.indicators[place] if row.indicators else None


def _told(figure: int | None) -> Figure:
    return HIDDEN if figure is None else figure
