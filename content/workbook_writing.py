"""Writes a form as an Excel workbook, pleasant to edit, that `content.workbook` reads back without loss."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from typing import Any

from content.catalogues import SOURCE_LANGUAGE
from content.translated import TranslatedForm
from content.workbook_columns import CHOICES, HAVE_CHOICES, SETTINGS, SURVEY, TYPES, Column
from content.workbook_layout import COLUMNS, LaidOut, help_of
from engine.questionnaire import Condition, Question, Questionnaire
from engine.texts import Texts

_Written = str | int
"""What a cell gets; "" for nothing."""

_SAME_TIME = datetime(2026, 1, 1)  # noqa: DTZ001 -- Excel's times have no zone; the same form gives the same bytes
_OPTIONS = {
    "in_memory": True,  # only then are the times inside the file the same every time
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
}
_CELL = {
    "num_format": "@",  # text: else Excel would take 1-2 for a day
    "text_wrap": True,
    "valign": "top",
    "bottom": 1,
    "bottom_color": "#d5dae1",
}
_NUMBER = {**_CELL, "num_format": "0", "align": "center"}
_HEADING = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e3f1f1", "bottom": 1}
_LAST_ROW = 999  # as far as the columns are made ready

_Row = Mapping[str, _Written]
"""By the name of the column; columns that are there for each language hold the Vietnamese words."""


def make_workbook(form: TranslatedForm, source: Texts, say: Texts) -> bytes:
    """An .xlsx file, the same bytes for the same form; `say` speaks the language of whoever edits it."""
    from xlsxwriter import Workbook  # noqa: PLC0415 -- only where somebody asks for one

    written = BytesIO()
    book = Workbook(written, deepcopy(_OPTIONS))  # it writes into what it is given
    book.set_properties({"title": form.questionnaire.title, "author": "hoctap", "created": _SAME_TIME})
    rows: dict[str, Sequence[_Row]] = {
        SURVEY: [_question(each, form.questionnaire) for each in form.questionnaire.questions],
        CHOICES: [row for each in form.questionnaire.questions for row in _choices(each)],
        SETTINGS: [_settings(form.questionnaire, source)],
    }
    for name, of_sheet in rows.items():
        _add_sheet(book, name, of_sheet, form, source, say)
    book.close()
    return written.getvalue()


def _question(question: Question, form: Questionnaire) -> _Row:
    takes_number = question.type == "number"
    return {
        "type": TYPES[question.type] + (f" {question.id}" if question.type in HAVE_CHOICES else ""),
        "name": question.id,
        "indicator": question.indicator or "",
        "label": question.text,
        "short": "" if question.short == question.text else question.short,
        "hint": question.hint,
        "guidance_hint": question.evidence,
        "relevant": _condition(question.condition, form) if question.condition else "",
        "minimum": question.minimum if takes_number else question.minimum or "",
        "maximum": question.maximum if takes_number else question.maximum or "",
        "points_at_most": question.points_at_most or "",
        "ranges": ", ".join(f"{each.at_least}={each.points}" for each in question.ranges),
        "why": question.why,
    }


def _condition(condition: Condition, form: Questionnaire) -> str:
    takes_several = form.by_id[condition.question].type == "multiple"
    term = "selected(${%s}, '%d')" if takes_several else "${%s} = '%d'"
    return " or ".join(term % (condition.question, place) for place in condition.one_of)


def _choices(question: Question) -> Iterator[_Row]:
    for place, option in enumerate(question.options, start=1):
        yield {"list_name": question.id, "name": str(place), "label": option.label, "points": option.points}


def _settings(form: Questionnaire, source: Texts) -> _Row:
    return {
        "form_id": form.form,
        "version": form.version,
        "form_title": form.title,
        "describes": form.describes,
        "wording": "official" if form.is_official_wording else "own",
        "default_language": f"{source.name} ({source.language})",
    }


def _add_sheet(book: Any, name: str, rows: Sequence[_Row], form: TranslatedForm, source: Texts, say: Texts) -> None:
    sheet = book.add_worksheet(name)
    cell, number, heading = (book.add_format(look) for look in (_CELL, _NUMBER, _HEADING))
    for place, (made, column, read) in enumerate(_headings(name, form, source)):
        sheet.set_column(place, place, made.width, number if made.is_number else cell)
        sheet.write_string(0, place, str(column), heading)
        _help(sheet, name, place, made, say)
        for row_number, row in enumerate(rows, start=1):
            written = read(row[made.name])
            if isinstance(written, int):
                sheet.write_number(row_number, place, written, number)
            elif written:
                sheet.write_string(row_number, place, written, cell)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 2)


_Read = Callable[[_Written], _Written]


def _headings(name: str, form: TranslatedForm, source: Texts) -> Iterator[tuple[LaidOut, Column, _Read]]:
    """Every column of a sheet, and how its cells are made of what a row holds."""
    for made in COLUMNS[name]:
        if not made.is_translated:
            yield made, Column(made.name), _as_it_is
            continue
        yield made, Column(made.name, SOURCE_LANGUAGE, source.name), _as_it_is
        for code, translation in form.translations.items():
            yield made, Column(made.name, code, translation.name), _translated(translation.words)


def _as_it_is(written: _Written) -> _Written:
    return written


def _translated(words: Mapping[str, str]) -> _Read:
    return lambda written: words.get(str(written), "")


def _help(sheet: Any, name: str, place: int, made: LaidOut, say: Texts) -> None:
    """What a column is for, beside its first cell; and a word from Excel while something too long is typed."""
    key = help_of(name, made.name)
    if key:
        about = {"validate": "any", "input_title": made.name, "input_message": say.plain(key)}
        sheet.data_validation(0, place, 0, place, about)
    if made.longest:
        too_long = {
            "validate": "length",
            "criteria": "<=",
            "value": made.longest,
            "error_type": "warning",
            "error_title": made.name,
            "error_message": say.plain("console.workbook.too_long", most=made.longest),
        }
        sheet.data_validation(1, place, _LAST_ROW, place, too_long)
