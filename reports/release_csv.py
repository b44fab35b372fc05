"""Writes a release as CSV files in a zip, one line a measure, for tools that count on. Decides nothing."""

import csv
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO

from engine.disclosure.released import LATE, POOLED, ReleasedRow, ReleasedTable
from engine.texts import Texts
from reports.release_words import (
    ReleaseFacts,
    dimension,
    edition,
    harmless,
    indicator_name,
    member_names,
    row_name,
    table_title,
    unit_name,
    value,
)

COLUMNS = (
    "round",
    "release",
    "kind",
    "as_of",
    "table",
    "commune_code",
    "commune_name",
    "group",
    "sex",
    "age",
    "n",
    "as_of_release",
    "measure",
    "indicator",
    "low",
    "high",
)

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16


def make_csv_zip(facts: ReleaseFacts, say: Texts) -> bytes:
    """A zip with a CSV file for every table, and a text that explains them. The same bytes for the same facts."""
    files = {say.plain("statistics.file.read_me"): _read_me(facts, say)}
    files |= {file_name(table): _table(table, facts, say) for table in facts.release.tables}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else it tells on which system the file was made
            entry.external_attr = _READABLE
            archive.writestr(entry, (_BOM + text).encode())
    return packed.getvalue()


def file_name(table: ReleasedTable) -> str:
    """Where a table is in the zip: "T5_group_sex.csv"."""
    return "_".join((table.id, *(table.dims or ("province",)))) + ".csv"


def _table(table: ReleasedTable, facts: ReleaseFacts, say: Texts) -> str:
    written = StringIO()
    lines = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    lines.writeheader()
    for row in table.rows:
        cell = _cell(table, row, facts, say)
        lines.writerows({**cell, **measure} for measure in _measures(row))
    return written.getvalue()


def _cell(table: ReleasedTable, row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> dict[str, str]:
    release = facts.release
    keys = {dim: harmless(key) for dim, key in row.key.items() if dim != "commune"}
    return {
        "round": str(release.round),
        "release": str(release.number),
        "kind": release.kind,
        "as_of": release.as_of.isoformat(),
        "table": table.id,
        "commune_code": harmless(row.commune),
        "commune_name": harmless(row_name(row, facts, say)),
        **keys,
        "n": _written(row.n),
        "as_of_release": _written(row.as_of_release),
    }


def _measures(row: ReleasedRow) -> Iterator[Mapping[str, str]]:
    """A line for each; one empty one where nothing but the count may be told, or not even that."""
    bands = {"pass": row.passed, "total": row.total}
    told = {name: band for name, band in bands.items() if band is not None}
    for name, (low, high) in told.items():
        yield {"measure": name, "low": _written(low), "high": _written(high)}
    for place, (low, high) in enumerate(row.indicators or (), start=1):
        yield {"measure": "indicator", "indicator": str(place), "low": _written(low), "high": _written(high)}
    if not told and not row.indicators:
        yield {}


def _written(figure: float | None) -> str:
    """A figure for tools: a point for decimals, no more digits than it has."""
    return "" if figure is None else f"{figure:.10g}"


def _read_me(facts: ReleaseFacts, say: Texts) -> str:
    release = facts.release
    lines = [
        say.plain("statistics.title", round=release.round),
        unit_name(facts, say),
        edition(release, say),
        "",
        say.plain("statistics.what.counts"),
        say.plain("report.not_the_title"),
        say.plain("statistics.csv.about"),
        "",
        *(f"{file_name(table)}: {table_title(table, say)}" for table in release.tables),
        "",
        say.plain("statistics.csv.columns"),
        *(f"{column}: {meaning}" for column, meaning in _columns(facts, say).items()),
        "",
        say.plain("statistics.csv.values"),
        *_values(facts, say),
        "",
        *(indicator_name(indicator, say) for indicator in facts.criteria.indicators),
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _columns(facts: ReleaseFacts, say: Texts) -> dict[str, str]:
    most = facts.release.k - 1
    return {
        "round": say.plain("statistics.csv.round"),
        "release": say.plain("statistics.csv.release"),
        "kind": say.plain("statistics.csv.kind"),
        "as_of": say.plain("statistics.csv.as_of"),
        "table": say.plain("statistics.csv.table"),
        "commune_code": say.plain("statistics.csv.commune_code"),
        "commune_name": say.plain("statistics.csv.commune_name"),
        "group": dimension("group", say),
        "sex": dimension("sex", say),
        "age": dimension("age", say),
        "n": say.plain("statistics.csv.n", most=most),
        "as_of_release": say.plain("statistics.csv.as_of_release"),
        "measure": say.plain("statistics.csv.measure"),
        "indicator": say.plain("statistics.csv.indicator"),
        "low, high": say.plain("statistics.csv.low_high"),
    }


def _values(facts: ReleaseFacts, say: Texts) -> Iterator[str]:
    """What the keys in the files mean: groups, sexes, ages, and the two rows that are no commune."""
    rows = [row for table in facts.release.tables for row in table.rows]
    pairs = {(dim, key): None for row in rows for dim, key in row.key.items() if dim != "commune"}
    yield from (f"{key}: {value(dim, key, say)}" for dim, key in pairs if (key != "undisclosed" or dim == "sex"))
    pooled = next((row for row in rows if row.commune == POOLED and row.members), None)
    if pooled:
        yield f"{POOLED}: {row_name(pooled, facts, say)}: {member_names(pooled, facts)}"
    late = next((row for row in rows if row.commune == LATE), None)
    if late:
        yield f"{LATE}: {row_name(late, facts, say)}. {say.plain('statistics.reading.late')}"
