"""The result as a form to print and sign. Names are left blank: hoctap does not know them."""

from engine.texts import Texts
from reports.result_sheet import ResultSheet, reservations, rule, still_missing, verdict
from reports.typesetting import draw_pdf


def draw_result_form(sheet: ResultSheet, say: Texts) -> bytes:
    """A PDF, A4, to be read aloud by a screen reader as well as printed."""
    return draw_pdf(
        "result_form.typ",
        {
            "language": say.language,
            "title": say.plain("report.form_title"),
            "blanks": {
                "name": say.plain("report.full_name"),
                "birth_year": say.plain("report.birth_year"),
                "address": say.plain("report.address"),
            },
            "known": {
                "commune": [say.plain("report.commune"), sheet.commune_name],
                "group": [say.plain("report.group"), say.content(sheet.form_title)],
                "finished_on": [say.plain("report.finished_on"), say.date(sheet.finished_on)],
            },
            **_points(sheet, say),
            "meets_rule": sheet.outcome.meets_rule,
            "verdict": verdict(sheet, say),
            "missing": still_missing(sheet, say),
            "rule": rule(sheet, say),
            "evidence": say.plain("report.evidence"),
            "signatures": [say.plain("report.self_assessor"), say.plain("report.association")],
            "sign_here": say.plain("report.sign_here"),
            "notes": [
                *reservations(sheet, say),
                say.plain("report.source", source=say.content(sheet.outcome.criteria.source)),
            ],
        },
        sheet.finished_on,
    )


def _points(sheet: ResultSheet, say: Texts) -> dict[str, object]:
    outcome = sheet.outcome
    criteria = outcome.criteria
    points = iter(outcome.scores)
    return {
        "columns": {
            "indicator": say.plain("report.indicator"),
            "most": say.plain("report.most_points"),
            "points": say.plain("report.points"),
        },
        "competencies": [
            {
                "name": f"{competency.numeral}. {say.content(competency.title)}",
                "points": reached,
                "most": possible,
                "indicators": [
                    {
                        "number": indicator.number,
                        "name": say.content(indicator.title),
                        "points": next(points),
                        "most": criteria.points_per_indicator,
                    }
                    for indicator in competency.indicators
                ],
            }
            for competency, (reached, possible) in zip(criteria.competencies, outcome.by_competency(), strict=True)
        ],
        "minimum": criteria.indicator_minimum,
        "total_label": say.plain("report.total"),
        "total": outcome.total,
        "points_in_all": criteria.points_in_all,
    }
