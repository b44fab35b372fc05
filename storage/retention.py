"""Finds and removes what has been kept for as long as it may be, some of it at a time."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, exists, func, select

from storage.database import Transaction
from storage.tables import account, campaign, delivery, session, staff

_SETTLED = ("sent", "unreachable", "refused", "in_doubt", "dropped")
"""States of a ledger's row that nobody is going to change."""


def silent_accounts(transaction: Transaction, seen_before: date, most: int) -> list[int]:
    """Accounts whose last turn was before that day, locked until the transaction ends; never those of staff."""
    is_staff = exists().where(staff.c.account_id == account.c.id)
    query = (
        select(account.c.id)
        .where(account.c.seen_on < seen_before, ~is_staff)
        .limit(most)
        .with_for_update(of=account, skip_locked=True)
    )
    return list(transaction.connection.execute(query).scalars())


def remove_old_sessions(transaction: Transaction, older_than: datetime, seen_before: date, most: int) -> int:
    """Removes assessments begun, or finished and never counted, before a moment. Returns how many.

    Only of chats whose last turn was before a day.
    """
    query = (
        select(session.c.account_id, session.c.person, session.c.is_finished)
        .join_from(session, account)
        .where(func.coalesce(session.c.finished_at, session.c.started_at) < older_than)
        .where(account.c.seen_on < seen_before)
        .limit(most)
        .with_for_update(of=account, skip_locked=True)
    )
    found = [
        {"of_account": row.account_id, "of_person": row.person, "which": row.is_finished}
        for row in transaction.connection.execute(query)
    ]
    if found:
        transaction.connection.execute(_REMOVE_SESSION, found)
    return len(found)


_REMOVE_SESSION = delete(session).where(
    session.c.account_id == bindparam("of_account"),
    session.c.person == bindparam("of_person"),
    session.c.is_finished == bindparam("which"),
)


def remove_old_deliveries(transaction: Transaction, older_than: datetime, most: int) -> int:
    """Removes rows of ledgers that were settled before a moment; the counts of their campaign stay as they are.

    Returns how many.
    """
    is_old = (
        func.coalesce(delivery.c.at, delivery.c.not_before) < older_than,
        delivery.c.state.in_(_SETTLED),
    )
    # One campaign at a time: its rows are found by its number, and those of all others are not looked at.
    has_old = exists().where(delivery.c.campaign_id == campaign.c.id, *is_old)
    query = select(campaign.c.id).where(campaign.c.starts_at < older_than, has_old).limit(1)
    number = transaction.connection.execute(query).scalar()
    if number is None:
        return 0
    places = select(delivery.c.place).where(delivery.c.campaign_id == number, *is_old).limit(most)
    removed = delete(delivery).where(delivery.c.campaign_id == number, delivery.c.place.in_(places))
    return transaction.connection.execute(removed).rowcount
