"""The first sheet of the workbook: what the figures are, how to read them, and the plan's target beside them."""

from collections.abc import Sequence
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.disclosure.released import LATE, POOLED, ReleasedRow
from engine.disclosure.rules import FEWEST_ADDED
from engine.texts import Texts
from reports.release_sheet import Figure, Formats, add_sheet, put, set_page, style_of
from reports.release_tables import sheet_name
from reports.release_words import (
    HIDDEN,
    TARGETS,
    ReleaseFacts,
    adults_of,
    kind,
    member_names,
    percent,
    share_assessed,
    share_band,
    share_meeting,
    table_title,
    unit_name,
)

DECISION = "2547/QĐ-UBND"

_WIDTHS = (290, 100, 100, 300)  # pixels
_LETTERS_IN_A_LINE = 125
_LINE_HEIGHT = 14.5  # points


class _Page:
    """Writes the first sheet from top to bottom."""

    def __init__(self, sheet: Worksheet, formats: Formats) -> None:
        self.sheet, self.formats, self.line = sheet, formats, 0

    def head(self, words: str, style: str = "section") -> None:
        self.line += style == "section"
        put(self.sheet, self.line, 0, words, self.formats(style))
        self.sheet.set_row(self.line, 26 if style == "title" else 20)
        self.line += 1

    def say(self, words: str, style: str = "paragraph") -> None:
        """A paragraph over the whole width. Excel fits the height of a row to its words, but not when merged."""
        self.sheet.merge_range(self.line, 0, self.line, len(_WIDTHS) - 1, "", self.formats(style))
        put(self.sheet, self.line, 0, words, self.formats(style))
        self.sheet.set_row(self.line, _LINE_HEIGHT * ceil(len(words) / _LETTERS_IN_A_LINE) + 4)
        self.line += 1

    def row(self, label: str, *cells: tuple[Figure, str]) -> None:
        """A label and figures beside it, each with its style."""
        put(self.sheet, self.line, 0, label, self.formats("label"))
        empty: tuple[Figure, str] = (None, "text")
        for place, (figure, style) in enumerate((*cells, empty, empty, empty)[: len(_WIDTHS) - 1], start=1):
            put(self.sheet, self.line, place, figure, self.formats(style_of(figure, style)))
        self.line += 1


def add_cover(book: Workbook, facts: ReleaseFacts, formats: Formats, say: Texts) -> None:
    """The sheet that is open when the workbook is."""
    sheet = add_sheet(book, say.plain("statistics.read_first"))
    for place, width in enumerate(_WIDTHS):
        sheet.set_column_pixels(place, place, width)
    page = _Page(sheet, formats)
    page.head(say.plain("statistics.title", round=facts.release.round), "title")
    page.head(unit_name(facts, say), "section")
    _about(page, facts, say)
    page.head(say.plain("statistics.reading"))
    for rule in _rules(facts, say):
        page.say(rule)
    _plan(page, facts, say)
    page.head(say.plain("statistics.sheets"))
    page.row(say.plain("statistics.charts"))
    for table in facts.release.tables:
        if table.dims:
            page.row(sheet_name(table, say), (table_title(table, say), "text"))
    set_page(sheet, facts, say)


def _about(page: _Page, facts: ReleaseFacts, say: Texts) -> None:
    release = facts.release
    page.row(say.plain("statistics.release"), (release.number, "left"))
    page.row(say.plain("statistics.kind"), (kind(release, say), "text"))
    page.row(say.plain("statistics.day"), (say.date(release.as_of), "text"))
    page.row(say.plain("statistics.questions"), (release.content_version, "text"))
    page.head(say.plain("statistics.what"))
    page.say(say.plain("statistics.what.counts"))
    page.say(say.plain("report.not_the_title"))
    page.say(say.plain("statistics.what.meets", minimum=facts.criteria.indicator_minimum))
    communes = [each for each in facts.province.communes if facts.is_of_province or each.code == facts.unit]
    if any(commune.pass_mark_assumed for commune in communes):
        page.say(say.plain("report.assumed"))


def _rules(facts: ReleaseFacts, say: Texts) -> list[str]:
    release = facts.release
    rows = [row for table in release.tables for row in table.rows]
    rules = [
        say.plain("statistics.reading.hidden", k=release.k, most=release.k - 1),
        say.plain("statistics.reading.bands"),
        say.plain("statistics.reading.moves", added=FEWEST_ADDED),
    ]
    if facts.is_of_province:
        rules.append(say.plain("statistics.reading.adds_up"))
    rules += [
        say.plain("statistics.reading.pooled", members=member_names(row, facts))
        for row in rows
        if row.commune == POOLED and row.members
    ]
    if any(row.commune == LATE for row in rows):
        rules.append(say.plain("statistics.reading.late"))
    if release.leaves_out_floods:
        rules.append(say.plain("statistics.reading.floods"))
    if any(row.n is not None and row.passed is None for row in rows):
        rules.append(say.plain("statistics.reading.only_counts"))
    return rules


def _plan(page: _Page, facts: ReleaseFacts, say: Texts) -> None:
    years = sorted(TARGETS)
    page.head(say.plain("statistics.plan"))
    page.say(
        say.plain(
            "statistics.plan.asks",
            decision=DECISION,
            first=percent(TARGETS[years[0]], say),
            first_year=years[0],
            second=percent(TARGETS[years[-1]], say),
            second_year=years[-1],
        )
    )
    row = facts.release.province if facts.is_of_province else facts.release.of_commune(facts.unit)
    adults = adults_of(row, facts) if row else None
    if row is not None and adults:
        _beside_target(page, row, adults, say)
    else:
        missing, of = len(facts.without_adults), len(facts.province.communes) if facts.is_of_province else 1
        page.say(say.plain("statistics.plan.no_adults", missing=missing, all=of), "attention")
    page.say(say.plain("statistics.plan.not_the_same"))


def _beside_target(page: _Page, row: ReleasedRow, adults: int, say: Texts) -> None:
    meeting = share_meeting(row, adults)
    ends: Sequence[Figure] = meeting or (HIDDEN, HIDDEN)
    target = max(TARGETS)
    assessed = share_assessed(row, adults)
    page.row(say.plain("statistics.plan.adults"), (adults, "count"))
    page.row(say.plain("statistics.people"), (HIDDEN if row.n is None else row.n, "count"))
    page.row(say.plain("statistics.plan.assessed"), (HIDDEN if assessed is None else assessed, "share"))
    words = share_band(meeting, say)
    page.row(say.plain("statistics.plan.meeting"), (ends[0], "share"), (ends[1], "share"), (words, "beside"))
    page.row(say.plain("statistics.plan.target", year=target), (TARGETS[target], "share"))
