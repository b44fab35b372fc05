"""A form as an Excel workbook: reads one that somebody uploads, and says at which cell what is wrong.

The rules for a form are those of its YAML file (`content.check`); here are those of workbooks and of versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from content.check import check_form
from content.forms import questionnaire_of
from content.problems import Cell, Problem, problem
from content.shapes import FormShape
from content.translated import TranslatedForm, document_of
from content.workbook_cells import read_sheets
from content.workbook_columns import PLAIN, SETTINGS
from content.workbook_door import MOST_MEGABYTES, why_refused
from content.workbook_rows import read_rows
from content.workbook_sheets import Sheets
from content.workbook_translations import read_translations
from engine.handbook import Handbook, version_key
from engine.questionnaire import Questionnaire

FILE = "form.xlsx"
LONGEST_VERSION = 16
_OF_THE_FRAME = frozenset({"C105", "C106", "C107", "C111"})
"""Where a sheet or a column is missing, there is nothing to hold the rules against."""
_OF_THE_WHOLE = frozenset({"C020", "C021"})
"""Points are added up only where everything else is right."""


@dataclass(frozen=True, slots=True)
class ReadWorkbook:
    """What came of reading a workbook: a form if nothing is wrong, and otherwise what is.

    `document` is the form as the database keeps it. `found` is what stood in each cell.
    """

    form: TranslatedForm | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    found: Mapping[Cell, str] = field(default_factory=dict)


def read_workbook(content: bytes, handbook: Handbook) -> ReadWorkbook:
    """An uploaded file → the form in it. `handbook` says which forms, versions and languages there are."""
    code = why_refused(content)
    if code:
        return ReadWorkbook(problems=(problem(code, FILE, 1, most=MOST_MEGABYTES),))
    sheets = read_sheets(FILE, content)
    if any(each.code in _OF_THE_FRAME for each in sheets.problems):
        return _refused(sheets)
    data = read_rows(sheets)
    _settle_form(sheets, data, handbook)
    shape = FormShape.model_validate(data)  # whatever would not fit was refused at its cell, and replaced
    form = questionnaire_of(shape)
    translations = read_translations(sheets, form, handbook.languages)
    _add(sheets, check_form(FILE, data, shape, form, handbook.criteria))
    _check_version(sheets, form, handbook)
    if sheets.problems:
        return _refused(sheets)
    return ReadWorkbook(TranslatedForm(form, translations), document_of(shape, translations), found=sheets.found)


def _refused(sheets: Sheets) -> ReadWorkbook:
    return ReadWorkbook(problems=tuple(sorted(sheets.problems, key=_in_order)), found=sheets.found)


def _in_order(each: Problem) -> tuple[int, int, int, str]:
    """The sheets in the order in which one reads them."""
    if not isinstance(each.line, Cell):
        return -1, 0, 0, each.code
    return list(PLAIN).index(each.line.sheet), each.line.row, each.line.column, each.code


def _add(sheets: Sheets, found: list[Problem]) -> None:
    """What the rules found, but for what only follows from something that is wrong already."""
    wrong = {each.line for each in sheets.problems}
    news = [each for each in found if each.line not in wrong]
    sheets.problems += [each for each in news if not (wrong and each.code in _OF_THE_WHOLE)]


def _settle_form(sheets: Sheets, data: dict[str, Any], handbook: Handbook) -> None:
    """Where there is no form of this name, the rules go on with another."""
    settings = sheets.rows[SETTINGS][0]
    name = settings["form_id"]
    if name in handbook.forms:
        return
    data["form"] = next(iter(handbook.forms))
    if name:
        sheets.refuse("C130", settings.cell("form_id"), form=name, known=", ".join(handbook.forms))


def _check_version(sheets: Sheets, form: Questionnaire, handbook: Handbook) -> None:
    cell = sheets.rows[SETTINGS][0].cell("version")
    if any(each.line == cell for each in sheets.problems):
        return
    newest = handbook.forms[form.form].version
    if len(form.version) > LONGEST_VERSION:
        sheets.refuse("C132", cell, version=form.version, most=LONGEST_VERSION)
    elif version_key(form.version) <= version_key(newest):
        sheets.refuse("C131", cell, version=form.version, newest=newest)
