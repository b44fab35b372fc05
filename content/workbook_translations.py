"""Reads how a form in a workbook reads in other languages. Words that come twice are translated alike."""

from collections.abc import Iterable, Iterator, Mapping

from content.catalogues import SOURCE_LANGUAGE, Words, check_labels
from content.problems import Cell
from content.translated import Translation, words_of
from content.workbook_columns import CHOICES, TRANSLATED, Column
from content.workbook_sheets import Row, Sheets
from engine.questionnaire import Questionnaire


def read_translations(sheets: Sheets, form: Questionnaire, offered: Iterable[str]) -> dict[str, Translation]:
    """All translations by the code of their language. What the languages that are offered lack is a problem."""
    needed = set(words_of(form))
    translations = {}
    for code in [*sheets.languages, *(each for each in offered if each not in sheets.languages)]:
        if code == SOURCE_LANGUAGE:
            continue
        words = _read_language(sheets, code)
        _check_labels(sheets, code, words)
        if code in offered:
            _check_complete(sheets, code, {each for each in needed if each not in words})
        if words:
            translations[code] = Translation(sheets.languages[code], words)
    return translations


def _cells(sheets: Sheets, code: str) -> Iterator[tuple[Row, str, str, str]]:
    """Every place for a translation: its row, its column, the Vietnamese words, the translation."""
    for sheet, columns in TRANSLATED.items():
        for row in sheets.rows[sheet]:
            for column in columns:
                yield row, column, row[column], row.words.get((column, code), "")


def _read_language(sheets: Sheets, code: str) -> dict[str, str]:
    words: dict[str, str] = {}
    first: dict[str, Cell] = {}
    for row, column, source, translation in _cells(sheets, code):
        cell = row.cell(column, code)
        if translation and not source:
            sheets.refuse("C135", cell)
        elif translation and words.get(source, translation) != translation:
            sheets.refuse("C134", cell, words=source, other=first[source])
        elif translation:
            words.setdefault(source, translation)
            first.setdefault(source, cell)
    return words


def _check_complete(sheets: Sheets, code: str, lacking: set[str]) -> None:
    """Names the cells that are empty; a column that is not there at all is named once."""
    without_column: set[tuple[str, str]] = set()
    for row, column, source, _ in _cells(sheets, code):
        if source not in lacking:
            continue
        if (column, code) in row.cells:
            name = sheets.languages[code]
            sheets.refuse("C070", row.cell(column, code), language=name, words=source.partition("\n")[0])
        else:
            without_column.add((row.cell(column).sheet, column))
    for sheet, column in sorted(without_column):
        name = sheets.languages.get(code, code)
        sheets.refuse("C107", Cell(sheet, 1, 1), column=str(Column(column, code, name)))


def _check_labels(sheets: Sheets, code: str, words: Mapping[str, str]) -> None:
    labels = [
        Words(row["label"], sheets.file, row.cell("label", code), "label", row["list_name"])
        for row in sheets.rows[CHOICES]
        if row["label"]
    ]
    sheets.problems += check_labels(code, words, labels)
