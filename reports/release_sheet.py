"""One sheet of the workbook: its page, its formats, and writing cells that can never become formulas."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from engine.texts import Texts
from reports.look import COLOURS
from reports.release_words import HIDDEN, ReleaseFacts, harmless

Figure = str | float | None

_A4 = 9
_NARROW_STRIPES = 14  # Excel's name for it: thin diagonal stripes
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}  # inches

_NO_BREAK = "\u00a0"

_NOT_ALLOWED_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31

_TEXT = {"font_color": COLOURS["ink"], "valign": "vcenter"}
_CELL = {"font_color": COLOURS["ink"], "bottom": 1, "bottom_color": COLOURS["line"]}
_HEADING = {**_CELL, "bold": True, "bg_color": COLOURS["accent_tint"], "text_wrap": True, "valign": "vcenter"}

STYLES: dict[str, dict[str, object]] = {
    "title": {**_TEXT, "bold": True, "font_size": 16, "font_color": COLOURS["accent"]},
    "section": {**_TEXT, "bold": True, "font_size": 12, "font_color": COLOURS["accent"]},
    "note": {**_TEXT, "font_color": COLOURS["muted"]},
    "paragraph": {**_TEXT, "text_wrap": True},
    "attention": {**_TEXT, "text_wrap": True, "bg_color": COLOURS["warm_tint"], "font_color": COLOURS["warm"]},
    "label": {**_CELL, "font_color": COLOURS["muted"]},
    "heading": {**_HEADING, "align": "center"},
    "heading_text": {**_HEADING, "align": "left"},
    "text": _CELL,
    "words": {**_CELL, "align": "center"},
    "count": {**_CELL, "num_format": "#,##0"},
    "whole": {**_CELL, "num_format": "0", "align": "center"},
    "mean": {**_CELL, "num_format": "0.0"},
    "middle_mean": {**_CELL, "num_format": "0.00"},
    "share": {**_CELL, "num_format": "0.0%"},
    "middle_share": {**_CELL, "num_format": "0.00%"},
    "left": {**_CELL, "align": "left"},
    "beside": {**_CELL, "align": "left", "indent": 1},
}
_HIDDEN_STYLE = {
    **_CELL,
    "align": "center",
    "pattern": _NARROW_STRIPES,
    "fg_color": COLOURS["line"],
    "bg_color": COLOURS["ground"],
}
_OLDER = {"bg_color": COLOURS["warm_tint"], "font_color": COLOURS["warm"], "bold": True}
_FIRST = {"left": 1, "left_color": COLOURS["line"]}
_IN_ALL = {"bold": True, "bg_color": COLOURS["track"]}


class Formats:
    """The workbook's formats by the name of their style, each made once."""

    def __init__(self, book: Workbook, say: Texts) -> None:
        self._book = book
        # Excel writes the decimal mark of the officer's own system; the space before % is ours to set.
        formats = {"share": "0.0", "middle_share": "0.00"}
        self._shares = {
            style: say.plain("statistics.percent", number=digits).replace(_NO_BREAK, " ")
            for style, digits in formats.items()
        }
        self._made: dict[tuple[str, bool, bool, bool], Format] = {}

    def __call__(
        self, style: str, is_in_all: bool = False, is_older: bool = False, is_first: bool = False
    ) -> Format:
        """`is_in_all`: of a row that sums up; `is_older`: of a figure that has not moved since; `is_first`: of the
        first column under a heading."""
        key = style, is_in_all, is_older, is_first
        if key not in self._made:
            look = dict(_HIDDEN_STYLE if style == "hidden" else STYLES[style])
            look |= {"num_format": self._shares[style]} if style in self._shares else {}
            look |= _IN_ALL if is_in_all and style != "hidden" else {}
            look |= _OLDER if is_older else {}
            look |= _FIRST if is_first else {}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def add_sheet(book: Workbook, name: str) -> Worksheet:
    """A sheet with a name that Excel takes."""
    sheet = book.add_worksheet(name.translate(_NOT_ALLOWED_IN_NAMES)[:_LONGEST_NAME].strip())
    sheet.hide_gridlines(2)
    return sheet


def set_page(sheet: Worksheet, facts: ReleaseFacts, say: Texts, is_landscape: bool = False) -> None:
    """A4, as wide as one page, with the release and the page number below."""
    if is_landscape:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(**_MARGINS)
    sheet.fit_to_pages(1, 0)
    release = say.plain("statistics.footer", number=facts.release.number).replace("&", "&&")
    page = say.plain("statistics.page", number="\0P", pages="\0N").replace("&", "&&").replace("\0", "&")
    sheet.set_footer(f"&L&8{release}&R&8{page}")


def put(sheet: Worksheet, row: int, column: int, figure: Figure, look: Format) -> None:
    """Writes a figure as a number, words as words whatever they begin with, nothing as an empty cell."""
    if figure is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(figure, str):
        sheet.write_string(row, column, harmless(figure), look)
    else:
        sheet.write_number(row, column, figure, look)


def style_of(figure: Figure, style: str) -> str:
    """The style of a cell: stripes where its figure is hidden."""
    return "hidden" if figure == HIDDEN else style
