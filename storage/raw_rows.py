"""Rows as they lie in the tables, alike on both databases: for backups, and for copies from one to the other."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Boolean, Column, Date, LargeBinary, Table, inspect, text

from engine.errors import SettingsProblem
from storage.database import Transaction
from storage.tables import metadata

Kind = Literal["value", "bytes", "day", "truth"]
"""value  a number or a text, as it is
bytes  written as Base64
day    written as 2026-10-01
truth  true or false, also where the database keeps 0 and 1
"""
RawRow = Sequence[Any]

ROWS_AT_ONCE = 2000
FILES_AT_ONCE = 8
"""Of a table that holds whole files: so many are in memory."""
_LONGEST_MARK = 64
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's name and columns, and what each column holds."""

    table: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    holds_files: bool = False
    order: str = ""

    @property
    def names(self) -> str:
        """The columns as SQL writes them."""
        return ", ".join(f'"{name}"' for name in self.columns)


def shapes(but: Iterable[str] = ()) -> list[Shape]:
    """All tables but these, in an order in which no row points at one that comes later."""
    return [_shape(table) for table in metadata.sorted_tables if table.name not in set(but)]


def _shape(table: Table) -> Shape:
    first = next(iter(table.primary_key.columns))
    return Shape(
        table.name,
        tuple(column.name for column in table.columns),
        tuple(_kind(column) for column in table.columns),
        holds_files=any(_is_file(column) for column in table.columns),
        # What lies in the order of chance must be written in it, or its place would tell when it came.
        order=f' ORDER BY "{first.name}"' if isinstance(first.type, LargeBinary) else "",
    )


def _kind(column: Column[Any]) -> Kind:
    kinds: dict[type, Kind] = {LargeBinary: "bytes", Date: "day", Boolean: "truth"}
    return kinds.get(type(column.type), "value")


def _is_file(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary) and (column.type.length or _LONGEST_MARK + 1) > _LONGEST_MARK


def read_rows(transaction: Transaction, shape: Shape) -> Iterator[Sequence[RawRow]]:
    """All rows of a table, so many at once that memory stays as it is."""
    at_once = FILES_AT_ONCE if shape.holds_files else ROWS_AT_ONCE
    dialect, raw = transaction.connection.dialect.name, transaction.connection.connection
    turns = [
        (place, _AS_READ[dialect, kind]) for place, kind in enumerate(shape.kinds) if (dialect, kind) in _AS_READ
    ]
    # The driver's own cursor takes half the time of SQLAlchemy's; one with a name leaves the rows on the server.
    with closing(raw.cursor("rows") if dialect == "postgresql" else raw.cursor()) as cursor:
        # The names are those of our own tables, or `check_shape` has found them among the database's.
        cursor.execute(f'SELECT {shape.names} FROM "{shape.table}"{shape.order}')  # noqa: S608
        while part := cursor.fetchmany(at_once):
            yield [_turned(row, turns) for row in part] if turns else part


def write_rows(transaction: Transaction, shape: Shape, parts: Iterable[Sequence[RawRow]]) -> None:
    """Writes rows as `read_rows` gives them."""
    if not transaction.is_sqlite:
        cursor = transaction.connection.connection.cursor()
        with cursor, cursor.copy(f'COPY "{shape.table}" ({shape.names}) FROM STDIN') as copy:  # type: ignore[attr-defined]
            for part in parts:
                for row in part:
                    copy.write_row(row)
        return
    marks = ", ".join("?" * len(shape.columns))
    statement = f'INSERT INTO "{shape.table}" ({shape.names}) VALUES ({marks})'  # noqa: S608
    for part in parts:
        if part:
            transaction.connection.exec_driver_sql(statement, [tuple(row) for row in part])


def check_shape(transaction: Transaction, shape: Shape) -> None:
    """SettingsProblem unless the database has this table with these columns."""
    found = inspect(transaction.connection)
    known = {column["name"] for column in found.get_columns(shape.table)} if found.has_table(shape.table) else set()
    if not shape.columns or not known.issuperset(shape.columns) or len(shape.kinds) != len(shape.columns):
        raise SettingsProblem(f"the backup has a table {shape.table!r} that this hoctap does not know")


def number_on(transaction: Transaction) -> None:
    """PostgreSQL counts on after the greatest number of each table. SQLite does so by itself."""
    if transaction.is_sqlite:
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            name, of = column.name, f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            last = f'COALESCE((SELECT max("{name}") FROM "{table.name}"), 0) + 1'  # noqa: S608
            transaction.connection.execute(text(f"SELECT setval({of}, {last}, false)"))


class Sum:
    """How many rows, and the sum of their hashes: the same rows in any order have the same sum."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Counts rows as `line_of` writes them."""
        for line in lines:
            self.rows += 1
            self._sum += int.from_bytes(hashlib.blake2b(line, digest_size=_DIGEST_BYTES).digest())

    @property
    def digest(self) -> str:
        """Hexadecimal."""
        return f"{self._sum % (1 << 8 * _DIGEST_BYTES):0{2 * _DIGEST_BYTES}x}"


def line_of(row: RawRow) -> bytes:
    """A row as a line of JSON, without the end of the line."""
    return _ENCODER.encode(row).encode()


def row_of(shape: Shape, line: bytes) -> RawRow:
    """A row out of its line. ValueError if it is none."""
    row = json.loads(line)
    if not isinstance(row, list) or len(row) != len(shape.columns):
        raise ValueError("not a row of this table")
    return _turned(row, [(place, base64.b64decode) for place, kind in enumerate(shape.kinds) if kind == "bytes"])


def sum_of(transaction: Transaction, shape: Shape) -> Sum:
    """The sum of what lies in a table."""
    found = Sum()
    for part in read_rows(transaction, shape):
        found.add(map(line_of, part))
    return found


_AS_READ: dict[tuple[str, Kind], Callable[[Any], Any]] = {("postgresql", "day"): str, ("sqlite", "truth"): bool}
"""What the driver gives otherwise than it is written."""
_ENCODER = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, default=lambda content: base64.b64encode(content).decode()
)


def _turned(row: Sequence[Any], turns: Sequence[tuple[int, Callable[[Any], Any]]]) -> RawRow:
    turned = list(row)
    for place, turn in turns:
        if turned[place] is not None:
            turned[place] = turn(turned[place])
    return turned
