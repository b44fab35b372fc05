"""Every process says that it is there and what it does, so that a role that nobody has is seen."""

from collections.abc import Collection
from datetime import datetime, timedelta

from storage.database import Transaction
from storage.leases import end_lease, renew_lease

LEASE_SECONDS = 45
"""Who has not been heard of for so long is not there."""


def role_lease(role: str) -> str:
    """The lease of a role; any number of processes hold it."""
    return f"role {role}"


def note_presence(transaction: Transaction, process: str, roles: Collection[str], now: datetime) -> None:
    """This process is alive and has these roles."""
    for role in sorted(roles):
        renew_lease(transaction, role_lease(role), process, now, now + timedelta(seconds=LEASE_SECONDS), None)


def leave_roles(transaction: Transaction, process: str, roles: Collection[str]) -> None:
    """The process stops."""
    for role in sorted(roles):
        end_lease(transaction, role_lease(role), process)
