"""Turns the rows of a workbook into what a questionnaire's YAML file holds, with cells for lines."""

import re
from collections.abc import Iterator
from typing import Any

from content.located import Mapping
from content.problems import Cell
from content.workbook_columns import CHOICES, HAVE_CHOICES, NEEDED, SETTINGS, SURVEY, TRANSLATED, TYPES
from content.workbook_sheets import Row, Sheets

_OURS = {word: ours for ours, word in TYPES.items()}
_NAME = re.compile(r"[a-z][a-z0-9]{1,9}")
_WHOLE = re.compile(r"-?[0-9]{1,6}")
_RANGE = re.compile(r"\s*(-?[0-9]{1,6})\s*=\s*([0-9]{1,4})\s*")
_TERM = re.compile(
    r"""\s*(?:selected\s*\(\s*\$\{(?P<in>\w+)\}\s*,\s*['"]?(?P<chosen>[0-9]{1,3})['"]?\s*\)"""
    r"""|\$\{(?P<of>\w+)\}\s*=\s*['"]?(?P<place>[0-9]{1,3})['"]?)\s*"""
)
_WORDINGS = ("own", "official")
_SOME_NAME, _SOME_WORDS = "unknown", "?"


def read_rows(sheets: Sheets) -> Mapping:
    """The form as its YAML file would hold it. What a cell says that cannot be is added to the problems.

    There something stands in for it that fits, so that the rules find all that is wrong at once.
    """
    [settings] = sheets.rows[SETTINGS][:1]
    form = _mapping(settings.cell("form_id"))
    _put(form, "form", settings["form_id"] or _SOME_NAME, settings.cell("form_id"))
    _put(form, "version", settings["version"] or "0", settings.cell("version"))
    _put(form, "wording", _read_wording(sheets, settings), settings.cell("wording"))
    _put_words(form, settings, SETTINGS)
    language = settings["default_language"]
    if language and not re.search(r"\(vi\)|^vi$", language):
        sheets.refuse("C133", settings.cell("default_language"), found=language)
    choices = _read_choices(sheets)
    used: set[str] = set()
    form["questions"] = [_read_question(sheets, row, choices, used) for row in sheets.rows[SURVEY]]
    form.lines["questions"] = Cell(SURVEY, 1, 1)
    for name, (cell, _) in choices.items():
        if name not in used:
            sheets.refuse("C124", cell, list=name)
    return form


def _mapping(cell: Cell) -> Mapping:
    made = Mapping()
    made.line, made.lines = cell, {}
    return made


def _put(into: Mapping, key: str, value: Any, cell: Cell) -> None:
    """Nothing is put where nothing is written; but where it would stand is known."""
    into.lines[key] = cell
    if value not in ("", None):
        into[key] = value


def _put_words(into: Mapping, row: Row, sheet: str) -> None:
    for column, key in TRANSLATED[sheet].items():
        some = _SOME_WORDS if column in NEEDED[sheet] else ""
        _put(into, key, row[column] or some, row.cell(column))


def _read_wording(sheets: Sheets, settings: Row) -> str:
    if settings["wording"] in _WORDINGS:
        return settings["wording"]
    if settings["wording"]:
        sheets.refuse("C128", settings.cell("wording"), wording=settings["wording"])
    return _WORDINGS[0]


def _whole(sheets: Sheets, row: Row, column: str, least: int | None = None) -> int | None:
    written = row[column]
    if not written:
        return None
    if not _WHOLE.fullmatch(written) or (least is not None and int(written) < least):
        sheets.refuse("C116", row.cell(column), found=written)
        return None
    return int(written)


_Choices = dict[str, tuple[Cell, list[Mapping]]]
"""By the name of their list: where it begins, and the options."""


def _read_choices(sheets: Sheets) -> _Choices:
    choices: _Choices = {}
    for row in sheets.rows[CHOICES]:
        _, options = choices.setdefault(row["list_name"], (row.cell("list_name"), []))
        option = _mapping(row.cell("label"))
        _put_words(option, row, CHOICES)
        points = _whole(sheets, row, "points", least=0)
        before = options[-1]["points"] if options else 0
        _put(option, "points", before if points is None else points, row.cell("points"))
        options.append(option)
        if row["name"] and row["name"] != str(len(options)):
            sheets.refuse("C125", row.cell("name"), name=row["name"], place=len(options))
    choices.pop("", None)
    return choices


def _read_question(sheets: Sheets, row: Row, choices: _Choices, used: set[str]) -> Mapping:
    question = _mapping(row.cell("type"))
    is_name = bool(_NAME.fullmatch(row["name"]))
    _put(question, "id", row["name"] if is_name else _SOME_NAME, row.cell("name"))
    if row["name"] and not is_name:
        sheets.refuse("C120", row.cell("name"), name=row["name"])
    _put_words(question, row, SURVEY)
    _put(question, "why", row["why"], row.cell("why"))
    for column in ("indicator", "points_at_most"):
        _put(question, column, _whole(sheets, row, column, least=0), row.cell(column))
    for column in ("minimum", "maximum"):
        _put(question, column, _whole(sheets, row, column), row.cell(column))
    _put(question, "ranges", _read_ranges(sheets, row), row.cell("ranges"))
    _put(question, "condition", _read_condition(sheets, row), row.cell("relevant"))
    _put_type(sheets, question, row, choices, used)
    return question


def _put_type(sheets: Sheets, question: Mapping, row: Row, choices: _Choices, used: set[str]) -> None:
    word, _, name = row["type"].partition(" ")
    name = name.strip()
    kind, cell = _OURS.get(word, ""), row.cell("type")
    question["type"], question.lines["type"] = kind or "page", cell
    if not word:
        return
    if not kind or (name and kind not in HAVE_CHOICES):
        sheets.refuse("C121", cell, type=row["type"], known=", ".join(TYPES.values()))
        return
    if kind not in HAVE_CHOICES:
        return
    if not name:
        sheets.refuse("C122", cell, type=row["type"])
    elif name not in choices:
        sheets.refuse("C123", cell, list=name)
    else:
        used.add(name)
        beginning, question["options"] = choices[name]
        question.lines["options"] = beginning


def _read_ranges(sheets: Sheets, row: Row) -> list[Mapping] | None:
    """0=0, 3=2, 5=5: from 3 on 2 points, from 5 on 5."""
    if not row["ranges"]:
        return None
    matched = [_RANGE.fullmatch(part) for part in re.split(r"[,;\n]", row["ranges"])]
    ranges = [_range(row.cell("ranges"), each) for each in matched if each]
    if len(ranges) < len(matched):
        sheets.refuse("C127", row.cell("ranges"), ranges=row["ranges"])
        return None
    return ranges


def _range(cell: Cell, matched: re.Match[str]) -> Mapping:
    made = _mapping(cell)
    made.update(at_least=int(matched[1]), points=int(matched[2]))
    return made


def _read_condition(sheets: Sheets, row: Row) -> Mapping | None:
    """selected(${q11}, '2') or ${q11} = '3': question q11 was answered with its second or third option."""
    if not row["relevant"]:
        return None
    cell = row.cell("relevant")
    terms = list(_terms(row["relevant"]))
    questions = {question for question, _ in terms}
    if len(questions) != 1 or "" in questions:
        sheets.refuse("C126", cell, condition=row["relevant"])
        return None
    made = _mapping(cell)
    made.update(question=questions.pop(), one_of=[place for _, place in terms])
    return made


def _terms(written: str) -> Iterator[tuple[str, int]]:
    """The terms of a condition: question and place; an empty question for one that is not understood."""
    for term in re.split(r"\bor\b", written):
        matched = _TERM.fullmatch(term)
        if matched is None:
            yield "", 0
        else:
            yield matched["in"] or matched["of"], int(matched["chosen"] or matched["place"])
