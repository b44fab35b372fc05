"""How the workbook of a form is laid out: its columns in order, how wide, and what is said about them."""

from dataclasses import dataclass

from content.check import LONGEST_QUESTION, LONGEST_SHORT
from content.workbook_columns import CHOICES, SETTINGS, SURVEY
from engine.messages import LONGEST_CHOICE_LABEL

_WIDE, _MIDDLE, _NARROW = 42, 20, 11

_HELP = {
    "type": "console.workbook.type",
    "name": "console.workbook.name",
    "indicator": "console.workbook.indicator",
    "label": "console.workbook.label",
    "short": "console.workbook.short",
    "hint": "console.workbook.hint",
    "guidance_hint": "console.workbook.guidance_hint",
    "relevant": "console.workbook.relevant",
    "minimum": "console.workbook.minimum",
    "maximum": "console.workbook.maximum",
    "points_at_most": "console.workbook.points_at_most",
    "ranges": "console.workbook.ranges",
    "why": "console.workbook.why",
    "list_name": "console.workbook.list_name",
    "points": "console.workbook.points",
    "version": "console.workbook.version",
    "wording": "console.workbook.wording",
}
"""What appears beside the first cell of a column when it is chosen."""
_HELP_OF_CHOICES = {"name": "console.workbook.place", "label": "console.workbook.choice"}


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A column of a sheet: how wide, whether it holds whole numbers, how long a cell may be (0: any length)."""

    name: str
    width: int
    is_translated: bool = False
    is_number: bool = False
    longest: int = 0


COLUMNS: dict[str, tuple[LaidOut, ...]] = {
    SURVEY: (
        LaidOut("type", _MIDDLE),
        LaidOut("name", _NARROW),
        LaidOut("indicator", _NARROW, is_number=True),
        LaidOut("label", _WIDE, is_translated=True, longest=LONGEST_QUESTION),
        LaidOut("short", _MIDDLE, is_translated=True, longest=LONGEST_SHORT),
        LaidOut("hint", _WIDE, is_translated=True),
        LaidOut("guidance_hint", _WIDE, is_translated=True),
        LaidOut("relevant", _MIDDLE),
        LaidOut("minimum", _NARROW, is_number=True),
        LaidOut("maximum", _NARROW, is_number=True),
        LaidOut("points_at_most", _NARROW, is_number=True),
        LaidOut("ranges", _MIDDLE),
        LaidOut("why", _WIDE),
    ),
    CHOICES: (
        LaidOut("list_name", _NARROW),
        LaidOut("name", _NARROW),
        LaidOut("label", _WIDE, is_translated=True, longest=LONGEST_CHOICE_LABEL),
        LaidOut("points", _NARROW, is_number=True),
    ),
    SETTINGS: (
        LaidOut("form_id", _NARROW),
        LaidOut("version", _NARROW),
        LaidOut("form_title", _MIDDLE, is_translated=True, longest=LONGEST_CHOICE_LABEL),
        LaidOut("describes", _WIDE, is_translated=True),
        LaidOut("wording", _NARROW),
        LaidOut("default_language", _MIDDLE),
    ),
}


def help_of(sheet: str, column: str) -> str:
    """The message of the catalogue about a column; empty if it needs no word."""
    return (_HELP_OF_CHOICES if sheet == CHOICES else {}).get(column) or _HELP.get(column, "")
