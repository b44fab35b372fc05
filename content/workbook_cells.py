"""Reads the sheets of a workbook into rows of words. A cell that is not plain words or a number is a problem."""

import math
import warnings
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

from content.catalogues import SOURCE_LANGUAGE
from content.problems import Cell, Phrase, problem
from content.workbook_columns import CHOICES, NEEDED, PLAIN, SETTINGS, TRANSLATED, Column, read_column
from content.workbook_sheets import Row, Sheets
from engine.text import tidy

MOST_ROWS = 1000
MOST_COLUMNS = 60
MOST_CHARACTERS = 2000

_ROWS_LOOKED_AT = 100_000
"""Below the last row there may be rows that are only formatted. Nobody waits for a million of them."""

_DATE = Phrase("problem.found.date", "a date or a time")
_YES_OR_NO = Phrase("problem.found.boolean", "TRUE or FALSE")
_ERROR = Phrase("problem.found.error", "an error of a formula")


def read_sheets(file: str, content: bytes) -> Sheets:
    """The rows of all sheets that a form has, with everything wrong with them that one cell shows."""
    sheets = Sheets(file)
    try:
        opened = _open(content)
    except Exception:  # noqa: BLE001 -- the library raises all kinds of errors for a file that only looks like one
        sheets.problems.append(problem("C105", file, 1))
        return sheets
    for name in PLAIN:
        if name not in opened:
            sheets.refuse("C106", Cell(name, 1, 1), sheet=name)
        else:
            _read_sheet(sheets, name, opened[name])
    return sheets


def _open(content: bytes) -> Mapping[str, list[list[Any]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- a third of a second, for what happens once a year

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about looks that the library does not know
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        names = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        return {name: _cells(sheet) for name, sheet in names.items() if name in PLAIN}


def _cells(sheet: Any) -> list[list[Any]]:
    """Its cells as far as there is anything in them, and one row more than there may be."""
    kept: list[list[Any]] = []
    last = 0
    for number, row in enumerate(sheet.iter_rows(max_row=_ROWS_LOOKED_AT, max_col=MOST_COLUMNS + 1), start=1):
        if number <= MOST_ROWS:
            kept.append(list(row))
        if any(cell.value is not None for cell in row):
            last = number
        if last > MOST_ROWS or number == _ROWS_LOOKED_AT:
            return [*kept, list(row)]
    return kept[:last]


def _read_sheet(sheets: Sheets, name: str, cells: list[list[Any]]) -> None:
    if len(cells) > MOST_ROWS or any(len(row) > MOST_COLUMNS and row[-1].value is not None for row in cells):
        sheets.refuse("C111", Cell(name, 1, 1), rows=MOST_ROWS, columns=MOST_COLUMNS)
        return
    words = [
        [_words(sheets, Cell(name, number, place), cell) for place, cell in enumerate(row, start=1)]
        for number, row in enumerate(cells, start=1)
    ]
    columns = dict(_read_headings(sheets, name, words))
    sheets.rows[name] = [
        Row(
            {column: row[place - 1] for column, place in columns.items()},
            {column: Cell(name, number, place) for column, place in columns.items()},
        )
        for number, row in enumerate(words[1:], start=2)
        if any(row) and columns
    ]
    if name == SETTINGS and len(sheets.rows[name]) > 1:
        sheets.refuse("C111", Cell(name, 3, 1), rows=2, columns=MOST_COLUMNS)
    if columns and not sheets.rows[name] and name != CHOICES:
        sheets.refuse("C106", Cell(name, 2, 1), sheet=name)
    refused = {each.line for each in sheets.problems}
    for row in sheets.rows[name]:
        for needed in NEEDED[name]:
            if row.has(needed) and not row[needed] and row.cell(needed) not in refused:
                sheets.refuse("C115", row.cell(needed), column=needed)


def _words(sheets: Sheets, cell: Cell, written: Any) -> str:
    """What stands in a cell as plain words: spaces around them gone, letters and their accents together."""
    value = written.value
    if value is None:
        return ""
    if written.data_type == "f":
        sheets.found[cell] = str(getattr(value, "text", value))[:MOST_CHARACTERS]
        sheets.refuse("C112", cell)
        return ""
    sheets.found[cell] = str(value)[:MOST_CHARACTERS]
    strange = _what_it_is(value, written.data_type)
    if strange:
        sheets.refuse("C113", cell, found=strange)
        return ""
    words = tidy(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)).strip()
    if len(words) > MOST_CHARACTERS:
        sheets.refuse("C114", cell, length=len(words), most=MOST_CHARACTERS)
        return ""
    if words:
        sheets.found[cell] = words
    return words


def _what_it_is(value: Any, data_type: str) -> Phrase | None:
    if isinstance(value, date | time | timedelta):
        return _DATE
    if isinstance(value, bool):
        return _YES_OR_NO
    is_endless = isinstance(value, float) and not math.isfinite(value)
    return _ERROR if data_type == "e" or is_endless else None


def _read_headings(sheets: Sheets, name: str, words: list[list[str]]) -> Iterator[tuple[tuple[str, str], int]]:
    """The columns, each with its place; what is wrong with the first row."""
    known: set[tuple[str, str]] = set()
    for place, heading in enumerate(words[0] if words else [], start=1):
        cell = Cell(name, 1, place)
        if not heading:
            for number, row in enumerate(words, start=1):
                if row[place - 1]:
                    sheets.refuse("C108", Cell(name, number, place), column="")
            continue
        column = read_column(heading)
        if column is None:
            sheets.refuse("C110", cell, column=heading)
        elif not _is_known(name, column):
            sheets.refuse("C108", cell, column=heading)
        elif (column.name, column.language) in known:
            sheets.refuse("C109", cell, column=heading)
        else:
            known.add((column.name, column.language))
            if column.language:
                sheets.languages.setdefault(column.language, column.language_name)
            yield (column.name, column.language), place
    for needed in NEEDED[name]:
        language = SOURCE_LANGUAGE if needed in TRANSLATED[name] else ""
        if (needed, language) not in known:
            full = str(Column(needed, language, _SOURCE_NAME)) if language else needed
            sheets.refuse("C107", Cell(name, 1, 1), column=full)


_SOURCE_NAME = "Tiếng Việt"


def _is_known(sheet: str, column: Column) -> bool:
    return column.name in (TRANSLATED[sheet] if column.language else PLAIN[sheet])
