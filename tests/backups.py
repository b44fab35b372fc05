"""Backups and restores as tests make them: the real file, with keys of their own."""

from datetime import datetime
from functools import cache
from pathlib import Path

from handlers.back_up import backup_lines, inner_keys
from handlers.restore import Known, Restored, restore
from storage.age import make_keys, private_key
from storage.backup_file import reading_backup, write_backup
from storage.database import Database, connect
from storage.raw_rows import shapes, sum_of
from storage.round_keys import RoundKeys
from storage.snapshot import snapshot
from storage.tombstones import load_tombstones

CHANGED = {"audit", "calendar", "campaign", "delivery", "round", "session", "staff", "lease"}
"""Tables in which a restore puts something on hold."""


@cache
def outer_keys() -> tuple[str, str]:
    """A private and a public key for all tests."""
    return make_keys()


def back_up(database: Database, keys: RoundKeys, path: Path, now: datetime) -> Path:
    """A backup of a database."""
    with snapshot(database) as see:
        with see() as looking:
            inner = inner_keys(looking, keys)
        write_backup(path, backup_lines(see, now), outer_keys()[1], inner)
    return path


def restored(
    path: Path, keys: RoundKeys, url: str, known: Known | None, now: datetime, *, replaces: bool = False
) -> tuple[Database, Restored]:
    """A database filled from a backup, open, and what came of it."""
    database = connect(url)
    inner = map(private_key, keys.backup_keys())
    try:
        with reading_backup(path, outer_keys()[0], inner) as lines, database.transaction() as transaction:
            done = restore(transaction, lines, known, now, replaces=replaces)
    except BaseException:
        database.close()
        raise
    return database, done


def list_of(database: Database, now: datetime) -> Known:
    """What was erased in a database until now."""
    with database.looking() as looking:
        return Known(load_tombstones(looking), now)


def sums(database: Database) -> dict[str, tuple[int, str]]:
    """Table → rows and their sum."""
    with database.looking() as looking:
        found = {shape.table: sum_of(looking, shape) for shape in shapes()}
    return {table: (each.rows, each.digest) for table, each in found.items()}


def check_is_all_there(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> None:
    """The sums of a database, and of what a backup of it has brought back."""
    assert {name: each for name, each in before.items() if name not in CHANGED} == {
        name: each for name, each in after.items() if name not in CHANGED
    }
    assert all(before[name][0] == after[name][0] for name in CHANGED - {"audit", "lease"})
