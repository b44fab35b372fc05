"""Statements that every turn runs: made into SQL once for each database, then run on the driver's own cursor.

SQLAlchemy's way from a statement to the driver takes longer than the database does. Statements, types, the
connection and its transaction stay SQLAlchemy's.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Text,
    TypeDecorator,
    Update,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


class HotStatement:
    """A statement whose SQL is always the same; `Transaction.find` and `Transaction.change` run it."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    def find(self, connection: Connection, values: Values) -> list[Any]:
        """The rows of a SELECT, with its columns as attributes."""
        written = self._written_for(connection.dialect)
        cursor = run(connection, written.sql, [written.bind(values)])
        return list(map(written.read, cursor.fetchall()))

    def change(self, connection: Connection, values: Iterable[Values]) -> int:
        """Runs an INSERT, UPDATE or DELETE once with each of the values; how many rows it changed."""
        written = self._written_for(connection.dialect)
        return int(run(connection, written.sql, list(map(written.bind, values))).rowcount)

    def _written_for(self, dialect: Dialect) -> "_Written":
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _Written(self._statement, dialect)
        return written


class Numbers(TypeDecorator[Sequence[int]]):
    """Many numbers as one value: an array on PostgreSQL, which has those, and JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See above."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        """In."""
        return json.dumps(list(value or ())) if dialect.name == "sqlite" else list(value or ())


class among(ColumnElement[bool]):  # noqa: N801 -- used like a function
    """Whether a column is one of the numbers of a parameter. However many they are, the SQL is the same."""

    # No type: of one that is Boolean SQLAlchemy would ask SQLite whether it is 1, and SQLite use no index then.

    def __init__(self, column: ColumnElement[Any], parameter: str) -> None:
        self.column = column
        self.numbers: BindParameter[Any] = bindparam(parameter, type_=Numbers)


@compiles(among, "sqlite")
def _in_json(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in (element.column, element.numbers))
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 -- written by the compiler


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in (element.column, element.numbers))
    return f"{column} = ANY ({numbers})"


def run(connection: Connection, sql: str, values: Sequence[Sequence[Any]]) -> Any:
    """The only way of hot statements to the driver; returns its cursor."""
    cursor: Any = connection.connection.cursor()
    driver: Any = connection.dialect.loaded_dbapi
    try:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
    except driver.Error as error:
        raise _as_sqlalchemy_would(connection, sql, error, cursor) from error
    return cursor


def _as_sqlalchemy_would(connection: Connection, sql: str, error: Any, cursor: Any) -> Any:
    """Nobody who handles errors need know which way a statement went; a connection that is lost is given up."""
    dialect: Any = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )


class _Written:
    """A statement in the SQL of one database; how values go into it and come out."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> None:
        make_dialect: Any = type(dialect)
        by_place = make_dialect(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        compiled = statement.compile(dialect=by_place)
        names: Sequence[str] = compiled.positiontup or ()
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self.sql = str(compiled)
        self._ins = [(name, _into(compiled.binds[name].type, by_place)) for name in names]
        self._constants = {name: compiled.binds[name].value for name in names if not compiled.binds[name].required}
        self._outs = [
            (place, out) for place, column in enumerate(columns) if (out := _out_of(column.type, by_place))
        ]
        self._make_row = _row_of([column.name for column in columns])

    def bind(self, values: Values) -> tuple[Any, ...]:
        """Values by their names → as the driver takes them, in the order of the SQL."""
        if self._constants:  # of the compiler's own: SQLite has no LIMIT without an OFFSET
            values = {**self._constants, **values}
        return tuple([convert(values[name]) if convert else values[name] for name, convert in self._ins])

    def read(self, found: Sequence[Any]) -> Any:
        """A row as the driver gives it → a row of what the types make of it."""
        row = list(found)
        for place, convert in self._outs:
            row[place] = convert(row[place])
        return self._make_row(row)


def _into(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_of(names: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    row: Any = namedtuple("Row", names)  # type: ignore[misc]  # only the statement knows them
    return row._make
