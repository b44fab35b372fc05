"""Lets one process at a time serve an SQLite file: it has one writer, and one sender that keeps its limits."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import SettingsProblem
from storage.database import Database

with contextlib.suppress(ImportError):  # Windows has none: there nobody is refused
    import fcntl


@contextmanager
def served_alone(database: Database) -> Iterator[None]:
    """No other process serves this file meanwhile. SettingsProblem if one does. PostgreSQL is for many."""
    file = database.engine.url.database
    if not database.is_sqlite or not file or "fcntl" not in globals():
        yield
        return
    with Path(f"{file}.served").open("a+", encoding="ascii") as served:
        _lock(served.fileno(), file)
        served.truncate(0)
        served.write(str(os.getpid()))
        served.flush()
        yield


def _lock(descriptor: int, file: str) -> None:
    """The lock ends with the process, however it ends."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = Path(f"{file}.served").read_text(encoding="ascii") or "unknown"
        raise SettingsProblem(
            f"{file} is served by another hoctap already (process {who}). SQLite is for one: stop that one, set"
            " HOCTAP_DATA to another folder, or use PostgreSQL, which is for many: docs/operations.md"
        ) from error
