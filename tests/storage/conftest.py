"""One suite for both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hoctap.db"
    migrated: Callable[[], str] = request.getfixturevalue("migrated_postgres")
    return migrated()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()
