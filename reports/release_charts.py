"""The sheet with the charts of a release, each beside the table it is drawn from. Draws nothing that is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from engine.disclosure.precision import INDICATOR_RANGE, Band
from engine.disclosure.released import ReleasedRow
from engine.texts import Texts
from reports.look import COLOURS
from reports.release_sheet import Formats, add_sheet, put, set_page
from reports.release_words import (
    ReleaseFacts,
    edition,
    indicator_name,
    mean_band,
    middle,
    people,
    row_name,
    share_band,
    table_title,
    value,
)

_WIDTHS = (200, 62, 62, 92, 86)  # pixels: name, from, to, the range in words, the middle
_CHART_COLUMN = 6
_CHART_WIDTH = 600
_ROW_HEIGHT = 20  # pixels, Excel's own
_FEWEST_ROWS = 12  # of a block; a chart of fewer would have no room for its title
_FEW_BARS = 12
_ROOM_FOR_LABELS = 1.18  # of the longest bar
_PRINT_SCALE = 58  # percent: the communes and their chart on one page of A4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: whose it is, how long, the words at its end; and the band it stands for, if it is one."""

    name: str
    length: float
    words: str
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and what it shows. `style`: of its figures, as in `release_sheet`. `most`: the end of the scale."""

    title: str
    bars: Sequence[Bar]
    style: str
    most: float
    starts_page: bool = False


def add_charts(book: Workbook, facts: ReleaseFacts, formats: Formats, say: Texts) -> None:
    """The sheet with all charts that this release has figures for."""
    sheet = add_sheet(book, say.plain("statistics.charts"))
    for place, width in enumerate(_WIDTHS):
        sheet.set_column_pixels(place, place, width)
    sheet.set_column_pixels(len(_WIDTHS), len(_WIDTHS), 20)
    put(sheet, 0, 0, say.plain("statistics.charts"), formats("title"))
    sheet.set_row(0, 24)
    put(sheet, 1, 0, f"{edition(facts.release, say)} · {say.plain('statistics.note')}", formats("note"))
    drawn = [chart for chart in charts_of(facts, say) if chart.bars]
    nothing = say.plain("statistics.chart.nothing", k=facts.release.k)
    put(sheet, 2, 0, say.plain("statistics.chart.middle") if drawn else nothing, formats("note"))
    line, breaks = 4, []
    for chart in drawn:
        if chart.starts_page:
            breaks.append(line)
        _write_numbers(sheet, line, chart, formats, say)
        _draw(book, sheet, line, chart)
        line += _rows_tall(chart) + 3
    set_page(sheet, facts, say)
    sheet.set_print_scale(_PRINT_SCALE)  # Excel heeds page breaks only where a page is not fitted
    sheet.set_h_pagebreaks(breaks)


def charts_of(facts: ReleaseFacts, say: Texts) -> Iterator[Chart]:
    """What is drawn, in order; without bars where everything is hidden."""
    release = facts.release
    commune = None if facts.is_of_province else release.of_commune(facts.unit)
    for row in (commune, release.province):
        if row is not None:
            title = say.plain("statistics.chart.indicators", place=row_name(row, facts, say))
            yield Chart(title, tuple(_indicator_bars(row, facts, say)), "mean", INDICATOR_RANGE)
    for dim in ("group", "sex", "age"):
        table = release.table("T6", dim)
        if table:
            named = [(value(dim, row.key[dim], say), row) for row in table.rows]
            title = say.plain("statistics.chart.passed", table=table_title(table, say))
            yield Chart(title, tuple(_passed_bars(named, say)), "share", 1)
    communes = release.table("T1")
    if facts.is_of_province and communes:
        named = [(row_name(row, facts, say), row) for row in communes.rows]
        by_people = tuple(sorted(_people_bars(named, say), key=_longest_first))
        most = max((bar.length for bar in by_people), default=1)
        yield Chart(say.plain("statistics.chart.people"), by_people, "count", most, starts_page=True)
        by_share = tuple(sorted(_passed_bars(named, say), key=_longest_first))
        title = say.plain("statistics.chart.passed", table=table_title(communes, say))
        yield Chart(title, by_share, "share", 1, starts_page=True)


def _longest_first(bar: Bar) -> float:
    return -bar.length


def _indicator_bars(row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> Iterator[Bar]:
    for indicator, band in zip(facts.criteria.indicators, row.indicators or (), strict=False):
        words = mean_band(band, INDICATOR_RANGE, say)
        yield Bar(indicator_name(indicator, say), middle(band), words, band)


def _passed_bars(named: Sequence[tuple[str, ReleasedRow]], say: Texts) -> Iterator[Bar]:
    for name, row in named:
        if row.passed is not None:
            yield Bar(name, middle(row.passed), share_band(row.passed, say), row.passed)


def _people_bars(named: Sequence[tuple[str, ReleasedRow]], say: Texts) -> Iterator[Bar]:
    for name, row in named:
        if row.n is not None:
            yield Bar(name, row.n, people(row.n, say))


def _write_numbers(sheet: Worksheet, line: int, chart: Chart, formats: Formats, say: Texts) -> None:
    put(sheet, line, 0, chart.title, formats("section"))
    if chart.style == "count":
        heads = ["", say.plain("statistics.people")]
    else:
        keys = say.plain("statistics.from"), say.plain("statistics.to"), say.plain("statistics.band")
        heads = ["", *keys, say.plain("statistics.middle")]
    for place, words in enumerate(heads):
        put(sheet, line + 1, place, words or None, formats("heading"))
    for below, bar in enumerate(chart.bars, start=line + 2):
        put(sheet, below, 0, bar.name, formats("text"))
        if bar.band is None:
            put(sheet, below, 1, bar.length, formats(chart.style))
            continue
        put(sheet, below, 1, bar.band[0], formats(chart.style))
        put(sheet, below, 2, bar.band[1], formats(chart.style))
        put(sheet, below, 3, bar.words, formats("words"))
        put(sheet, below, 4, bar.length, formats(_finer(chart.style)))


def _finer(style: str) -> str:
    """The middle of a band has a decimal more than its ends."""
    return {"mean": "middle_mean", "share": "middle_share"}[style]


def _draw(book: Workbook, sheet: Worksheet, line: int, chart: Chart) -> None:
    first, last = line + 2, line + 1 + len(chart.bars)
    lengths = 1 if chart.style == "count" else 4
    size = 9 if len(chart.bars) <= _FEW_BARS else 8
    font = {"name": "Arial", "size": size, "color": COLOURS["ink"]}
    drawn: Any = book.add_chart({"type": "bar"})
    drawn.add_series(
        {
            "categories": [sheet.name, first, 0, last, 0],
            "values": [sheet.name, first, lengths, last, lengths],
            "fill": {"color": COLOURS["accent"]},
            "gap": 45,
            "data_labels": {
                "value": True,
                "position": "outside_end",
                "font": font,
                "custom": [{"value": bar.words} for bar in chart.bars],
            },
        }
    )
    drawn.set_title({"name": chart.title, "overlay": False, "name_font": {**font, "size": 11, "bold": True}})
    drawn.set_legend({"none": True})
    line_look = {"color": COLOURS["line"]}
    drawn.set_x_axis(
        {
            "min": 0,
            "max": chart.most * _ROOM_FOR_LABELS,
            "visible": False,
            "major_gridlines": {"visible": False},
        }
    )
    drawn.set_y_axis(
        {"reverse": True, "num_font": font, "line": line_look, "major_tick_mark": "none", "interval_unit": 1}
    )
    drawn.set_chartarea({"border": line_look, "fill": {"color": COLOURS["ground"]}})
    drawn.set_size({"width": _CHART_WIDTH, "height": _rows_tall(chart) * _ROW_HEIGHT})
    sheet.insert_chart(line + 1, _CHART_COLUMN, drawn, {"description": chart.title})


def _rows_tall(chart: Chart) -> int:
    """Rows that a chart covers, from the headings of its table on."""
    return max(len(chart.bars) + 3, _FEWEST_ROWS)
