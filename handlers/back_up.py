"""Backups: everything in the database at one moment, as lines that either database can be filled from."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from storage.age import private_key
from storage.database import Transaction
from storage.raw_rows import Sum, line_of, read_rows, shapes
from storage.round_keys import RoundKeys
from storage.rounds import load_rounds
from storage.schema import newest_revision
from storage.snapshot import Snapshot

FORMAT = 1
LEFT_OUT = ("lease", "console_session", "sign_in_code")
"""Who runs and who is signed in is nobody's after a restore."""


def inner_keys(transaction: Transaction, keys: RoundKeys) -> list[str]:
    """The keys of the rounds that are not closed: when one is, its key goes, and no older backup can be read.

    SettingsProblem if one of them is missing.
    """
    return [private_key(keys.backup_key(each.year)) for each in load_rounds(transaction) if each.state != "closed"]


def backup_lines(snapshot: Snapshot, made_at: datetime) -> Iterator[bytes]:
    """The lines of a backup; storage/backup_file.py describes them."""
    about = {"made_at": made_at.astimezone(UTC).isoformat(), "revision": newest_revision()}
    yield _line({"backup": FORMAT, **about, "version": version("hoctap")})
    for shape in shapes(but=LEFT_OUT):
        yield _line({"table": shape.table, "columns": shape.columns, "kinds": shape.kinds})
        written = Sum()
        with snapshot() as transaction:
            for part in read_rows(transaction, shape):
                lines = [line_of(row) for row in part]
                written.add(lines)
                yield from lines
        yield _line({"table": shape.table, "rows": written.rows, "sum": written.digest})
    yield _line({"end": FORMAT})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()
