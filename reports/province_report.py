"""What the province's association reads: the province, a map and a table of its communes, the breakdowns.

It says what was released and, where the adults are known, what share of them that is; nothing finer.
"""

from itertools import pairwise
from math import ceil, log10

from engine.disclosure.released import POOLED, ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.commune_map import LABEL_SIZE, Circle, CommuneMap, bare_name, draw_up_map
from reports.commune_report import breakdown, frame, towards_target
from reports.release_words import (
    ReleaseFacts,
    as_of,
    dimension,
    indicator_name,
    mean_band,
    member_names,
    middle,
    people,
    percent,
    row_name,
    share_band,
    table_title,
    total_band,
    value,
)
from reports.statistics_picture import Part, big_figures, indicator_bars, opening, why_hidden
from reports.typesetting import draw_pdf
from reports.what_stands_out import what_stands_out

MAP_WIDTH = 493.0
"""Points: as wide as the text of an A4 page."""

STEPS = (0.4, 0.6, 0.8)
"""Where one colour of the map ends and the next begins: 60 % is the plan's target, and the bands of communes with
20 people and more have these edges, too.
"""

SCALE_KM = 20


def make_province_report(facts: ReleaseFacts, say: Texts) -> bytes:
    """A tagged PDF, A4, dated as the release. ValueError if the unit is a commune: it does not see the others."""
    if not facts.is_of_province:
        raise ValueError("a commune's release has no rows of the others")
    row = facts.release.province
    return draw_pdf(
        "province_report.typ",
        {
            **opening(facts, say),
            **frame(facts, say),
            "figures": big_figures(row, None, say),
            "hidden": why_hidden(facts, say),
            "words": what_stands_out(facts, say),
            "indicators": indicator_bars(facts, say),
            "target": towards_target(row, facts, say),
            "map": _map(facts, say),
            "communes": _communes(facts, say),
            "breakdowns_title": say.plain("commune_report.breakdowns"),
            "breakdowns": _breakdowns(facts, say),
            "crossed": [_crossed(table, say) for table in facts.release.tables if table.id == "T5"],
            "crossed_note": say.plain("province_report.crossed_note"),
            "by_value": [_by_value(table, facts, say) for table in facts.release.tables if table.id == "T6"],
        },
        facts.release.as_of,
    )


def _map(facts: ReleaseFacts, say: Texts) -> Part:
    rows = [_row_of(code, facts) for code in facts.province.by_code]
    shown = {row.commune: row for row in rows}
    plan = draw_up_map(facts.province.communes, {row.commune: row.n for row in rows}, MAP_WIDTH)
    counted = [row.n for row in rows if row.n]
    return {
        "title": say.plain("province_report.map"),
        "described": say.plain(
            "province_report.map_described", shown=len(counted), hidden=len(rows) - len(counted)
        ),
        "width": plan.width,
        "height": plan.height,
        "label_size": LABEL_SIZE,
        "circles": [_circle(circle, shown[circle.commune.code]) for circle in plan.circles],
        "steps": [
            say.plain("province_report.below", edge=percent(STEPS[0], say)),
            *(share_band(between, say) for between in pairwise(STEPS)),
            say.plain("province_report.from", edge=percent(STEPS[-1], say)),
        ],
        "steps_title": say.plain("statistics_picture.meets"),
        "sizes": _sizes(plan, counted, say),
        "sizes_title": say.plain("commune_report.people"),
        "hidden": say.plain("province_report.hidden"),
        "note": say.plain("province_report.map_note"),
        "scale": {"length": SCALE_KM * plan.points_per_km, "label": f"{SCALE_KM} km"},
    }


def _row_of(code: str, facts: ReleaseFacts) -> ReleasedRow:
    return facts.release.of_commune(code) or ReleasedRow({"commune": code})


def _circle(circle: Circle, row: ReleasedRow) -> Part:
    label = circle.label
    return {
        "x": circle.x,
        "y": circle.y,
        "radius": circle.radius,
        "step": None if row.passed is None else sum(middle(row.passed) >= step for step in STEPS),
        "name": bare_name(circle.commune.name),
        "label": None if label is None else [label.left, label.top, label.right - label.left],
        "on": "left"
        if label is None or label.left >= circle.x
        else "right"
        if label.right <= circle.x
        else "center",
    }


def _sizes(plan: CommuneMap, counted: list[int], say: Texts) -> list[Part]:
    """Three circles to compare with: a round number near the largest, a quarter of it, a twentieth."""
    if not counted:
        return []
    most = max(counted)
    unit = 10 ** max(0, int(log10(most)))
    largest = most // unit * unit
    sizes = sorted({max(10, ceil(largest / part)) for part in (1, 4, 20)}, reverse=True)
    return [{"radius": plan.radius_of(size), "label": say.number(size)} for size in sizes]


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
