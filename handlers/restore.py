"""Fills an empty database from a backup: in one transaction, checked, and without what was erased since."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import SettingsProblem
from engine.tombstones import BACKUPS_LAST, Tombstones, erased_since
from handlers.back_up import FORMAT
from handlers.staff import COMMAND_LINE
from storage.database import Transaction
from storage.raw_rows import (
    ROWS_AT_ONCE,
    RawRow,
    Shape,
    Sum,
    check_shape,
    line_of,
    number_on,
    row_of,
    shapes,
    sum_of,
    write_rows,
)
from storage.restoring import check_not_served, check_restored, empty, has_rows, hold_what_was_under_way
from storage.rounds import hold_rounds
from storage.schema import migrate
from storage.staff import write_audit
from storage.tombstones import erase_marked, has_tombstones, load_tombstones, merge_tombstones


@dataclass(frozen=True, slots=True)
class Known:
    """What was erased according to a list, and when the list was made."""

    tombstones: Tombstones
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: when the backup was made, and how many rows, erasures made again, and copies in doubt."""

    made_at: datetime
    rows: int
    erased: int
    in_doubt: int


def make_room(transaction: Transaction, now: datetime, *, replaces: bool) -> Tombstones:
    """Leaves nothing in the database; what was erased in it.

    SettingsProblem if something is in it and `replaces` does not say that it may go, or if it is served.
    """
    if has_rows(transaction):
        if not replaces:
            raise SettingsProblem("the database is not empty; --replace throws away all that is in it, for good")
        check_not_served(transaction, now)
    tombstones = load_tombstones(transaction) if has_tombstones(transaction) else {}
    empty(transaction)
    return tombstones


def restore(
    transaction: Transaction, lines: Iterator[bytes], known: Known | None, now: datetime, *, replaces: bool = False
) -> Restored:
    """Fills an empty database. `known` None: nobody has a list of what was erased since the backup.

    SettingsProblem if the database is not empty (`replaces`: then it is emptied), or if the backup is not whole, of
    a newer hoctap, or does not fit the list.
    """
    made_at, revision = _read_head(lines)
    _check_fits(known, made_at, now)
    found = make_room(transaction, now, replaces=replaces)
    migrate(transaction.connection, revision)
    rows = _fill(transaction, lines)
    migrate(transaction.connection)
    number_on(transaction)
    check_restored(transaction)
    erased = _erase_again(transaction, found) + _erase_again(transaction, known.tombstones if known else {})
    in_doubt = hold_what_was_under_way(transaction, now)
    hold_rounds(transaction)
    about = f"backup of {made_at:%Y-%m-%d %H:%M} UTC: {erased} erased again, {in_doubt} copies in doubt"
    write_audit(transaction, now, COMMAND_LINE, "database_restored", about)
    return Restored(made_at, rows, erased, in_doubt)


def fill_table(transaction: Transaction, shape: Shape, parts: Iterator[Sequence[RawRow]]) -> Sum:
    """Writes rows, and reads them again. Their sum; SettingsProblem if what is there has another one."""
    given = Sum()
    write_rows(transaction, shape, _counted(parts, given))
    found = sum_of(transaction, shape)
    if (found.rows, found.digest) != (given.rows, given.digest):
        raise SettingsProblem(f"table {shape.table}: {found.rows} rows were read back of {given.rows}, or others")
    return given


def _counted(parts: Iterator[Sequence[RawRow]], given: Sum) -> Iterator[Sequence[RawRow]]:
    for part in parts:
        given.add(map(line_of, part))
        yield part


def _read_head(lines: Iterator[bytes]) -> tuple[datetime, str]:
    head = _said(next(lines, b""))
    if head.get("backup") != FORMAT:
        raise SettingsProblem("this is no backup of hoctap, or one of a newer hoctap")
    return datetime.fromisoformat(str(head["made_at"])), str(head["revision"])


def _check_fits(known: Known | None, made_at: datetime, now: datetime) -> None:
    if known is None:
        return
    if known.made_at < made_at.replace(microsecond=0):
        raise SettingsProblem("the list of tombstones is older than the backup: take the newest list there is")
    if now - made_at > BACKUPS_LAST:
        raise SettingsProblem(
            f"the backup is older than {BACKUPS_LAST.days} days: the list no longer knows all that was erased since"
        )


def _fill(transaction: Transaction, lines: Iterator[bytes]) -> int:
    rows = 0
    for line in lines:
        head = _said(line)
        if "end" in head:
            if next(lines, None) is not None:
                raise SettingsProblem("the backup goes on after its end")
            return rows
        shape = _shape(head)
        check_shape(transaction, shape)
        told: dict[str, Any] = {}
        given = fill_table(transaction, shape, _rows(shape, lines, told))
        if (told.get("rows"), told.get("sum")) != (given.rows, given.digest):
            raise SettingsProblem(f"table {shape.table}: {given.rows} rows, and the backup says {told.get('rows')}")
        rows += given.rows
    raise SettingsProblem("the backup ends before its end")


def _shape(head: dict[str, Any]) -> Shape:
    table = str(head.get("table"))
    holds_files = any(each.holds_files for each in shapes() if each.table == table)
    return Shape(table, tuple(head.get("columns", ())), tuple(head.get("kinds", ())), holds_files)


def _rows(shape: Shape, lines: Iterator[bytes], told: dict[str, Any]) -> Iterator[Sequence[RawRow]]:
    """The rows of a table; what the backup says of them after the last one goes into `told`."""
    part: list[RawRow] = []
    size = 0
    for line in lines:
        if not line.startswith(b"["):
            told.update(_said(line))
            break
        try:
            part.append(row_of(shape, line))
        except ValueError as error:
            raise SettingsProblem(f"table {shape.table}: a row cannot be read ({error})") from error
        size += len(line)
        if len(part) == ROWS_AT_ONCE or size > _LARGEST_PART:
            yield part
            part, size = [], 0
    yield part


_LARGEST_PART = 4 << 20
"""Bytes: a row may be a whole file."""


def _said(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise SettingsProblem("this is no backup of hoctap")
    return said


def _erase_again(transaction: Transaction, known: Tombstones) -> int:
    marks = erased_since(load_tombstones(transaction), known)
    merge_tombstones(transaction, known)
    return erase_marked(transaction, marks) if marks else 0
