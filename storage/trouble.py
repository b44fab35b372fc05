"""What whoever runs hoctap should do about an error of the database or the machine: words for the log."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from engine.errors import SettingsProblem

_FULL = (
    "the disk of the database is full. Make room: hoctap goes on by itself, and nothing that was answered is lost"
)
_READ_ONLY = (
    "the database may only be read. Let hoctap's user write its file and folder, and mount the disk writable"
)
_BROKEN = "the disk of the database fails. Look at the machine's log before anything else is written"
_DAMAGED = "the file of the database is damaged. Stop hoctap, keep the file as it is, and restore a backup"
_BUSY = "another program holds the database's file. Find it (fuser) and end it: hoctap goes on by itself"
_AWAY = "PostgreSQL does not answer. Start it or mend the way to it: hoctap goes on by itself"
_NO_MEMORY = "there is not enough memory. Give the process more, or end what else runs on this machine"

_NO_THREAD = ("can't start new thread",)
"""All that is in Python's RuntimeError then. An error with more in it may quote somebody who typed these words."""

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _BROKEN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_NOMEM: _NO_MEMORY,
}
_BY_ERRNO = {errno.ENOSPC: _FULL, errno.EROFS: _READ_ONLY, errno.EACCES: _READ_ONLY, errno.EPERM: _READ_ONLY}
_BY_SQLSTATE = {"53100": _FULL, "53200": _NO_MEMORY, "25006": _READ_ONLY, "58030": _BROKEN, "XX001": _DAMAGED}
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def is_trouble(error: BaseException) -> bool:
    """Whether the database went wrong, and not the work that was given to it."""
    return isinstance(error, (DBAPIError, NoConnectionFree))


def is_locked_out(error: BaseException | None) -> bool:
    """Whether SQLite waited for another writer as long as it does, in vain."""
    return isinstance(error, DBAPIError) and what_to_do(error) == _BUSY


def is_of_the_file(error: BaseException) -> bool:
    """Whether SQLite could not open, read or write its file."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
    )


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether this process got no memory, or no thread, which takes some."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and error.args == _NO_THREAD):
            return True
        error = error.__cause__ or error.__context__
    return False


def what_to_do(error: BaseException) -> str | None:
    """An error → a sentence or two on what is wrong and what to do; None if it is no trouble of the machine's."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return _in_database(error.orig, is_away=error.connection_invalidated)
    if isinstance(error, (sqlite3.Error, DBAPIError)):
        return _in_database(error, is_away=False)
    if isinstance(error, SettingsProblem):
        return str(error)
    if is_out_of_memory(error):
        return _NO_MEMORY
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0)
    return None


def _in_database(error: BaseException, *, is_away: bool) -> str | None:
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)  # sqlite3's own complaints have none
        return None if code is None else _BY_SQLITE_CODE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state in _BY_SQLSTATE:
        return _BY_SQLSTATE[state]
    never_came_up = state is None and type(error).__name__ == "OperationalError"
    is_shutting_down = state is not None and state.startswith(("08", "57P"))
    return _AWAY if is_away or never_came_up or is_shutting_down else None
