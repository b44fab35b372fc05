"""Draws a unit's figures for a phone; the reports show the same parts. Only what was released, and nothing finer.

A figure is said in the band of its release, and beside it the province's; a hidden one is never drawn as nothing.
"""

from engine.disclosure.precision import INDICATOR_RANGE, TOTAL_RANGE, Band
from engine.disclosure.released import ReleasedRow
from engine.texts import Texts
from reports.release_words import (
    ReleaseFacts,
    edition,
    indicator_name,
    mean_band,
    middle,
    people,
    share_band,
    total_band,
    unit_name,
)
from reports.typesetting import draw_png

Part = dict[str, object]
"""A piece of what a template takes."""


def draw_statistics_picture(facts: ReleaseFacts, say: Texts) -> bytes:
    """A PNG, 360 points wide: who, how many, how far, the ten indicators; or why there are no figures yet."""
    row = own_row(facts)
    return draw_png(
        "statistics_picture.typ",
        {
            **opening(facts, say),
            "figures": big_figures(row, province_row(facts), say),
            "hidden": why_hidden(facts, say),
            "indicators": indicator_bars(facts, say),
            "notes": [*unmoved(facts, say), say.plain("report.not_the_title")],
        },
    )


def own_row(facts: ReleaseFacts) -> ReleasedRow:
    """The unit's row. LookupError if the release knows no such commune."""
    row = facts.release.province if facts.is_of_province else facts.release.of_commune(facts.unit)
    if row is None:
        raise LookupError(f"the release has no row of {facts.unit}")
    return row


def province_row(facts: ReleaseFacts) -> ReleasedRow | None:
    """The province's row, to stand beside a commune's; None for the province itself, or while it is hidden."""
    row = facts.release.province
    return None if facts.is_of_province or row.n is None else row


def opening(facts: ReleaseFacts, say: Texts) -> Part:
    """Language, title and what stands at the head of every page and picture."""
    unit, release = unit_name(facts, say), edition(facts.release, say)
    subject = say.plain("statistics_picture.subject", round=facts.release.round)
    return {
        "language": say.language,
        "title": f"{unit} – {subject}",
        "subject": subject,
        "unit": unit,
        "release": release,
        "legend": {
            "band": say.plain("statistics_picture.band"),
            "mark": "" if province_row(facts) is None else say.plain("statistics_picture.mark"),
        },
    }


def big_figures(row: ReleasedRow, beside: ReleasedRow | None, say: Texts) -> list[Part]:
    """People, the share that meets the criteria, the mean total; each with the province's where that is asked."""
    labels = (
        (say.plain("statistics_picture.people"), ""),
        (say.plain("statistics_picture.meets"), ""),
        (say.plain("statistics_picture.total"), f"/{TOTAL_RANGE}"),
    )
    others = _written(beside, say) if beside else [""] * len(labels)
    return [
        {
            "label": label,
            "value": value,
            "most": most,
            "beside": other and say.plain("statistics_picture.beside", value=other),
        }
        for (label, most), value, other in zip(labels, _written(row, say), others, strict=True)
    ]


def _written(row: ReleasedRow, say: Texts) -> list[str]:
    return [people(row.n, say), share_band(row.passed, say), total_band(row.total, say)]


def indicator_bars(facts: ReleaseFacts, say: Texts) -> Part | None:
    """The ten indicators of the unit, or of the province where the unit is hidden; None where both are."""
    row, beside = own_row(facts), province_row(facts)
    if row.indicators is None:
        row, beside = facts.release.province, None
    if row.indicators is None:
        return None
    own = iter(row.indicators)
    others = iter(beside.indicators if beside and beside.indicators else [None] * len(row.indicators))
    return {
        "title": say.plain("statistics_picture.indicators", most=INDICATOR_RANGE),
        "is_own": row is own_row(facts),
        "columns": {
            "name": "",
            "own": say.plain("report.commune") if row.commune else say.plain("statistics_picture.whole_province"),
            "province": say.plain("statistics_picture.whole_province"),
        },
        "competencies": [
            {
                "name": f"{competency.numeral}. {say.content(competency.short)}",
                "indicators": [
                    {
                        "name": indicator_name(indicator, say),
                        **_bar(next(own), next(others), say),
                    }
                    for indicator in competency.indicators
                ],
            }
            for competency in facts.criteria.competencies
        ],
    }


def _bar(own: Band, other: Band | None, say: Texts) -> Part:
    return {
        "band": [end / INDICATOR_RANGE for end in own],
        "written": mean_band(own, INDICATOR_RANGE, say),
        "mark": None if other is None else middle(other) / INDICATOR_RANGE,
        "province": "" if other is None else mean_band(other, INDICATOR_RANGE, say),
    }


def why_hidden(facts: ReleaseFacts, say: Texts) -> Part | None:
    """Why the unit has no figures yet, and the province's meanwhile; None where it has some."""
    if own_row(facts).n is not None:
        return None
    province = province_row(facts)
    reason = (
        say.plain("statistics_picture.too_few")
        if facts.is_of_province
        else say.plain("statistics_picture.too_few_or_joined", k=facts.release.k)
    )
    return {
        "title": say.plain("statistics_picture.hidden"),
        "sentences": [reason, say.plain("statistics_picture.why_hidden")],
        "province": say.plain("statistics_picture.meanwhile"),
        "figures": [] if province is None else big_figures(province, None, say),
    }


def unmoved(facts: ReleaseFacts, say: Texts) -> list[str]:
    """That the unit's figures are those of an earlier release, where they are."""
    as_of = own_row(facts).as_of_release
    if as_of is None or as_of == facts.release.number:
        return []
    return [say.plain("statistics_picture.unmoved", number=as_of)]
