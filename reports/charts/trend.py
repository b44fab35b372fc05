"""From release to release: how many people, and between which shares of them meet the criteria.

A release that says nothing about the unit has a hatched box where its point would be, and the line stops there.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from engine.disclosure.released import Release, ReleasedRow
from engine.texts import Texts
from reports.charts.drawing import HATCHED_BOX, Chart, Rows, Specification, compile_chart
from reports.look import COLOURS, LIGHTER
from reports.release_words import ReleaseFacts, middle, people, share_band, unit_name
from reports.unit_figures import row_of

if TYPE_CHECKING:
    import altair

WIDTH, HEIGHT = 328.0, 262.0
_FROM, _TO = 80.0, 238.0
"""Between these the points lie; what the first and the last are is written beside them."""

_PEOPLE, _SHARE = (104.0, 40.0), (224.0, 150.0)
"""How far down nothing is, and the most."""

_SIZE = 11.5
_GAP = 9


def trend_chart(facts: ReleaseFacts, earlier: Sequence[Release], say: Texts) -> Chart | None:
    """The unit over the releases of its round, `earlier` ones first; None while none says anything about it."""
    releases = [*(release.for_unit(facts.unit) for release in earlier), facts.release]
    points = [_point(release, releases[0], facts.unit, say) for release in releases]
    if all(point["people"] is None for point in points):
        return None
    ends = [{**points[0], "side": "first"}, {**points[-1], "side": "last"}][len(points) == 1 :]
    rows: dict[str, Rows] = {
        "points": points,
        "ends": ends,
        "ground": [{}],
        "hidden": [point for point in points if point["people"] is None],
        "titles": [
            {"y": 12, "words": say.plain("statistics_picture.people")},
            {"y": 128, "words": say.plain("statistics_picture.meets")},
        ],
    }
    label = say.plain("console.chart.trend", unit=unit_name(facts, say), number=facts.release.number)
    return Chart(_specification, rows, label)


def _point(release: Release, first: Release, unit: str, say: Texts) -> dict[str, object]:
    row = row_of(release, unit) or ReleasedRow({})
    low, high = row.passed or (None, None)
    return {
        "day": (release.as_of - first.as_of).days,
        "date": say.date(release.as_of),
        "people": row.n,
        "low": low,
        "high": high,
        "middle": None if row.passed is None else middle(row.passed),
        "people_written": people(row.n, say),
        "middle_written": share_band(row.passed, say),
    }


@cache
def _specification() -> Specification:
    import altair as alt  # noqa: PLC0415 -- see drawing.py

    titles = alt.Chart(alt.NamedData("titles")).mark_text(fontSize=_SIZE + 1, fontWeight=700)
    dates = alt.Chart(alt.NamedData("ends")).encode(x=_x(), y=alt.value(HEIGHT - 12), text="date:N")
    shares = alt.Scale(range=list(_SHARE), domain=[0, 1], nice=False)
    charts = [
        titles.encode(x=alt.value(0), y=alt.Y("y:Q", scale=None, axis=None), text="words:N"),
        dates.mark_text(align="center", fontSize=_SIZE, color=COLOURS["muted"]),
        _panel("people", _PEOPLE, alt.Scale(range=list(_PEOPLE), zero=True, nice=False)),
        _panel("middle", _SHARE, shares, band=("low", "high")),
    ]
    return compile_chart(alt.LayerChart(layer=charts).resolve_scale(y="independent"), WIDTH, HEIGHT)


def _x() -> "altair.X":
    import altair as alt  # noqa: PLC0415

    return alt.X("day:Q", scale=alt.Scale(range=[_FROM, _TO], nice=False), axis=None)


def _panel(
    field: str, reach: tuple[float, float], scale: "altair.Scale", band: tuple[str, str] | None = None
) -> "altair.LayerChart":
    """A line with its points, over a baseline; a band around it where the true values lie in one."""
    import altair as alt  # noqa: PLC0415

    at = alt.Y(f"{field}:Q", scale=scale, axis=None)
    bottom, top = reach
    points = alt.Chart(alt.NamedData("points")).encode(x=_x())
    frame = alt.Chart(alt.NamedData("ground")).mark_rect(color=COLOURS["accent_tint"])
    hidden = alt.Chart(alt.NamedData("hidden")).encode(x=_x())
    layers: list[altair.Chart] = [
        frame.encode(x=alt.value(_FROM), x2=alt.value(_TO), y=alt.value(top), y2=alt.value(bottom))
    ]
    if band:
        low, high = band
        area = points.mark_area(color=LIGHTER, opacity=1)
        layers.append(area.encode(y=alt.Y(f"{low}:Q", scale=scale, axis=None), y2=f"{high}:Q"))
    layers += [
        points.mark_line(color=COLOURS["accent"], strokeWidth=1.6).encode(y=at),
        points.mark_point(shape="circle", size=36, fill=COLOURS["accent"], strokeWidth=0).encode(y=at),
        hidden.mark_point(
            shape=HATCHED_BOX, size=196, fill=COLOURS["ground"], stroke=COLOURS["muted"], strokeWidth=0.7
        ).encode(y=alt.value(bottom - 6)),
        hidden.mark_text(align="center", fontSize=_SIZE).encode(
            y=alt.value(bottom - 22), text=f"{field}_written:N"
        ),
        *_ends(f"{field}_written", at),
    ]
    return alt.LayerChart(layer=layers)


def _ends(words: str, y: "altair.Y") -> Iterator["altair.Chart"]:
    """What is written beside the first point and the last one."""
    import altair as alt  # noqa: PLC0415

    ends = alt.Chart(alt.NamedData("ends")).encode(x=_x(), y=y, text=f"{words}:N")
    sides: list[tuple[str, Literal["left", "right"], int]] = [("first", "right", -_GAP), ("last", "left", _GAP)]
    for side, align, away in sides:
        at_side = ends.transform_filter(f"datum.side == '{side}'")
        yield at_side.mark_text(align=align, dx=away, fontSize=_SIZE)
