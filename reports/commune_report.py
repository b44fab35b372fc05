"""What a commune's leader puts on the table: two pages of A4 about one release, one page while nothing is shown.

It says what was released and, where the adults are known, what share of them that is; nothing finer.
"""

from collections.abc import Iterable

from engine.disclosure.catalogue import COMMUNE_TABLES
from engine.disclosure.released import ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.charts.of_unit import Charts, draw_charts
from reports.charts.target import target_chart
from reports.indicator_table import indicator_table
from reports.release_words import (
    TARGETS,
    ReleaseFacts,
    adults_of,
    dimension,
    people,
    percent,
    share_band,
    total_band,
    unit_name,
    value,
)
from reports.typesetting import draw_pdf
from reports.unit_figures import Part, big_figures, opening, own_row, province_row, unmoved, why_hidden
from reports.what_stands_out import what_stands_out


def make_commune_report(facts: ReleaseFacts, say: Texts, charts: Charts | None = None) -> bytes:
    """A tagged PDF, A4, dated as the release. LookupError if the release has no row of the unit; ValueError if the
    unit is the province. `charts` are those of the unit, where they have been drawn already.
    """
    if facts.is_of_province:
        raise ValueError("the province has a report of its own")
    row = own_row(facts)
    charts = draw_charts(facts, (), say) if charts is None else charts
    return draw_pdf(
        "commune_report.typ",
        {
            **opening(facts, say),
            **frame(facts, say),
            "figures": big_figures(row, province_row(facts), say),
            "hidden": why_hidden(facts, say),
            "unmoved": " ".join(unmoved(facts, say)),
            "words": what_stands_out(facts, say),
            "indicators": indicator_table(facts, say),
            "target": towards_target(facts, say, charts),
            "breakdowns_title": say.plain("commune_report.breakdowns"),
            "breakdowns": _breakdowns(facts, say),
            "sections": _sections(facts, say),
        },
        facts.release.as_of,
    )


def frame(facts: ReleaseFacts, say: Texts) -> Part:
    """What every report says around its figures: the foot of a page, how to read it, what it is not."""
    return {
        "foot": say.plain(
            "commune_report.foot",
            unit=unit_name(facts, say),
            round=facts.release.round,
            number=facts.release.number,
        ),
        "breakdown_columns": [
            say.plain("commune_report.people"),
            say.plain("statistics_picture.meets"),
            say.plain("commune_report.total"),
        ],
        "reading": {
            "title": say.plain("commune_report.reading"),
            "items": how_to_read(facts, say),
        },
        "not_the_title": say.plain("report.not_the_title"),
    }


def how_to_read(facts: ReleaseFacts, say: Texts) -> list[str]:
    """What the figures mean, and what "…" stands for; nothing while there are none."""
    if own_row(facts).n is None:
        return []
    return [
        _what_meets_means(facts, say),
        say.plain("commune_report.reading_hidden", k=facts.release.k),
        say.plain("commune_report.reading_band"),
        say.plain("commune_report.reading_ends"),
        say.plain("commune_report.reading_unmoved", k=facts.release.k),
    ]


def _what_meets_means(facts: ReleaseFacts, say: Texts) -> str:
    minimum = facts.criteria.indicator_minimum
    commune = facts.province.by_code.get(facts.unit)
    if commune is None:
        return say.plain("commune_report.meets_anywhere", minimum=minimum)
    return say.plain("commune_report.meets_here", pass_mark=commune.pass_mark, minimum=minimum)


def towards_target(facts: ReleaseFacts, say: Texts, charts: Charts) -> Part | None:
    """What shares of all adults took part and meet the criteria, beside the plan's targets; None without adults."""
    chart = target_chart(facts, say)
    if chart is None:
        return None
    return {
        "title": say.plain("commune_report.target"),
        "chart": charts["goal"],
        "described": chart.label,
        "note": target_note(facts, say),
    }


def target_note(facts: ReleaseFacts, say: Texts) -> str:
    """Of how many adults the shares are, and what the plan's targets are shares of."""
    (first, first_share), (second, second_share) = TARGETS.items()
    return say.plain(
        "commune_report.target_note",
        unit=unit_name(facts, say),
        adults=say.number(adults_of(own_row(facts), facts) or 0),
        first=first,
        first_share=percent(first_share, say),
        second=second,
        second_share=percent(second_share, say),
    )


def breakdown(dim: str, rows: Iterable[ReleasedRow], say: Texts) -> Part:
    """People by the values of a dimension, as bars. A hidden row has no bar: its template draws a hatched stub."""
    rows = tuple(rows)
    most = max((row.n for row in rows if row.n), default=1)
    return {
        "title": dimension(dim, say),
        "rows": [
            {
                "name": value(dim, row.key[dim], say),
                "part": None if row.n is None else row.n / most,
                "n": people(row.n, say),
                "share": share_band(row.passed, say),
                "total": total_band(row.total, say),
            }
            for row in rows
        ],
    }


def _breakdowns(facts: ReleaseFacts, say: Texts) -> list[Part]:
    if own_row(facts).n is None:
        return []
    tables = ((dim, facts.release.table(table_id)) for dim, table_id in COMMUNE_TABLES.items())
    return [breakdown(dim, _of_unit(table, facts.unit), say) for dim, table in tables if table is not None]


def _of_unit(table: ReleasedTable, unit: str) -> Iterable[ReleasedRow]:
    return (row for row in table.rows if row.commune == unit)


def _sections(facts: ReleaseFacts, say: Texts) -> list[Part]:
    sections: list[Part] = []
    is_hidden = own_row(facts).n is None
    if facts.release.kind == "interim" and not is_hidden:
        items = [
            say.plain("commune_report.final_breakdowns", k=facts.release.k),
            say.plain("commune_report.final_counts"),
        ]
        sections.append({"title": say.plain("commune_report.final_brings"), "items": items})
    if facts.release.kind == "interim" or is_hidden:
        title = (
            say.plain("commune_report.how_to_get_there", k=facts.release.k)
            if is_hidden
            else say.plain("commune_report.more_people")
        )
        sections.append({"title": title, "items": _ways_to_more_people(facts, say)})
    return sections


def _ways_to_more_people(facts: ReleaseFacts, say: Texts) -> list[str]:
    return [
        say.plain("commune_report.hang_poster", command=f"hoctap poster --commune {facts.unit}"),
        say.plain("commune_report.tell"),
        say.plain("commune_report.help_each_other"),
        say.plain("commune_report.no_names"),
    ]
