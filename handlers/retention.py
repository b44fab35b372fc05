"""Lets go of what has been kept for as long as it may be. Each call is one short transaction."""

from datetime import datetime, timedelta

from engine.state import day_of
from storage.console_sessions import forget_ended
from storage.database import Transaction
from storage.retention import remove_old_deliveries, remove_old_sessions, silent_accounts
from storage.states import erase_accounts
from storage.tombstones import forget_tombstones

DELIVERIES_LAST = timedelta(days=365)
SESSIONS_LAST = timedelta(days=90)
LEAVE_OF_ABSENCE = timedelta(days=7)
"""Who was here so lately may be in the middle of a question."""
SILENCE_LASTS = timedelta(days=2 * 365)

ROWS_AT_ONCE = 2000
ACCOUNTS_AT_ONCE = 100
"""Each has sessions, and rows in ledgers that must go on adding up."""


def let_go(transaction: Transaction, now: datetime) -> bool:
    """Does one portion. Whether there was any: then there may be more."""
    return any(
        portion(transaction, now)
        for portion in (
            _forget_deliveries,
            _forget_sessions,
            _forget_silent_accounts,
            _forget_tombstones,
            forget_ended,
        )
    )


def _forget_deliveries(transaction: Transaction, now: datetime) -> int:
    return _erased(transaction, remove_old_deliveries(transaction, now - DELIVERIES_LAST, ROWS_AT_ONCE))


def _forget_sessions(transaction: Transaction, now: datetime) -> int:
    absent_since = day_of(now - LEAVE_OF_ABSENCE)
    return _erased(transaction, remove_old_sessions(transaction, now - SESSIONS_LAST, absent_since, ROWS_AT_ONCE))


def _forget_silent_accounts(transaction: Transaction, now: datetime) -> int:
    """Their ballots stay: nobody asked for anything.

    In a closed round nobody can say whose is whose. In an open one the chat's address finds them, should its person
    come back and erase them.
    """
    silent = silent_accounts(transaction, day_of(now - SILENCE_LASTS), ACCOUNTS_AT_ONCE)
    if silent:
        erase_accounts(transaction, silent)
    return _erased(transaction, len(silent))


def _forget_tombstones(transaction: Transaction, now: datetime) -> int:
    return forget_tombstones(transaction, day_of(now))


def _erased(transaction: Transaction, count: int) -> int:
    transaction.has_erased |= count > 0
    return count
