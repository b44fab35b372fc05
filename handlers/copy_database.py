"""Copies a database into another one, row by row and checked: from SQLite to PostgreSQL, or the other way."""

from collections.abc import Callable
from datetime import datetime

from handlers.restore import fill_table, make_room
from storage.database import Database
from storage.raw_rows import number_on, read_rows, shapes
from storage.restoring import check_not_served, check_restored
from storage.schema import migrate
from storage.snapshot import snapshot


def copy_database(
    source: Database,
    target: Database,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    *,
    replaces: bool = False,
) -> int:
    """Fills `target` from `source`, in one transaction; how many rows. `say` hears of each table.

    SettingsProblem, and nothing is written, if a hoctap is running on the source, if the target is not empty and
    `replaces` does not say that it may be emptied, or if what was written is not what was read.
    """
    _check_rests(source, clock())
    rows = 0
    with snapshot(source) as see, target.transaction() as writing:
        make_room(writing, clock(), replaces=replaces)
        migrate(writing.connection)
        for shape in shapes():
            with see() as reading:
                given = fill_table(writing, shape, read_rows(reading, shape))
            say(f"{shape.table:16}{given.rows:>10}  {given.digest}")
            rows += given.rows
        number_on(writing)
        check_restored(writing)
        _check_rests(source, clock())
    return rows


def _check_rests(source: Database, now: datetime) -> None:
    with source.looking() as looking:
        check_not_served(looking, now)
