"""What an attacker has: the files of all releases of a round, read as anybody would. Shares no code with hoctap."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

Band = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One row of a released table; `n` None: hidden."""

    key: tuple[tuple[str, str], ...]
    n: int | None
    as_of: int | None
    passed: Band | None
    total: Band | None
    indicators: tuple[Band, ...] | None
    members: tuple[str, ...]

    def __getitem__(self, dimension: str) -> str:
        return dict(self.key)[dimension]

    @property
    def commune(self) -> str:
        """The code, `pooled` or `late`; "" in a row of the province."""
        return dict(self.key).get("commune", "")

    @property
    def figures(self) -> tuple[object, ...]:
        """All that is said, without the key and the release it is from."""
        return self.n, self.passed, self.total, self.indicators, self.members


@dataclass(frozen=True)
class Table:
    """A released table."""

    id: str
    dims: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Release:
    """One file."""

    number: int
    kind: str
    as_of: date
    tables: tuple[Table, ...]
    text: str = field(repr=False)

    def find_table(self, table_id: str, *dims: str) -> Table | None:
        """A table by its id, and by its dimensions where several share the id."""
        found = (each for each in self.tables if each.id == table_id and (not dims or each.dims == dims))
        return next(found, None)

    def rows(self, table_id: str, *dims: str) -> tuple[Row, ...]:
        """The rows of a table; none where it is missing."""
        table = self.find_table(table_id, *dims)
        return table.rows if table else ()

    @property
    def province(self) -> Row:
        """T0's one row."""
        return self.rows("T0")[0]

    @property
    def shown(self) -> tuple[Row, ...]:
        """T1's rows that have a count: communes, pooled, late."""
        return tuple(row for row in self.rows("T1") if row.n is not None)

    @property
    def hidden(self) -> tuple[Row, ...]:
        """T1's rows without a count."""
        return tuple(row for row in self.rows("T1") if row.n is None)


@dataclass(frozen=True)
class Exports:
    """All releases of a round, in order, and the folder they lie in."""

    folder: Path
    releases: tuple[Release, ...]

    @property
    def final(self) -> Release:
        """The last one, where it is final. LookupError if the round was not closed."""
        if not self.releases or self.releases[-1].kind != "final":
            raise LookupError("no final release")
        return self.releases[-1]

    def release(self, number: int) -> Release:
        """A release by its number."""
        return next(release for release in self.releases if release.number == number)

    def unit_rows(self) -> Iterator[tuple[Release, Row]]:
        """All shown rows of T0 and T1 in all releases."""
        for release in self.releases:
            yield release, release.province
            for row in release.shown:
                yield release, row


@dataclass(frozen=True)
class Finding:
    """What an attack learnt: which attack, about what, and the evidence."""

    attack: str
    where: str
    what: str


def read_exports(folder: Path) -> Exports:
    """Reads release-1.json, release-2.json, … of a folder."""
    paths = sorted(folder.glob("release-*.json"), key=lambda path: int(path.stem.split("-")[1]))
    return Exports(folder, tuple(_release(path.read_text(encoding="utf-8")) for path in paths))


def _release(text: str) -> Release:
    written = json.loads(text)
    tables = tuple(
        Table(table["id"], tuple(table["dims"]), tuple(_row(row) for row in table["rows"]))
        for table in written["tables"]
    )
    return Release(written["release"], written["kind"], date.fromisoformat(written["as_of"]), tables, text)


def _row(written: dict[str, Any]) -> Row:
    indicators = written.get("indicators")
    return Row(
        key=tuple(written["key"].items()),
        n=written["n"],
        as_of=written["as_of_release"],
        passed=_band(written["pass"]),
        total=_band(written["total"]),
        indicators=None if indicators is None else tuple((low, high) for low, high in indicators),
        members=tuple(written.get("members", ())),
    )


def _band(written: list[float] | None) -> Band | None:
    return None if written is None else (written[0], written[1])
