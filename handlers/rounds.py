"""Opens rounds and says how they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine.ballots import KEY_BYTES
from engine.disclosure.catalogue import Detail
from engine.disclosure.released import Release
from engine.errors import SettingsProblem
from engine.state import day_of, round_of
from handlers.staff import COMMAND_LINE
from storage.database import Transaction
from storage.releases import load_last_release, load_ledger
from storage.round_keys import RoundKeys
from storage.rounds import Round, add_round, change_round, load_rounds, lock_round
from storage.staff import write_audit

HOW_TO_RELEASE_AGAIN = "say which release was the last that anybody has seen: hoctap round last-release"

DrawBytes = Callable[[int], bytes]
"""Where keys come from: so many unguessable bytes."""


@dataclass(frozen=True, slots=True)
class RoundStatus:
    """A round, and its last release if it has one."""

    round: Round
    last_release: Release | None


def open_round(
    transaction: Transaction, keys: RoundKeys, year: int, detail: Detail, today: date, draw_bytes: DrawBytes
) -> str:
    """Opens a round: makes its keys and records their hash, which is returned to be published.

    SettingsProblem if it was opened before. A round that was interrupted here is opened with the keys it made.
    """
    if lock_round(transaction, year) is not None:
        raise SettingsProblem(f"round {year} has been opened already: hoctap round status")
    key_hash = keys.make(year, draw_bytes(KEY_BYTES), draw_bytes(KEY_BYTES))
    add_round(transaction, year, key_hash, detail, today)
    return key_hash


def ensure_round(transaction: Transaction, keys: RoundKeys, now: datetime, draw_bytes: DrawBytes) -> str | None:
    """Opens the current year's round if it never was; its key's hash if so.

    SettingsProblem if the key of a round that is open is not there: ballots could not be removed.
    """
    check_keys(transaction, keys)
    if round_of(now) in {each.year for each in load_rounds(transaction)}:
        return None
    return open_round(transaction, keys, round_of(now), "fine", day_of(now), draw_bytes)


def check_keys(transaction: Transaction, keys: RoundKeys) -> None:
    """SettingsProblem if the key of a round that is open cannot be read, or is another one."""
    for each in load_rounds(transaction):
        if each.state == "open":
            keys.of(each.year, each.key_hash)


def round_status(transaction: Transaction) -> list[RoundStatus]:
    """All rounds, the oldest first."""
    return [RoundStatus(each, load_last_release(transaction, each.year)) for each in load_rounds(transaction)]


def confirm_last_release(transaction: Transaction, year: int, number: int, now: datetime) -> None:
    """After a restore: `number` is the last release of the round that anybody has seen, 0 if none.

    If it is the last one in the database, the round is sealed again. SettingsProblem if it is not: the next release
    could be compared with one whose sums are lost, and tell about single people.
    """
    this = lock_round(transaction, year)
    if this is None:
        raise SettingsProblem(f"there is no round {year}: hoctap round status")
    known = len(load_ledger(transaction, year))
    if number != known:
        raise SettingsProblem(
            f"the last release in this database is number {known}. Restore a backup that was made after release"
            f" {number}; without one, round {year} gets no more figures: the last ones stay, and it can be closed"
            " with --without-final-release"
        )
    change_round(transaction, year, is_held=False)
    write_audit(transaction, now, COMMAND_LINE, "last_release_confirmed", f"round {year}, release {number}")
