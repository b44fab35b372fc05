"""All charts of one unit, each drawn once: the page, the PDF and the picture show the same drawing."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from engine.disclosure.released import Release
from engine.texts import Texts
from reports.charts.drawing import Chart, draw_svg
from reports.charts.indicators import PHONE, indicator_chart
from reports.charts.province_map import map_chart
from reports.charts.target import target_chart
from reports.charts.trend import trend_chart
from reports.release_words import ReleaseFacts

Charts = Mapping[str, str]
"""Name of a chart → its SVG; without those that have nothing to show."""

CHARTS = ("bars", "line", "goal", "map")
"""The ten indicators; release by release; beside the plan's targets; where the communes are."""


def charts_of_unit(facts: ReleaseFacts, earlier: Sequence[Release], say: Texts) -> dict[str, Chart]:
    """The charts of a unit, not drawn yet. `earlier` are the releases of the round before this one, in order."""
    charts = {
        "bars": indicator_chart(facts, say, PHONE),
        "line": trend_chart(facts, earlier, say),
        "goal": target_chart(facts, say),
        "map": map_chart(facts, say) if facts.is_of_province else None,
    }
    return {name: chart for name, chart in charts.items() if chart is not None}


def draw_charts(facts: ReleaseFacts, earlier: Sequence[Release], say: Texts) -> Charts:
    """All of them, drawn."""
    return {name: draw_svg(chart) for name, chart in charts_of_unit(facts, earlier, say).items()}


def is_drawing_of(drawn: str, chart: Chart) -> bool:
    """Whether a drawing shows what the chart would: adults may have been entered since it was made."""
    label = escape(chart.label, {'"': "&quot;"})
    return f'aria-label="{label}"' in drawn
