"""Leases: which processes are alive and share something, such as what one bot may send in a second."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from storage.database import Transaction
from storage.tables import lease


@dataclass(frozen=True, slots=True)
class Sharing:
    """How many processes hold a lease of this name, and until when the last of them may send nothing."""

    holders: int
    closed_until: datetime | None


def renew_lease(
    transaction: Transaction,
    name: str,
    holder: str,
    now: datetime,
    ends_at: datetime,
    closed_until: datetime | None,
) -> Sharing:
    """Takes or prolongs a holder's lease; what has ended is forgotten.

    `closed_until` is what this holder was told itself. Whole seconds are kept, rounded down.
    """
    connection = transaction.connection
    taken = transaction.insert(lease).values(name=name, holder=holder, ends_at=ends_at, closed_until=closed_until)
    renewed = {"ends_at": taken.excluded.ends_at, "closed_until": taken.excluded.closed_until}
    connection.execute(taken.on_conflict_do_update(index_elements=["name", "holder"], set_=renewed))
    connection.execute(delete(lease).where(lease.c.ends_at < now))
    closed = func.max(lease.c.closed_until, type_=lease.c.closed_until.type)
    holders, latest = connection.execute(select(func.count(), closed).where(lease.c.name == name)).one()
    return Sharing(holders, latest)


def lease_holders(transaction: Transaction, name: str, now: datetime) -> list[str]:
    """Who holds a lease of this name that has not ended."""
    query = select(lease.c.holder).where(lease.c.name == name, lease.c.ends_at >= now)
    return list(transaction.connection.execute(query).scalars())


def end_lease(transaction: Transaction, name: str, holder: str) -> None:
    """The holder stops: the others need not wait until its lease ends by itself."""
    transaction.connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
