"""The sheets and columns of a form's workbook: XLSForm's words (https://xlsform.org) where they fit."""

import re
from dataclasses import dataclass

from content.catalogues import SOURCE_LANGUAGE

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"

TRANSLATED: dict[str, dict[str, str]] = {
    SURVEY: {"label": "text", "hint": "hint", "guidance_hint": "evidence", "short": "short"},
    CHOICES: {"label": "label"},
    SETTINGS: {"form_title": "title", "describes": "describes"},
}
"""Columns that are there once for each language, and the keys of the content files that they hold."""

PLAIN: dict[str, tuple[str, ...]] = {
    SURVEY: (
        "type",
        "name",
        "indicator",
        "relevant",
        "minimum",
        "maximum",
        "points_at_most",
        "ranges",
        "why",
    ),
    CHOICES: ("list_name", "name", "points"),
    SETTINGS: ("form_id", "version", "wording", "default_language"),
}
"""Columns that are there once. `relevant` is XLSForm's word for a condition."""

NEEDED: dict[str, tuple[str, ...]] = {
    SURVEY: ("type", "name", "label"),
    CHOICES: ("list_name", "name", "label", "points"),
    SETTINGS: ("form_id", "version", "form_title", "describes", "wording"),
}
"""Columns in which every row has something; those for each language, in Vietnamese."""

TYPES: dict[str, str] = {
    "single": "select_one",
    "multiple": "select_multiple",
    "yes_no": "yes_no",
    "number": "integer",
    "page": "note",
}
"""Our types of question and XLSForm's. It has none for two options of one's own: `yes_no` is our word."""

HAVE_CHOICES = frozenset({"single", "multiple", "yes_no"})

_TRANSLATED_COLUMN = re.compile(r"([a-z_]+)::(.*\S)\s*\(([a-z]{2,3}(?:[-_][A-Za-z]+)*)\)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its first cell names it: label::English (en) is `label`, `en`, `English`."""

    name: str
    language: str = ""
    language_name: str = ""

    def __str__(self) -> str:
        return f"{self.name}::{self.language_name} ({self.language})" if self.language else self.name

    @property
    def is_source(self) -> bool:
        """Whether it holds the words themselves and no translation of them."""
        return self.language == SOURCE_LANGUAGE


def read_column(heading: str) -> Column | None:
    """A heading → its column; None if it names a language without its code, such as label::English."""
    matched = _TRANSLATED_COLUMN.fullmatch(heading.strip())
    if matched:
        return Column(matched[1], matched[3], matched[2].strip())
    name = heading.strip()
    return None if "::" in name or any(name in columns for columns in TRANSLATED.values()) else Column(name)
