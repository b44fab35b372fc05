"""Everything that can be wrong with a content file or a workbook, numbered: what it is and what to do about it.

The numbers never change meaning: authors look them up in docs/content.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

PROBLEMS: dict[str, str] = {
    "C001": "the file cannot be read as YAML: {detail}",
    "C002": "the key '{key}' is missing; add it",
    "C003": "the key '{key}' is not known here; remove it or correct its spelling",
    "C004": "'{key}' must be {expected}; it is {found}",
    "C005": "the text is not in Unicode form NFC (letters and accents apart); save it as NFC",
    "C010": "the id '{id}' is used twice; give one of them another",
    "C011": "the type '{type}' is not known; use one of {known}",
    "C012": "indicator {indicator} is not one of the official ones (1 to {most})",
    "C013": "a question of type {type} needs {needs}",
    "C014": "two options look alike when typed without accents: '{label}'; word one of them differently",
    "C015": "the label '{label}' has {length} characters; a button holds {most}; shorten it",
    "C016": "the label '{label}' cannot be told from a command or a number; begin it with a word",
    "C017": "the text has {length} characters; a question may have {most}; shorten it",
    "C018": "the line for the review, '{short}', has {length} characters; it may have {most}; shorten it",
    "C020": "indicator {indicator} can reach {points} points; change the options so that it is {needed}",
    "C021": "the form can reach {points} points in all; it must be {needed}",
    "C022": "the points of the options do not rise from the first to the last; order them from little to much",
    "C030": "the condition names '{question}', which does not come before this question",
    "C031": "the condition names option {place} of '{question}', which has {count}",
    "C032": "no answers lead to this question; correct its condition or the one it hangs on",
    "C040": "version {version} of this form is published already and reads differently now; give the changed form"
    " a new version, or undo the change",
    "C041": "version {version} of this form is not published yet; run: hoctap publish",
    "C042": "the version '{version}' is not numbers with points between, such as 2026.1",
    "C043": "version {version} of the form {form} is in {other} already; give this file a version of its own",
    "C050": "the commune code '{commune}' is used twice",
    "C051": "'{value}' is not a pass mark; write a whole number from 1 to 100",
    "C052": "'{value}' is not an old unit; write: Xã Tên (Huyện Tên), with '; ' between two",
    "C053": "'{value}' must be yes or no",
    "C054": "the commune '{commune}' has no usable {column}: '{value}'",
    "C060": "indicator {indicator} has no advice for {points} points; add a level that covers it",
    "C070": "no {language} translation of: {words}",
    "C071": "the {language} translation puts in {found}; the message has {expected}: {key}",
    "C072": "the {language} translation of {key} is not the safe subset of HTML (<b>, <i>, <a href>): {found}",
    "C073": "the {language} label '{label}' has {length} characters; a button holds {most}; shorten it",
    "C074": "two {language} options look alike when typed without accents: '{label}'",
    "C075": "the catalogue has '{key}', which nothing says any more; remove it",
    "C080": "the text says nothing; write one",
    "C081": "the text has {length} characters; a message holds {most}; shorten it",
    "C082": "the placeholder {placeholder} is not known; use one of {known}",
    "C083": "a brace in the text belongs to no placeholder; remove it",
    "C084": "the text would not be sent as it stands; write only <b>, <i>, <a href> and &amp;: {found}",
    "C085": "the text names the year's theme, which is not always known; add text_without_theme",
    "C086": "text_without_theme is said instead of a text with a theme; the theme belongs there, and not here",
    "C087": "only who has stopped half-way can be told {placeholders}; write progress: [half_way]",
    "C088": "hoctap sends the template '{template}' by itself, and it is not there; add it",
    "C090": "{day}/{month} is not a day of every year; write another",
    "C091": "the last day comes before the first; correct one of them",
    "C092": "the template '{template}' is not in content/campaigns; write it, or use one of {known}",
    "C093": "documents go to staff only; add roles, or take the documents away",
    "C101": "the file is larger than {most} MB; send the form alone, without pictures",
    "C102": "the file is not an Excel workbook; save it as .xlsx",
    "C103": "the file has a password or is of an old Excel; save it as .xlsx without a password",
    "C104": "the file holds a program (macros); save it as .xlsx, which has none",
    "C105": "the file is damaged, or was made to do harm; save it anew as .xlsx",
    "C106": "the sheet '{sheet}' is missing or has no row; begin with the workbook that the console gives out",
    "C107": "the column '{column}' is missing; add it",
    "C108": "the column '{column}' is not known; remove it, or correct its first cell",
    "C109": "the column '{column}' is there twice; remove one of them",
    "C110": "the column '{column}' does not say which language it is; write it such as label::English (en)",
    "C111": "the sheet is larger than {rows} rows and {columns} columns; remove what is not needed",
    "C112": "the cell holds a formula; write what it comes to",
    "C113": "the cell holds {found}, not words; make its format text and write it again",
    "C114": "the cell holds {length} characters; it may hold {most}; shorten it",
    "C115": "there is nothing in '{column}'; write it",
    "C116": "'{found}' is not a whole number that can stand here; write another",
    "C120": "the name '{name}' is not a small letter with 1 to 9 small letters and digits behind it; such as q07",
    "C121": "the type '{type}' is not known; use one of {known}",
    "C122": "the type '{type}' does not say which choices; write it such as select_one q07",
    "C123": "no choices are called '{list}'; add them to the sheet choices, or correct the name",
    "C124": "no question uses the choices '{list}'; remove them, or correct the name",
    "C125": "the choice is called '{name}'; choices are called 1, 2, 3 in their order, and this one is {place}",
    "C126": "the condition '{condition}' is not understood; write it such as ${{q11}} = '2' or ${{q11}} = '3'",
    "C127": "the ranges '{ranges}' are not understood; write them such as 0=0, 3=2, 5=5",
    "C128": "'{wording}' is not known; write own or official",
    "C130": "there is no form '{form}'; use one of {known}",
    "C131": "version {version} is not newer than {newest}, the newest there is; give the form a newer one",
    "C132": "the version '{version}' has more than {most} characters; shorten it",
    "C133": "the form is written in {found} here; its first language must be Vietnamese: Tiếng Việt (vi)",
    "C134": "'{words}' is translated in another way in {other}; translate it alike in both",
    "C135": "without the Vietnamese words there is nothing to translate here; write them, or empty this cell",
}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A cell of a workbook; row and column from 1."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        """As officers know it from Excel: survey!C7."""
        return f"{self.sheet}!{_letters(self.column)}{self.row}"


Line: TypeAlias = int | Cell
"""Where something stands: a line of a text file, from 1, or a cell of a workbook."""


def _letters(column: int) -> str:
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words inside a problem that are said in the reader's language, too: `key` names them in the catalogue."""

    key: str
    english: str

    def __str__(self) -> str:
        return self.english


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: where, which, and the words for it. `details` are what the words name."""

    file: str
    line: Line
    code: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        """As a compiler would print it: file:line: code message."""
        return f"{self.file}:{self.line}: {self.code} {self.message}"


def problem(code: str, file: str, line: Line, **details: object) -> Problem:
    """A finding of that code; KeyError if the words need a detail that is not given."""
    return Problem(file, line, code, PROBLEMS[code].format(**details), details)
