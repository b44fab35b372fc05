"""Counts for whoever watches hoctap: never of a commune, and never fine enough to see one person come or go."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select, text

from storage.database import Transaction
from storage.tables import COUNTED, account, calendar, campaign, delivery, lease, release, round_, session

PEOPLE_TOGETHER = 10
"""People are counted in tens: one who comes does not show."""


def copies_by_state(transaction: Transaction) -> dict[str, int]:
    """State → copies of all campaigns: campaigns know their sums, so no ledger is read."""
    sums = (func.coalesce(func.sum(campaign.c[state]), 0) for state in COUNTED)
    row = transaction.connection.execute(select(*sums)).one()
    return {state: int(count) for state, count in zip(COUNTED, row, strict=True)}


def has_copy_due(transaction: Transaction, campaign_id: int, now: datetime) -> bool:
    """Whether a copy of a campaign could leave now."""
    is_due = exists().where(
        delivery.c.campaign_id == campaign_id, delivery.c.state == "planned", delivery.c.not_before <= now
    )
    return bool(transaction.connection.execute(select(is_due)).scalar())


def lease_counts(transaction: Transaction, now: datetime) -> Counter[str]:
    """Name of a lease → who holds it."""
    query = select(lease.c.name, func.count()).where(lease.c.ends_at >= now).group_by(lease.c.name)
    return Counter({row[0]: row[1] for row in transaction.connection.execute(query)})


def calendar_ended_at(transaction: Transaction, name: str) -> datetime | None:
    """Until when somebody keeps the calendar, or kept it; None if nobody does, because the last one left."""
    return transaction.connection.execute(select(calendar.c.ends_at).where(calendar.c.name == name)).scalar()


def last_seal(transaction: Transaction) -> date | None:
    """Day of the last release of the newest open round, or of its opening; None if none is open."""
    query = select(round_.c.year, round_.c.opened_on).where(round_.c.state == "open").order_by(round_.c.year.desc())
    row = transaction.connection.execute(query.limit(1)).first()
    if row is None:
        return None
    newest = select(func.max(release.c.as_of)).where(release.c.round == row.year)
    opened_on: date = row.opened_on
    return transaction.connection.execute(newest).scalar() or opened_on


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Finished sessions that are not ballots yet: how many tens of people, and since when the first one waits."""

    tens: int
    since: datetime | None


def uncounted(transaction: Transaction) -> Uncounted:
    """Of all open rounds together."""
    first = func.min(session.c.finished_at, type_=session.c.finished_at.type)
    is_open = session.c.round.in_(select(round_.c.year).where(round_.c.state == "open"))
    query = select(func.count(), first).where(session.c.finished_at.is_not(None), is_open)
    count, since = transaction.connection.execute(query).one()
    return Uncounted(count // PEOPLE_TOGETHER, since)


def flood_tens(transaction: Transaction, year: int) -> int:
    """How many tens of accounts were made in a flood of new ones in this round's year."""
    query = select(func.count()).where(account.c.flood_round == year)
    return int(transaction.connection.execute(query).scalar_one()) // PEOPLE_TOGETHER


def database_clock(transaction: Transaction) -> float | None:
    """The time on PostgreSQL's machine, in seconds since 1970; SQLite has none of its own."""
    if transaction.is_sqlite:
        return None
    return float(transaction.connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
