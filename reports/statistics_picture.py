"""Draws a unit's figures for a phone. Only what was released, and nothing finer.

A figure is said in the band of its release, and beside it the province's; a hidden one is never drawn as nothing.
"""

from engine.texts import Texts
from reports.charts.of_unit import Charts, draw_charts
from reports.release_words import ReleaseFacts
from reports.typesetting import draw_png
from reports.unit_figures import big_figures, opening, own_row, province_row, unmoved, why_hidden


def draw_statistics_picture(facts: ReleaseFacts, say: Texts, charts: Charts | None = None) -> bytes:
    """A PNG, 360 points wide: who, how many, how far, the ten indicators; or why there are no figures yet.

    `charts` are those of the unit, where they have been drawn already.
    """
    row = own_row(facts)
    charts = draw_charts(facts, (), say) if charts is None else charts
    return draw_png(
        "statistics_picture.typ",
        {
            **opening(facts, say),
            "figures": big_figures(row, province_row(facts), say),
            "hidden": why_hidden(facts, say),
            "bars": charts.get("bars"),
            "notes": [*unmoved(facts, say), say.plain("report.not_the_title")],
        },
    )
