"""A log line about trouble of the machine says what to do, and still none of the words of the error."""

import errno
import io
import json
import logging
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from engine.errors import SettingsProblem
from storage.trouble import is_out_of_memory
from tests.logged import everything_logged


def of_sqlite(code: int) -> OperationalError:
    error = sqlite3.OperationalError("words of a citizen")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", {}, error)


def of_postgresql(kind: type[psycopg.Error]) -> OperationalError:
    return OperationalError("INSERT", {}, kind("words of a citizen"))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), "Make room"),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), "Let hoctap's user write"),
        (of_sqlite(sqlite3.SQLITE_BUSY), "Find it"),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), "disk of the database fails"),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), "restore a backup"),
        (of_postgresql(psycopg.errors.DiskFull), "Make room"),
        (of_postgresql(psycopg.errors.AdminShutdown), "Start it"),
        (of_postgresql(psycopg.OperationalError), "Start it"),
        (OSError(errno.ENOSPC, "words of a citizen"), "Make room"),
        (MemoryError(), "not enough memory"),
        (SettingsProblem("put the file back"), "put the file back"),
        (of_postgresql(psycopg.errors.UniqueViolation), None),
        (KeyError("words of a citizen"), None),
    ],
)
def test_the_log_says_what_to_do(error: Exception, advice: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    with everything_logged(monkeypatch) as written:
        logging.getLogger("test").error("action=test", exc_info=error)
    assert_says(written, advice)


@pytest.mark.parametrize("kind", [ValueError, RuntimeError, KeyError])
def test_nobody_can_type_that_there_is_no_memory(kind: type[Exception]) -> None:
    """The process ends when an error says so."""
    typed = "can't start new thread"
    for error in (kind(f"cannot read: {typed}"), kind(typed, "somebody")):
        assert not is_out_of_memory(error)
    assert is_out_of_memory(RuntimeError(typed))
    assert not is_out_of_memory(ValueError(typed))


def assert_says(written: io.StringIO, advice: str | None) -> None:
    line = json.loads(written.getvalue())
    assert "citizen" not in written.getvalue()
    assert (advice or "a defect") in line["do"]


def test_a_real_database_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(tmp_path / "small.db")
    connection.execute("CREATE TABLE kept (words)")
    connection.execute("PRAGMA max_page_count = 2")
    with everything_logged(monkeypatch) as written:
        try:
            connection.execute("INSERT INTO kept VALUES (?)", ["words of a citizen" * 10_000])
        except sqlite3.Error:
            logging.getLogger("test").exception("action=test")
    connection.close()
    assert_says(written, "Make room")
