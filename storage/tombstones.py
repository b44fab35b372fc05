"""Keeps the marks of what was erased, and takes what they mark out of a restored database."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, delete, func, inspect, select

from engine.tombstones import Tombstone, Tombstones, mark_of_account, mark_of_ballot, mark_of_person
from storage.ballots import load_tags, remove_ballots
from storage.database import Transaction
from storage.states import erase_accounts
from storage.tables import account, session, tombstone

_AT_ONCE = 1000


def bury(transaction: Transaction, marks: Iterable[bytes], until: date) -> None:
    """Puts up a tombstone for each mark; one that is there already counts once more."""
    rows = [{"mark": mark, "times": 1, "until": until} for mark in marks]
    if not rows:
        return
    new = transaction.insert(tombstone)
    changed = {"times": tombstone.c.times + 1, "until": new.excluded.until}
    transaction.connection.execute(new.on_conflict_do_update(index_elements=["mark"], set_=changed), rows)


def secret_of(transaction: Transaction, account_id: int) -> bytes | None:
    """What the marks of an account are made of; None if it was made by a hoctap that kept no marks."""
    return transaction.connection.execute(select(account.c.secret).where(account.c.id == account_id)).scalar()


def has_tombstones(transaction: Transaction) -> bool:
    """Whether this database is new enough to have any."""
    return inspect(transaction.connection).has_table(tombstone.name)


def load_tombstones(transaction: Transaction) -> Tombstones:
    """All tombstones."""
    rows = transaction.connection.execute(select(tombstone.c.mark, tombstone.c.times, tombstone.c.until))
    return {row.mark: Tombstone(row.times, row.until) for row in rows}


def merge_tombstones(transaction: Transaction, known: Tombstones) -> None:
    """Adds tombstones from elsewhere; of two with one mark the one that counted farther stays."""
    rows = [{"mark": mark, "times": each.times, "until": each.until} for mark, each in known.items()]
    new = transaction.insert(tombstone)
    most = func.max if transaction.is_sqlite else func.greatest
    changed = {name: most(tombstone.c[name], new.excluded[name]) for name in ("times", "until")}
    if rows:
        transaction.connection.execute(new.on_conflict_do_update(index_elements=["mark"], set_=changed), rows)


def forget_tombstones(transaction: Transaction, today: date) -> int:
    """Drops those whose last day is over; how many."""
    return transaction.connection.execute(delete(tombstone).where(tombstone.c.until < today)).rowcount


def erase_marked(transaction: Transaction, marks: set[bytes]) -> int:
    """Erases every account, session and ballot with one of these marks; how many accounts and ballots."""
    secrets = transaction.connection.execute(select(account.c.id, account.c.secret))
    accounts = [number for number, secret in secrets if secret and mark_of_account(secret) in marks]
    of_people = select(session.c.account_id, session.c.person, account.c.secret).join_from(session, account)
    people = [
        {"of_account": number, "of_person": person}
        for number, person, secret in transaction.connection.execute(of_people)
        if secret and mark_of_person(secret, person) in marks
    ]
    tags = [tag for tag in load_tags(transaction) if mark_of_ballot(tag) in marks]
    for first in range(0, len(accounts), _AT_ONCE):
        erase_accounts(transaction, accounts[first : first + _AT_ONCE])
    if people:
        transaction.connection.execute(_DELETE_PERSON, people)
    for first in range(0, len(tags), _AT_ONCE):
        remove_ballots(transaction, tags[first : first + _AT_ONCE])
    return len(accounts) + len(tags)


_DELETE_PERSON = delete(session).where(
    session.c.account_id == bindparam("of_account"), session.c.person == bindparam("of_person")
)
