"""The ten indicators as the table of a report: the words, and the bars to stand beside them."""

from engine.disclosure.precision import INDICATOR_RANGE, Band
from engine.texts import Texts
from reports.charts.drawing import draw_svg
from reports.charts.indicators import PAPER, PAPER_ALONE, indicator_chart, shown_indicators
from reports.release_words import ReleaseFacts, indicator_name, mean_band
from reports.unit_figures import Part


def indicator_table(facts: ReleaseFacts, say: Texts) -> Part | None:
    """The unit's, or the province's where the unit is hidden; None where both are."""
    shown = shown_indicators(facts)
    if shown is None:
        return None
    layout = PAPER if shown.others else PAPER_ALONE
    chart = indicator_chart(facts, say, layout)
    own = iter(shown.bands)
    others = iter(shown.others or [None] * len(shown.bands))
    province = say.plain("statistics_picture.whole_province")
    whose = say.plain("report.commune") if shown.row.commune else province
    return {
        "title": say.plain("statistics_picture.indicators", most=INDICATOR_RANGE),
        "columns": [whose, province] if shown.others else [whose],
        "bars": chart and draw_svg(chart),
        "bars_width": layout.width,
        "head_height": layout.head_height,
        "row_height": layout.row_height,
        "notes": {
            "band": say.plain("statistics_picture.band"),
            "mark": say.plain("statistics_picture.mark") if shown.others else "",
        },
        "competencies": [
            {
                "name": f"{competency.numeral}. {say.content(competency.short)}",
                "indicators": [
                    {"name": indicator_name(indicator, say), "figures": _figures(next(own), next(others), say)}
                    for indicator in competency.indicators
                ],
            }
            for competency in facts.criteria.competencies
        ],
    }


def _figures(own: Band, other: Band | None, say: Texts) -> list[str]:
    return [mean_band(band, INDICATOR_RANGE, say) for band in (own, other) if band is not None]
