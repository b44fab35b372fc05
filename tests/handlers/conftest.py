"""On both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.village import Village
from tests.storage.conftest import database, url

__all__ = ["database", "url", "village"]


@pytest.fixture
def village(url: str, tmp_path: Path) -> Iterator[Village]:
    lived_in = Village(url, tmp_path)
    yield lived_in
    lived_in.close()
