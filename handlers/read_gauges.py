"""Reads how the work stands, for whoever watches it. Never of a commune, and people only in tens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.ballots import FLUSH_AT_LATEST
from engine.state import day_of
from handlers.keep_calendar import CALENDAR
from handlers.presence import role_lease
from handlers.senders import SENDERS
from storage.campaigns import load_campaigns
from storage.database import Transaction
from storage.gauges import (
    PEOPLE_TOGETHER,
    calendar_ended_at,
    copies_by_state,
    has_copy_due,
    last_seal,
    lease_counts,
    uncounted,
)

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Gauges:
    """How things stand in the whole database, whichever process asks. `processes`: role → how many have it.

    `ballots_waiting` is rounded down to tens. `seal_age_seconds` counts whole days; None if no round is open.
    """

    copies: Mapping[str, int]
    copies_due: int
    processes: Mapping[str, int]
    senders: int
    calendar_overdue_seconds: float
    seal_age_seconds: float | None
    ballots_waiting: int
    ballots_overdue_seconds: float


def read_gauges(transaction: Transaction, roles: Sequence[str], now: datetime) -> Gauges:
    """A few sums and counts by index: no ledger, no ballot and no account is gone through."""
    leases, sealed, waiting = lease_counts(transaction, now), last_seal(transaction), uncounted(transaction)
    ends_at = calendar_ended_at(transaction, CALENDAR)
    overdue = now - waiting.since - FLUSH_AT_LATEST if waiting.since else None
    return Gauges(
        copies=copies_by_state(transaction),
        copies_due=_copies_due(transaction, now),
        processes={role: leases[role_lease(role)] for role in roles},
        senders=leases[SENDERS],
        calendar_overdue_seconds=max(0.0, (now - ends_at).total_seconds()) if ends_at else 0.0,
        seal_age_seconds=(day_of(now) - sealed).days * SECONDS_A_DAY if sealed else None,
        ballots_waiting=waiting.tens * PEOPLE_TOGETHER,
        ballots_overdue_seconds=max(0.0, overdue.total_seconds()) if overdue else 0.0,
    )


def _copies_due(transaction: Transaction, now: datetime) -> int:
    """Planned copies of campaigns that could send one at this moment."""
    return sum(
        each.counts.planned
        for each in load_campaigns(transaction, states=("sending",))
        if each.counts.planned and each.hours.is_open(now) and has_copy_due(transaction, each.id, now)
    )
