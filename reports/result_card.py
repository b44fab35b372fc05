"""The result as a picture for a phone: the total, whether it meets the rule, and a bar for each indicator."""

from engine.texts import Texts
from reports.result_sheet import ResultSheet, reservations, rule, still_missing, verdict
from reports.typesetting import draw_png


def draw_result_card(sheet: ResultSheet, say: Texts) -> bytes:
    """A PNG 720 pixels wide."""
    outcome = sheet.outcome
    criteria = outcome.criteria
    points = iter(outcome.scores)
    return draw_png(
        "result_card.typ",
        {
            "language": say.language,
            "title": say.plain("report.card_title"),
            "about": [sheet.commune_name, say.content(sheet.form_title), say.date(sheet.finished_on)],
            "total": outcome.total,
            "points_in_all": criteria.points_in_all,
            "meets_rule": outcome.meets_rule,
            "verdict": verdict(sheet, say),
            "missing": still_missing(sheet, say),
            "rule": rule(sheet, say),
            "points_per_indicator": criteria.points_per_indicator,
            "minimum": criteria.indicator_minimum,
            "minimum_label": say.plain("report.at_least", minimum=criteria.indicator_minimum),
            "competencies": [
                {
                    "name": f"{competency.numeral}. {say.content(competency.short)}",
                    "sum": f"{reached}/{possible}",
                    "indicators": [
                        {"name": say.content(indicator.short), "points": next(points)}
                        for indicator in competency.indicators
                    ],
                }
                for competency, (reached, possible) in zip(
                    criteria.competencies, outcome.by_competency(), strict=True
                )
            ],
            "notes": reservations(sheet, say),
        },
    )
