"""On both databases."""

from tests.storage.conftest import database, url

__all__ = ["database", "url"]
