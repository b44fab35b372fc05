"""One suite for both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from tests.postgres import FreshPostgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hoctap.db"
    fresh_postgres: FreshPostgres = request.getfixturevalue("fresh_postgres")
    return fresh_postgres(like=request.getfixturevalue("migrated_postgres"))


@pytest.fixture(scope="session")
def migrated_postgres(fresh_postgres: FreshPostgres) -> str:
    """A database with all tables, to be copied: that is quicker than migrating."""
    url = fresh_postgres()
    open_database(url).close()
    return url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()
