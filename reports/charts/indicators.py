"""The ten indicators as bars in their official order, the band at the end, the province's middle as a thin line."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from engine.disclosure.precision import INDICATOR_RANGE, Band
from engine.disclosure.released import ReleasedRow
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.charts.drawing import Chart, Rows, Specification, compile_chart
from reports.look import COLOURS, LIGHTER
from reports.release_words import ReleaseFacts, indicator_name, mean_band, middle, row_name
from reports.unit_figures import own_row, province_row

if TYPE_CHECKING:
    import altair


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand, in points. Without words the bars stand alone, for a table that has the words."""

    width: float
    bar_from: float
    bar_to: float
    bar_height: float
    head_height: float
    row_height: float
    has_words: bool = True


PHONE = Layout(328, 200, 272, bar_height=11, head_height=25, row_height=19)
"""As wide as a phone: for pages and pictures."""
PAPER = Layout(163, 0, 163, bar_height=9, head_height=24, row_height=18, has_words=False)
PAPER_ALONE = Layout(231, 0, 231, bar_height=9, head_height=24, row_height=18, has_words=False)
"""Bars for the table of a report, with the province's column and without it."""

_HALF_LINE = 9
_NAME_SIZE, _NOTE_SIZE = 11.5, 9.5
_NOTE_HEIGHT = 16
_SWATCH, _SWATCH_GAP = 22, 5


@dataclass(frozen=True, slots=True)
class ShownIndicators:
    """Whose bars are shown, and what stands beside them."""

    row: ReleasedRow
    bands: tuple[Band, ...]
    others: tuple[Band, ...] | None


def shown_indicators(facts: ReleaseFacts) -> ShownIndicators | None:
    """The indicators of the unit, or of the province where the unit is hidden; None where both are."""
    own, beside = own_row(facts), province_row(facts)
    if own.indicators is not None:
        return ShownIndicators(own, own.indicators, beside.indicators if beside else None)
    province = facts.release.province
    return None if province.indicators is None else ShownIndicators(province, province.indicators, None)


def indicator_chart(facts: ReleaseFacts, say: Texts, layout: Layout) -> Chart | None:
    """The bars of a unit; None where there is nothing to show."""
    shown = shown_indicators(facts)
    if shown is None:
        return None
    heads, bars = _lines(shown, facts.criteria, say, layout)
    notes = list(_notes(shown, say)) if layout.has_words else []
    lines_end = len(heads) * layout.head_height + len(bars) * layout.row_height
    for place, note in enumerate(notes):
        note["y"] = lines_end + _NOTE_HEIGHT * (place + 0.75)
    height = lines_end + _NOTE_HEIGHT * (len(notes) + 0.25 * bool(notes))
    label = say.plain("console.chart.indicators", unit=row_name(shown.row, facts, say), number=facts.release.number)
    return Chart(partial(_specification, layout, height), {"heads": heads, "bars": bars, "notes": notes}, label)


def _lines(shown: ShownIndicators, criteria: Criteria, say: Texts, layout: Layout) -> tuple[Rows, Rows]:
    """The competencies and their indicators, one under the other; `y` is the middle of a line."""
    heads: Rows = []
    bars: Rows = []
    y = 0.0
    bands = _pairs(shown)
    for competency in criteria.competencies:
        y += layout.head_height
        heads.append({"y": y - _HALF_LINE, "name": f"{competency.numeral}. {say.content(competency.short)}"})
        for indicator in competency.indicators:
            y += layout.row_height
            bar = _bar(*next(bands), say)
            bars.append({"y": y - layout.row_height / 2, "name": indicator_name(indicator, say), **bar})
    return heads, bars


def _pairs(shown: ShownIndicators) -> Iterator[tuple[Band, Band | None]]:
    return zip(shown.bands, shown.others or [None] * len(shown.bands), strict=True)


def _bar(own: Band, other: Band | None, say: Texts) -> dict[str, object]:
    return {
        "most": INDICATOR_RANGE,
        "low": own[0],
        "high": own[1],
        "written": mean_band(own, INDICATOR_RANGE, say),
        "middle": None if other is None else middle(other),
    }


def _notes(shown: ShownIndicators, say: Texts) -> Iterator[dict[str, Any]]:
    """What the light part of a bar and the thin line stand for."""
    yield {"kind": "band", "words": say.plain("statistics_picture.band")}
    if shown.others:
        yield {"kind": "mark", "words": say.plain("statistics_picture.mark")}


@cache
def _specification(layout: Layout, height: float) -> Specification:
    import altair as alt  # noqa: PLC0415 -- see drawing.py

    scale = alt.Scale(domain=[0, INDICATOR_RANGE], range=[layout.bar_from, layout.bar_to], nice=False)
    bars = alt.Chart(alt.NamedData("bars")).encode(y=alt.Y("y:Q", scale=None, axis=None))
    layers = [*_bars(bars, scale, layout)]
    if layout.has_words:
        layers += [*_words(bars, layout), *_note_words()]
    return compile_chart(alt.LayerChart(layer=layers), layout.width, height)


def _bars(bars: "altair.Chart", scale: "altair.Scale", layout: Layout) -> Iterator["altair.Chart"]:
    """Tracks, bands on them, and the province's lines: white beside them, so that they show on a bar, too."""
    import altair as alt  # noqa: PLC0415

    whole, left = {"cornerRadius": 2}, {"cornerRadiusTopLeft": 2, "cornerRadiusBottomLeft": 2}
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("most", COLOURS["track"], whole),
        ("high", LIGHTER, whole),
        ("low", COLOURS["accent"], left),
    ]
    for field, colour, corners in kinds:
        bar = bars.transform_filter(f"datum.{field} > 0").encode(
            x=alt.X(f"{field}:Q", scale=scale, axis=None), x2=alt.X2Datum(0)
        )
        yield bar.mark_bar(orient="horizontal", size=layout.bar_height, color=colour, **corners)
    beside = bars.transform_filter("datum.middle != null").encode(x=alt.X("middle:Q", scale=scale, axis=None))
    for thickness, colour in ((2.6, COLOURS["ground"]), (1.1, COLOURS["ink"])):
        yield beside.mark_tick(orient="vertical", size=layout.bar_height + 4, thickness=thickness, color=colour)


def _words(bars: "altair.Chart", layout: Layout) -> Iterator["altair.Chart"]:
    import altair as alt  # noqa: PLC0415

    heads = alt.Chart(alt.NamedData("heads")).encode(y=alt.Y("y:Q", scale=None, axis=None))
    yield heads.mark_text(fontSize=_NAME_SIZE + 1, fontWeight=700).encode(x=alt.value(0), text="name:N")
    yield bars.mark_text(fontSize=_NAME_SIZE).encode(x=alt.value(0), text="name:N")
    yield bars.mark_text(fontSize=_NAME_SIZE + 1, fontWeight=600, align="right").encode(
        x=alt.value(layout.width), text="written:N"
    )


def _note_words() -> Iterator["altair.Chart"]:
    import altair as alt  # noqa: PLC0415

    notes = alt.Chart(alt.NamedData("notes")).encode(y=alt.Y("y:Q", scale=None, axis=None))
    words = notes.mark_text(fontSize=_NOTE_SIZE, color=COLOURS["muted"])
    band, mark = (notes.transform_filter(f"datum.kind == '{kind}'") for kind in ("band", "mark"))
    for first, last, colour in ((0, _SWATCH, LIGHTER), (0, _SWATCH * 0.45, COLOURS["accent"])):
        swatch = band.mark_bar(orient="horizontal", size=9, color=colour)
        yield swatch.encode(x=alt.value(first), x2=alt.value(last))
    yield mark.mark_tick(orient="vertical", size=12, thickness=1.1, color=COLOURS["ink"]).encode(x=alt.value(2))
    yield words.encode(x=alt.value(_SWATCH + _SWATCH_GAP), text="words:N")
