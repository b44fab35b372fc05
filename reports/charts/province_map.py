"""The map of a release: a circle for each commune, larger for more people, darker where more meet the criteria.

A commune without figures is a small hatched circle, whether it is hidden or counted with others.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from math import ceil, log10
from typing import TYPE_CHECKING

from engine.disclosure.released import ReleasedRow
from engine.texts import Texts
from reports.charts.drawing import HATCHED_CIRCLE, Chart, Rows, Specification, compile_chart
from reports.commune_map import HIDDEN_RADIUS, LABEL_SIZE, Box, Circle, CommuneMap, draw_up_map
from reports.look import COLOURS, MAP_STEPS
from reports.release_words import ReleaseFacts, middle, percent, share_band

if TYPE_CHECKING:
    import altair

WIDTH = 493.0
"""Points: as wide as the text of an A4 page."""

STEPS = (0.4, 0.6, 0.8)
"""Where one colour ends and the next begins: 60 % is the plan's target, and the bands of communes with 20 people
and more have these edges, too.
"""

SCALE_KM = 20

_NOTE_SIZE = 10
_LEGEND_FROM, _STEP_WIDTH = 92, 70
_STEPS_ROW, _SIZES_ROW = 26, 62
_LEGEND_HEIGHT = 88
_STEP_RADIUS = 5.0


def map_chart(facts: ReleaseFacts, say: Texts) -> Chart:
    """The map, for those who see all communes."""
    rows = {code: _row_of(code, facts) for code in facts.province.by_code}
    counted = [row.n for row in rows.values() if row.n]
    plan = draw_up_map(facts.province.communes, {code: row.n for code, row in rows.items()}, WIDTH)
    places = [_place(circle, rows[circle.commune.code]) for circle in plan.circles]
    drawn = {
        "shown": [place for place in places if place["step"] is not None] + _legend_circles(plan, counted),
        "hidden": [place for place in places if place["step"] is None] + [_hidden_in_legend(plan)],
        "names": [_name(circle, circle.label) for circle in plan.circles if circle.label],
        "words": [*_scale_words(plan), *_step_words(plan, say), *_size_words(plan, counted, say)],
        "scale": [{"x": 0, "to": SCALE_KM * plan.points_per_km, "y": plan.height - 14}],
    }
    label = say.plain("province_report.map_described", shown=len(counted), hidden=len(rows) - len(counted))
    return Chart(partial(_specification, plan.height + _LEGEND_HEIGHT), drawn, label)


def _row_of(code: str, facts: ReleaseFacts) -> ReleasedRow:
    return facts.release.of_commune(code) or ReleasedRow({"commune": code})


def _place(circle: Circle, row: ReleasedRow) -> dict[str, object]:
    # A row of which only the count may be said has no colour of its own: it counts among those without figures.
    is_shown = row.n is not None and row.passed is not None
    radius = circle.radius if is_shown else HIDDEN_RADIUS
    return {"x": circle.x, "y": circle.y, "size": _size(radius), "step": _step(row) if is_shown else None}


def _step(row: ReleasedRow) -> int:
    return sum(middle(row.passed) >= step for step in STEPS) if row.passed else 0


def _size(radius: float) -> float:
    """As Vega takes the size of a circle: the area of the square around it."""
    return (2 * radius) ** 2


def _name(circle: Circle, box: Box) -> dict[str, object]:
    """Beside its circle a name begins or ends at it, whatever its width was taken for; else it is centred."""
    on, x = (
        ("left", box.left)
        if box.left >= circle.x
        else ("right", box.right)
        if box.right <= circle.x
        else ("center", (box.left + box.right) / 2)
    )
    return {"x": x, "y": (box.top + box.bottom) / 2, "on": on, "name": circle.commune.bare_name}


# ---- how to read it --------------------------------------------------------------------------------------------


def _legend_circles(plan: CommuneMap, counted: Sequence[int]) -> Rows:
    steps = [
        {"x": _LEGEND_FROM + _STEP_WIDTH * step + _STEP_RADIUS, "y": plan.height + _STEPS_ROW, "step": step}
        for step in range(len(STEPS) + 1)
    ]
    sizes = [
        {"x": x, "y": plan.height + _SIZES_ROW, "step": 0, "size": _size(plan.radius_of(people))}
        for x, people in _sizes(plan, counted)
    ]
    return [{"size": _size(_STEP_RADIUS), **each} for each in steps] + sizes


def _hidden_in_legend(plan: CommuneMap) -> dict[str, object]:
    x = _LEGEND_FROM + _STEP_WIDTH * (len(STEPS) + 1) + _STEP_RADIUS
    return {"x": x, "y": plan.height + _STEPS_ROW, "size": _size(HIDDEN_RADIUS)}


def _step_words(plan: CommuneMap, say: Texts) -> Rows:
    words = [
        say.plain("province_report.below", edge=percent(STEPS[0], say)),
        *(share_band(between, say) for between in pairwise(STEPS)),
        say.plain("province_report.from", edge=percent(STEPS[-1], say)),
        say.plain("province_report.hidden"),
    ]
    y = plan.height + _STEPS_ROW
    beside = _LEGEND_FROM + 2 * _STEP_RADIUS + 5
    return [
        {"x": 0, "y": y, "weight": 700, "words": say.plain("statistics_picture.meets")},
        *({"x": beside + _STEP_WIDTH * place, "y": y, "words": each} for place, each in enumerate(words)),
    ]


def _size_words(plan: CommuneMap, counted: Sequence[int], say: Texts) -> Rows:
    y = plan.height + _SIZES_ROW
    return [
        {"x": 0, "y": y, "weight": 700, "words": say.plain("commune_report.people")},
        *(
            {"x": x + plan.radius_of(people) + 5, "y": y, "words": say.number(people)}
            for x, people in _sizes(plan, counted)
        ),
    ]


def _sizes(plan: CommuneMap, counted: Sequence[int]) -> Iterator[tuple[float, int]]:
    """Three circles to compare with: a round number near the largest, a quarter of it, a twentieth; and where."""
    if not counted:
        return
    most = max(counted)
    unit = 10 ** max(0, int(log10(most)))
    largest = most // unit * unit
    x = float(_LEGEND_FROM)
    for people in sorted({max(10, ceil(largest / part)) for part in (1, 4, 20)}, reverse=True):
        radius = plan.radius_of(people)
        yield x + radius, people
        x += 2 * radius + 48


def _scale_words(plan: CommuneMap) -> Rows:
    return [{"x": 0, "y": plan.height - 5, "words": f"{SCALE_KM} km"}]


@cache
def _specification(height: float) -> Specification:
    import altair as alt  # noqa: PLC0415 -- see drawing.py

    def chart(name: str) -> "altair.Chart":
        x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
        return alt.Chart(alt.NamedData(name)).encode(x=x, y=y)

    steps = list(range(len(MAP_STEPS)))
    rims = [COLOURS["accent"], *[COLOURS["ground"]] * (len(MAP_STEPS) - 1)]
    size = alt.Size("size:Q", scale=None, legend=None)
    circles = (
        chart("shown")
        .mark_point(shape="circle", strokeWidth=0.7)
        .encode(
            size=size,
            fill=alt.Fill("step:O", scale=alt.Scale(domain=steps, range=list(MAP_STEPS)), legend=None),
            stroke=alt.Stroke("step:O", scale=alt.Scale(domain=steps, range=rims), legend=None),
        )
    )
    hatched = chart("hidden").mark_point(
        shape=HATCHED_CIRCLE, fill=COLOURS["ground"], stroke=COLOURS["muted"], strokeWidth=0.7
    )
    names = chart("names")
    words = chart("words")
    layers = [
        circles,
        hatched.encode(size=size),
        *(
            names.transform_filter(f"datum.on == '{on}'")
            .mark_text(align=on, fontSize=LABEL_SIZE, fontWeight=700)
            .encode(text="name:N")
            for on in ("left", "right", "center")
        ),
        words.transform_filter("!datum.weight").mark_text(fontSize=_NOTE_SIZE).encode(text="words:N"),
        words.transform_filter("datum.weight")
        .mark_text(fontSize=_NOTE_SIZE, fontWeight=700)
        .encode(text="words:N"),
        chart("scale").mark_rule(color=COLOURS["muted"]).encode(x2="to:Q"),
    ]
    return compile_chart(alt.LayerChart(layer=layers), WIDTH, height)
