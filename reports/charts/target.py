"""What shares of all adults took part and meet the criteria, beside the plan's targets; where adults are known.

The targets are about citizens with the title. A self-assessment is not the title, and the words beside it say so.
"""

from functools import cache
from typing import Any, Final

from engine.disclosure.precision import Band
from engine.texts import Texts
from reports.charts.drawing import Chart, Specification, compile_chart
from reports.look import COLOURS, LIGHTER
from reports.release_words import (
    TARGETS,
    ReleaseFacts,
    adults_of,
    percent,
    share_assessed,
    share_band,
    share_meeting,
    unit_name,
)
from reports.unit_figures import own_row

SMALLEST_SHARE: Final = 0.001
"""Shares of the adults are written to 0.1 %."""

WIDTH, HEIGHT = 328.0, 122.0
_BAR_TO, _BAR_HEIGHT = 246.0, 11.0
_ASSESSED, _MEETING = 28.0, 76.0
"""How far down the two bars lie."""
_SIZE, _NOTE_SIZE = 11.5, 9.5


def share_bars(facts: ReleaseFacts, say: Texts) -> list[dict[str, Any]] | None:
    """The two shares of the adults, as they are written and drawn; None where adults or figures are missing."""
    row = own_row(facts)
    adults = adults_of(row, facts)
    assessed, meeting = share_assessed(row, adults), share_meeting(row, adults)
    if assessed is None or meeting is None:
        return None
    return [
        {"y": _ASSESSED, "name": say.plain("commune_report.assessed"), **_of_adults((assessed, assessed), say)},
        {"y": _MEETING, "name": say.plain("statistics_picture.meets"), **_of_adults(meeting, say)},
    ]


def _of_adults(share: Band, say: Texts) -> dict[str, Any]:
    # So few of so many that it rounds to nothing: not nothing, all the same.
    low, high = share if share[1] >= SMALLEST_SHARE else (0.0, SMALLEST_SHARE)
    written = percent(low, say) if low == high else share_band((low, high), say)
    return {"most": 1, "low": low, "high": high, "written": written}


def target_chart(facts: ReleaseFacts, say: Texts) -> Chart | None:
    """Both shares, and thin lines where the plan's targets are; None where adults or figures are missing."""
    bars = share_bars(facts, say)
    if bars is None:
        return None
    marks = [
        {"target": share, "year": str(year), "written": percent(share, say)} for year, share in TARGETS.items()
    ]
    label = say.plain(
        "console.chart.target",
        unit=unit_name(facts, say),
        assessed=bars[0]["written"],
        meeting=bars[1]["written"],
        number=facts.release.number,
    )
    return Chart(_specification, {"bars": bars, "targets": marks}, label)


@cache
def _specification() -> Specification:
    import altair as alt  # noqa: PLC0415 -- see drawing.py

    scale = alt.Scale(domain=[0, 1], range=[0, _BAR_TO], nice=False)
    bars = alt.Chart(alt.NamedData("bars")).encode(y=alt.Y("y:Q", scale=None, axis=None))
    targets = alt.Chart(alt.NamedData("targets")).encode(x=alt.X("target:Q", scale=scale, axis=None))
    reach: dict[str, Any] = {"y": alt.value(_MEETING - 9), "y2": alt.value(_MEETING + 11)}
    layers = []
    for field, colour in (("most", COLOURS["track"]), ("high", LIGHTER), ("low", COLOURS["accent"])):
        bar = bars.mark_bar(orient="horizontal", size=_BAR_HEIGHT, color=colour)
        layers.append(bar.encode(x=alt.X(f"{field}:Q", scale=scale, axis=None), x2=alt.X2Datum(0)))
    words: dict[str, Any] = {"align": "center", "fontSize": _NOTE_SIZE, "color": COLOURS["muted"]}
    layers += [
        targets.mark_rule(color=COLOURS["ground"], strokeWidth=2.6).encode(**reach),
        targets.mark_rule(color=COLOURS["ink"], strokeWidth=1.1).encode(**reach),
        targets.mark_text(**words).encode(y=alt.value(_MEETING + 19), text="written:N"),
        targets.mark_text(**words).encode(y=alt.value(_MEETING + 32), text="year:N"),
        bars.mark_text(fontSize=_SIZE, dy=-17).encode(x=alt.value(0), text="name:N"),
        bars.mark_text(fontSize=_SIZE, fontWeight=700, align="right").encode(x=alt.value(WIDTH), text="written:N"),
    ]
    return compile_chart(alt.LayerChart(layer=layers), WIDTH, HEIGHT)
