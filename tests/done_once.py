"""What is always the same is done once for all tests of this process, not by each: tables, statements, templates.

The migrations themselves are tried by tests/storage/test_migrations.py, and by every process that tests start.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from jinja2 import Environment, FileSystemBytecodeCache
from sqlalchemy import Connection, event, inspect
from sqlalchemy.util import LRUCache

import storage.database
from storage.database import Database, open_database
from storage.schema import migrate

Migrate = Callable[..., None]
STATEMENTS = 5_000
"""More than the program has."""


@pytest.fixture(scope="session", autouse=True)
def migrate_by_alembic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrate]:
    """What the program itself does. For the whole run, in this process, only what it makes is copied."""
    path = tmp_path_factory.mktemp("migrated") / "hoctap.db"
    open_database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        made = [each for each in connection.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;")]

    def copy_or_migrate(connection: Connection, revision: str = "head") -> None:
        is_empty_file = connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()
        if revision == "head" and is_empty_file:
            for statement in made:
                connection.exec_driver_sql(statement)
        else:
            migrate(connection, revision)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.database.migrate", copy_or_migrate)
        yield migrate


@pytest.fixture
def every_migration(migrate_by_alembic: Migrate, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of the migrations: none is left out."""
    monkeypatch.setattr("storage.database.migrate", migrate_by_alembic)


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All SQLite databases share what SQLAlchemy keeps for each engine: statements and their dialect."""
    connect = storage.database.connect
    # A file, as the others: with the dialect goes what it does about errors.
    model = connect(f"sqlite:///{tmp_path_factory.mktemp('model')}/hoctap.db")
    model.engine.connect().close()  # only now the dialect knows which SQLite it is for
    model.engine._compiled_cache = LRUCache(STATEMENTS)

    def connect_like_model(url: str) -> Database:
        database = connect(url)
        if database.is_sqlite:
            database.engine.dialect = model.engine.dialect
            database.engine._compiled_cache = model.engine._compiled_cache
            event.listen(database.engine, "connect", _do_not_wait_for_the_disk)
        return database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.database, "connect", connect_like_model)
        yield
    model.close()


def _do_not_wait_for_the_disk(connection: sqlite3.Connection, _: Any) -> None:
    """As with tests' PostgreSQL: no power fails."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every web chat and every console has templates of its own: the same."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        for place in ("web.console", "channels.webchat.app"):
            patch.setattr(f"{place}.Environment", partial(Environment, bytecode_cache=compiled))
        yield
