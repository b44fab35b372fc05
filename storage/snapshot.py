"""A database as it is at one moment, to be read for as long as that takes. Nobody waits for the reader."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from sqlalchemy import text

from storage.database import Database, Transaction

Snapshot = Callable[[], AbstractContextManager[Transaction]]
"""Opens a transaction that sees the moment; to be closed after each table."""


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """Holds on to this moment.

    On PostgreSQL each table is read in a transaction of its own: a lock that is held until all is read would stop
    the tables that are put in order meanwhile, and with them every turn.
    """
    if database.is_sqlite:
        try:
            with database.looking() as transaction:
                transaction.connection.execute(text("SELECT count(*) FROM alembic_version"))  # from here it holds
                yield partial(_again, transaction)
        finally:
            database.scrub()  # the journal could not be emptied meanwhile
        return
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        yield partial(_seeing, database, name)


@contextmanager
def _again(transaction: Transaction) -> Iterator[Transaction]:
    yield transaction


@contextmanager
def _seeing(database: Database, name: str) -> Iterator[Transaction]:
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")  # PostgreSQL's own word, no parameter
        yield Transaction(connection)
