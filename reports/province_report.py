"""What the province's association reads: the province, a map and a table of its communes, the breakdowns.

It says what was released and, where the adults are known, what share of them that is; nothing finer.
"""

from engine.disclosure.released import POOLED, ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.charts.of_unit import Charts, draw_charts
from reports.charts.province_map import map_chart
from reports.commune_report import breakdown, frame, towards_target
from reports.indicator_table import indicator_table
from reports.release_words import (
    ReleaseFacts,
    as_of,
    dimension,
    indicator_name,
    mean_band,
    member_names,
    people,
    row_name,
    share_band,
    table_title,
    total_band,
    value,
)
from reports.typesetting import draw_pdf
from reports.unit_figures import Part, big_figures, opening, why_hidden
from reports.what_stands_out import what_stands_out


def make_province_report(facts: ReleaseFacts, say: Texts, charts: Charts | None = None) -> bytes:
    """A tagged PDF, A4, dated as the release. ValueError if the unit is a commune: it does not see the others.

    `charts` are those of the province, where they have been drawn already.
    """
    if not facts.is_of_province:
        raise ValueError("a commune's release has no rows of the others")
    row = facts.release.province
    charts = draw_charts(facts, (), say) if charts is None else charts
    return draw_pdf(
        "province_report.typ",
        {
            **opening(facts, say),
            **frame(facts, say),
            "figures": big_figures(row, None, say),
            "hidden": why_hidden(facts, say),
            "words": what_stands_out(facts, say),
            "indicators": indicator_table(facts, say),
            "target": towards_target(facts, say, charts),
            "map": _map(facts, say, charts),
            "communes": _communes(facts, say),
            "breakdowns_title": say.plain("commune_report.breakdowns"),
            "breakdowns": _breakdowns(facts, say),
            "crossed": [_crossed(table, say) for table in facts.release.tables if table.id == "T5"],
            "crossed_note": say.plain("province_report.crossed_note"),
            "by_value": [_by_value(table, facts, say) for table in facts.release.tables if table.id == "T6"],
        },
        facts.release.as_of,
    )


def _map(facts: ReleaseFacts, say: Texts, charts: Charts) -> Part:
    return {
        "title": say.plain("province_report.map"),
        "chart": charts["map"],
        "described": map_chart(facts, say).label,
        "note": say.plain("province_report.map_note"),
    }


def _communes(facts: ReleaseFacts, say: Texts) -> Part:
    table = facts.release.table("T1")
    rows = table.rows if table else ()
    return {
        "title": say.plain("province_report.communes"),
        "columns": [
            say.plain("report.commune"),
            say.plain("commune_report.people"),
            "",
            say.plain("statistics_picture.meets"),
            say.plain("commune_report.total"),
        ],
        "note": say.plain("province_report.communes_note"),
        "rows": [
            {
                "name": row_name(row, facts, say),
                "figures": [people(row.n, say), share_band(row.passed, say), total_band(row.total, say)],
                "band": None if row.passed is None else list(row.passed),
                "aside": member_names(row, facts) if row.commune == POOLED else as_of(row, facts.release, say),
            }
            for row in rows
        ],
    }


def _breakdowns(facts: ReleaseFacts, say: Texts) -> list[Part]:
    """People by one dimension alone: T6 has these rows."""
    return [breakdown(table.dims[0], table.rows, say) for table in facts.release.tables if table.id == "T6"]


def _crossed(table: ReleasedTable, say: Texts) -> Part:
    """A T5 table as a grid: the second dimension across."""
    down, across = table.dims
    columns = list(dict.fromkeys(row.key[across] for row in table.rows))
    names = list(dict.fromkeys(row.key[down] for row in table.rows))
    cells = {(row.key[down], row.key[across]): row for row in table.rows}
    return {
        "title": table_title(table, say),
        "columns": [dimension(down, say), *(value(across, key, say) for key in columns)],
        "rows": [
            {"name": value(down, name, say), "cells": [_cell(cells.get((name, key)), say) for key in columns]}
            for name in names
        ],
    }


def _cell(row: ReleasedRow | None, say: Texts) -> Part:
    row = row or ReleasedRow({})
    return {"n": people(row.n, say), "share": share_band(row.passed, say) if row.n is not None else ""}


def _by_value(table: ReleasedTable, facts: ReleaseFacts, say: Texts) -> Part:
    """A T6 table: indicators down, the values of its dimension across."""
    most = facts.criteria.points_per_indicator
    return {
        "title": say.plain("province_report.indicators_by", title=table_title(table, say)),
        "columns": ["", *(value(table.dims[0], row.key[table.dims[0]], say) for row in table.rows)],
        "rows": [
            {
                "name": indicator_name(indicator, say),
                "cells": [
                    mean_band(row.indicators[place] if row.indicators else None, most, say) for row in table.rows
                ],
            }
            for place, indicator in enumerate(facts.criteria.indicators)
        ],
    }
