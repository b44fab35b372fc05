"""What may leave the program: released tables. Made in `engine.disclosure` alone, after the audit.

Reports, files and screens take these types and nothing else, so there is no way from a ballot to a file that does
not pass through the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from engine.disclosure.precision import Band

ReleaseKind = Literal["interim", "final"]
TableId = Literal["T0", "T1", "T2", "T3", "T4", "T5", "T6"]

POOLED = "pooled"
"""Key of the row of all communes that have too few people for a row of their own."""
LATE = "late"
"""Key of the row of those who came too late to move their commune's row."""
PROVINCE = "province"
"""The unit of those who see all communes."""


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """One cell of a table with its figures. `n` None: hidden, whatever the reason, and nothing else is said.

    `passed` (share, 0 to 1), `total` (mean, 0 to 100) and `indicators` (ten means, 0 to 10) are bands. They can be
    None beside an `n`: then only the count may be known. `members` are the communes of the pooled row.
    """

    key: Mapping[str, str]
    n: int | None = None
    as_of_release: int | None = None
    passed: Band | None = None
    total: Band | None = None
    indicators: tuple[Band, ...] | None = None
    members: tuple[str, ...] = ()

    @property
    def commune(self) -> str:
        """The commune's code, `pooled`, `late`, or "" where the row is about the province."""
        return self.key.get("commune", "")


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """One table of the catalogue. `dims` are the dimensions of its keys, in order."""

    id: TableId
    dims: tuple[str, ...]
    rows: tuple[ReleasedRow, ...]

    def row(self, **key: str) -> ReleasedRow | None:
        """The row with this key; None if there is none."""
        return next((row for row in self.rows if dict(row.key) == key), None)


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that one seal published. `as_of` is its day, at home; nothing finer is ever said.

    `leaves_out_floods`: who came in a flood of new accounts was not added by this seal.
    """

    round: int
    number: int
    kind: ReleaseKind
    as_of: date
    k: int
    content_version: str
    tables: tuple[ReleasedTable, ...]
    leaves_out_floods: bool = False

    def table(self, table_id: TableId, *dims: str) -> ReleasedTable | None:
        """A table by its id, and by its dimensions where several share the id (T5, T6)."""
        found = (each for each in self.tables if each.id == table_id and (not dims or each.dims == dims))
        return next(found, None)

    @property
    def province(self) -> ReleasedRow:
        """T0's one row."""
        table = self.table("T0")
        if table is None:
            raise LookupError("a release without its province row")
        return table.rows[0]

    def of_commune(self, commune: str) -> ReleasedRow | None:
        """A commune's row of T1; None if there is no such commune."""
        table = self.table("T1")
        return table.row(commune=commune) if table else None

    def for_unit(self, unit: str) -> "Release":
        """What the staff of a unit see: the province everything, a commune its own rows and the province's."""
        if unit == PROVINCE:
            return self
        return replace(self, tables=tuple(_of_commune(table, unit) for table in self.tables))


def _of_commune(table: ReleasedTable, commune: str) -> ReleasedTable:
    if "commune" not in table.dims:
        return table
    return replace(table, rows=tuple(row for row in table.rows if row.commune == commune))


def document(release: Release) -> dict[str, Any]:
    """The release as JSON; the same figures as in every other file. Schema: docs/release.schema.json."""
    return {
        "round": str(release.round),
        "release": release.number,
        "kind": release.kind,
        "as_of": release.as_of.isoformat(),
        "k": release.k,
        "content_version": release.content_version,
        "leaves_out_floods": release.leaves_out_floods,
        "tables": [
            {"id": table.id, "dims": list(table.dims), "rows": [_written(table, row) for row in table.rows]}
            for table in release.tables
        ],
    }


def _written(table: ReleasedTable, row: ReleasedRow) -> dict[str, Any]:
    written: dict[str, Any] = {"key": dict(row.key), "n": row.n, "as_of_release": row.as_of_release}
    if row.commune == POOLED and len(table.dims) == 1:
        written["members"] = list(row.members)
    written |= {"pass": _listed(row.passed), "total": _listed(row.total)}
    if table.id in WITH_INDICATORS:
        written["indicators"] = None if row.indicators is None else [list(band) for band in row.indicators]
    return written


def _listed(band: Band | None) -> list[float] | None:
    return None if band is None else list(band)


WITH_INDICATORS = frozenset({"T0", "T1", "T6"})
"""Tables that give the means of the ten indicators; the others give counts, the share and the total."""


def reopen(written: Mapping[str, Any]) -> Release:
    """A release back from the JSON that was stored when it was published."""
    return Release(
        round=int(written["round"]),
        number=written["release"],
        kind=written["kind"],
        as_of=date.fromisoformat(written["as_of"]),
        k=written["k"],
        content_version=written["content_version"],
        tables=tuple(
            ReleasedTable(table["id"], tuple(table["dims"]), tuple(_read(row) for row in table["rows"]))
            for table in written["tables"]
        ),
        leaves_out_floods=written.get("leaves_out_floods", False),
    )


def _read(row: Mapping[str, Any]) -> ReleasedRow:
    indicators = row.get("indicators")
    return ReleasedRow(
        key=row["key"],
        n=row["n"],
        as_of_release=row["as_of_release"],
        passed=_band(row["pass"]),
        total=_band(row["total"]),
        indicators=None if indicators is None else tuple((low, high) for low, high in indicators),
        members=tuple(row.get("members", ())),
    )


def _band(written: list[float] | None) -> Band | None:
    return None if written is None else (written[0], written[1])
