"""Opens the database, brings it to the newest schema, and gives out transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from engine.errors import SettingsProblem
from storage.hot import HotStatement, Values
from storage.schema import migrate
from storage.trouble import is_of_the_file, what_to_do

POSTGRESQL_CONNECTIONS = 8
_WAITS_SECONDS = 30
"""How long a connection to SQLite waits for the writer before it."""
_SCRUB_WAITS_MILLISECONDS = 100
_HOLD_ANSWERS = ("ballot", "session", "account", "issued_row")
"""Tables from which a person's rows are erased."""


@dataclass(slots=True)
class Transaction:
    """A running transaction. `has_erased` asks for old copies of rows to be overwritten after the commit.

    `ahead` holds what was loaded for turns that are yet to come in it: chat → state.
    """

    _connection: Connection
    has_erased: bool = False
    ahead: dict[tuple[str, str], Any] = field(default_factory=dict)
    _changes: dict[HotStatement, list[Values]] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """For all other statements; they see every change."""
        self.write()
        return self._connection

    @property
    def is_sqlite(self) -> bool:
        """Whether nobody else can change anything meanwhile."""
        return self._connection.dialect.name == "sqlite"

    def find(self, statement: HotStatement, values: Values) -> list[Any]:
        """The rows that a hot statement finds."""
        return statement.find(self.connection, values)

    def change(self, statement: HotStatement, values: Values) -> None:
        """Runs a hot statement a little later: before anything else is asked, or at the end of the transaction.

        The order among different statements is not kept.
        """
        self._changes.setdefault(statement, []).append(values)

    def change_now(self, statement: HotStatement, values: Values) -> int:
        """Runs a hot statement; how many rows it changed."""
        return statement.change(self.connection, [values])

    def write(self) -> None:
        """Runs what was put off, each statement once with all its values."""
        changes, self._changes = self._changes, {}
        for statement, values in changes.items():
            statement.change(self._connection, values)

    def insert(self, table: Table) -> Any:
        """An INSERT that may say ON CONFLICT: both databases can, and SQLAlchemy has one for each."""
        make = sqlite.insert if self.is_sqlite else postgresql.insert
        return make(table)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database at the newest schema."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """One file, one writer."""
        return self.engine.dialect.name == "sqlite"

    @property
    def is_in_memory(self) -> bool:
        """Whether all threads share one connection."""
        return isinstance(self.engine.pool, StaticPool)

    @contextmanager
    def looking(self) -> Iterator[Transaction]:
        """A transaction that only reads, as things stand at its beginning: on SQLite nobody waits for it."""
        with self.engine.connect().execution_options(only_reads=True) as connection:
            if not self.is_sqlite:
                connection.execute(text("SET TRANSACTION READ ONLY"))
            yield Transaction(connection)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commits at the end, rolls back on an error. What is committed is on the disk."""
        with self.engine.begin() as connection:
            transaction = Transaction(connection)
            yield transaction
            transaction.write()
        if transaction.has_erased:
            # It is committed: whoever heard of a failure now would do it again. The next one overwrites this, too.
            with suppress(sqlite3.Error, DBAPIError):
                self.scrub()

    def scrub(self) -> None:
        """Overwrites what erased rows left in SQLite's journal: erased means gone from the disk too.

        Inside the file `secure_delete` has done so already. PostgreSQL does it at its next vacuum.
        """
        if self.is_sqlite:
            connection = self.engine.raw_connection()  # a checkpoint cannot run inside a transaction
            try:
                cursor = connection.cursor()
                # Not for as long as a backup reads: all turns would wait. It empties the journal at its end.
                cursor.execute(f"PRAGMA busy_timeout={_SCRUB_WAITS_MILLISECONDS}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute(f"PRAGMA busy_timeout={_WAITS_SECONDS * 1000}")
            finally:
                connection.close()

    def rewrite(self) -> None:
        """Writes the files of the database anew: nothing erased, and no order of insertion, is left in them."""
        if self.is_sqlite:
            connection = self.engine.raw_connection()  # neither statement can run inside a transaction
            try:
                connection.cursor().execute("VACUUM")
            finally:
                connection.close()
            self.scrub()
            return
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection_alone:
            for table in _HOLD_ANSWERS:
                connection_alone.execute(text(f"VACUUM (FULL) {table}"))

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Opens `sqlite:///path` or `postgresql://…` and migrates it. SettingsProblem if it cannot be opened."""
    database = connect(url)
    try:
        with _explained(url), database.transaction() as transaction:
            migrate(transaction.connection)
    except SettingsProblem:
        database.close()
        raise
    return database


def connect(url: str) -> Database:
    """Opens a database as it is, at whatever schema. SettingsProblem if it cannot be opened."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsProblem("HOCTAP_DATABASE_URL is not a database address; see docs/settings.md") from error
    make_engine = _ENGINES.get(parsed.get_backend_name())
    if make_engine is None:
        raise SettingsProblem("HOCTAP_DATABASE_URL must begin with postgresql:// or sqlite:///")
    with _explained(url):
        return Database(make_engine(parsed))


@contextmanager
def _explained(url: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, OSError) as error:
        shown = make_url(url).render_as_string(hide_password=True)
        reason = error.orig if isinstance(error, DBAPIError) else error
        advice = what_to_do(error) or "see docs/reliability.md"
        raise SettingsProblem(f"the database {shown} cannot be opened: {reason}\n{advice}") from error


def _sqlite_engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {"timeout": _WAITS_SECONDS, "check_same_thread": False}
    if url.database:
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)  # for nobody else on the machine; SQLite's journals take it over
        there = f"file:{quote(url.database)}?mode=rw"  # where its disk has gone, no empty one is made in its place
        engine = create_engine(
            url, creator=lambda: sqlite3.connect(there, uri=True, **arguments), hide_parameters=True
        )
        event.listen(engine, "handle_error", _open_anew)
    else:  # in memory: every thread must get the one connection that has it
        engine = create_engine(url, connect_args=arguments, hide_parameters=True, poolclass=StaticPool)
    event.listen(engine, "connect", _prepare_sqlite)
    # sqlite3 would begin a transaction at the first write only; a turn must read and write in the same one.
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _open_anew(context: ExceptionContext) -> None:
    """Closes all connections: what was opened while the file was read-only, or its disk away, would stay so."""
    if is_of_the_file(context.original_exception):
        context.is_disconnect = True


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a reply leaves only after its turn is on the disk, even if the power fails
        "foreign_keys=ON",
        "secure_delete=ON",  # what /erase removes is overwritten, not only forgotten
    ):
        connection.execute(f"PRAGMA {pragma}")


_UNLESS_IT_SLEEPS: dict[str, Any] = {
    # Whoever falls asleep in a transaction, or is cut off, holds the locks of others: the server ends it.
    "options": "-c idle_in_transaction_session_timeout=30s",
    # And the other way: a server that is gone without a word is noticed in seconds, not in a quarter of an hour.
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_UNLESS_IT_SLEEPS,
    )


_ENGINES = {"sqlite": _sqlite_engine, "postgresql": _postgresql_engine, "postgres": _postgresql_engine}
