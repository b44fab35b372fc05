"""The ledger of a campaign as a file: a row for each recipient, and nothing that tells who it is."""

import csv
import io
from collections import Counter
from itertools import chain, repeat

from engine.campaigns.ledger import DELIVERY_STATES, LedgerLine
from engine.messages import File
from engine.state import HOME_ZONE

COLUMNS = ("place", "state", "reason", "hour")
_HOUR = "%Y-%m-%d %H:%M"


def ledger_file(number: int, counted: Counter[LedgerLine]) -> File:
    """A CSV of what `Desk.ledger` counted: a running number, state, reason, and the hour.

    The order says nothing about who it is.
    """
    lines = chain.from_iterable(repeat(line, counted[line]) for line in sorted(counted, key=_in_order))
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows((place, *_cells(line)) for place, line in enumerate(lines, 1))
    return File(f"campaign-{number}-ledger.csv", "text/csv", written.getvalue().encode())


def _in_order(line: LedgerLine) -> tuple[int, str, str]:
    return DELIVERY_STATES.index(line.state), line.reason or "", line.hour.isoformat() if line.hour else ""


def _cells(line: LedgerLine) -> tuple[str, str, str]:
    return line.state, line.reason or "", f"{line.hour.astimezone(HOME_ZONE):{_HOUR}}" if line.hour else ""
