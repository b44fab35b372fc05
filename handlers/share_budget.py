"""Processes of one bot share what it may send: each takes its part, and hears what the others were told."""

import math
from datetime import datetime, timedelta

from engine.pacing import Share
from storage.database import Transaction
from storage.leases import end_lease, renew_lease

LEASE_SECONDS = 10
"""A process that was killed counts this much longer. Renewed several times within."""


def share_budget(
    transaction: Transaction, budget: str, process: str, closed_for_seconds: float, now: datetime
) -> Share:
    """Says that `process` is alive and for how long it was told to send nothing; hears the same of all."""
    # The table keeps whole seconds: one more rather than one less.
    closed_until = now + timedelta(seconds=math.ceil(closed_for_seconds) + 1) if closed_for_seconds > 0 else None
    ends_at = now + timedelta(seconds=LEASE_SECONDS)
    sharing = renew_lease(transaction, budget, process, now, ends_at, closed_until)
    left = 0.0 if sharing.closed_until is None else (sharing.closed_until - now).total_seconds()
    return Share(sharing.holders, max(0.0, left))


def leave_budget(transaction: Transaction, budget: str, process: str) -> None:
    """The process stops sending."""
    end_lease(transaction, budget, process)
