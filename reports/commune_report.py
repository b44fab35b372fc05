"""What a commune's leader puts on the table: two pages of A4 about one release, one page while nothing is shown.

It says what was released and, where the adults are known, what share of them that is; nothing finer.
"""

from collections.abc import Iterable
from typing import Final

from engine.disclosure.catalogue import COMMUNE_TABLES
from engine.disclosure.precision import Band
from engine.disclosure.released import ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.release_words import (
    TARGETS,
    ReleaseFacts,
    adults_of,
    dimension,
    people,
    percent,
    share_assessed,
    share_band,
    share_meeting,
    total_band,
    unit_name,
    value,
)
from reports.statistics_picture import (
    Part,
    big_figures,
    indicator_bars,
    opening,
    own_row,
    province_row,
    unmoved,
    why_hidden,
)
from reports.typesetting import draw_pdf
from reports.what_stands_out import what_stands_out

TARGET_YEAR = 2030

SMALLEST_SHARE: Final = 0.001
"""Shares of the adults are written to 0.1 %."""


def make_commune_report(facts: ReleaseFacts, say: Texts) -> bytes:
    """A tagged PDF, A4, dated as the release. LookupError if the release has no row of the unit; ValueError if the
    unit is the province.
    """
    if facts.is_of_province:
        raise ValueError("the province has a report of its own")
    row = own_row(facts)
    return draw_pdf(
        "commune_report.typ",
        {
            **opening(facts, say),
            **frame(facts, say),
            "figures": big_figures(row, province_row(facts), say),
            "hidden": why_hidden(facts, say),
            "unmoved": " ".join(unmoved(facts, say)),
            "words": what_stands_out(facts, say),
            "indicators": indicator_bars(facts, say),
            "target": towards_target(row, facts, say),
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
            "items": _reading(facts, say),
        },
        "not_the_title": say.plain("report.not_the_title"),
    }


def _reading(facts: ReleaseFacts, say: Texts) -> list[str]:
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


def towards_target(row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> Part | None:
    """What shares of all adults took part and meet the criteria, beside the plan's target; None without adults."""
    adults = adults_of(row, facts)
    assessed, meeting = share_assessed(row, adults), share_meeting(row, adults)
    if adults is None or assessed is None or meeting is None:
        return None
    target = TARGETS[TARGET_YEAR]
    return {
        "title": say.plain("commune_report.target"),
        "rows": [
            _of_adults(say.plain("commune_report.assessed"), (assessed, assessed), None, say),
            _of_adults(say.plain("statistics_picture.meets"), meeting, target, say),
        ],
        "note": say.plain(
            "commune_report.target_note",
            unit=unit_name(facts, say),
            adults=say.number(adults),
            year=TARGET_YEAR,
            target=percent(target, say),
        ),
    }


def _of_adults(name: str, share: Band, mark: float | None, say: Texts) -> Part:
    # So few of so many that it rounds to nothing: not nothing, all the same.
    low, high = share if share[1] >= SMALLEST_SHARE else (0.0, SMALLEST_SHARE)
    written = percent(low, say) if low == high else share_band((low, high), say)
    return {"name": name, "band": [low, high], "written": written, "mark": mark}


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
