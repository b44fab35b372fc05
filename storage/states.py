"""Loads and saves what is remembered about a chat: an account with its sessions, as one `State`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from engine.state import Account, Staff, State
from storage.database import Transaction
from storage.deliveries import Ledger
from storage.rows import SESSION_COLUMNS, account_of, account_values, session_of, session_values
from storage.tables import account, session, staff

_ACCOUNT_COLUMNS = [column for column in account.c if column is not account.c.secret]
_STAFF_COLUMNS = [staff.c.id, staff.c.role, staff.c.unit]

# Built once: SQLAlchemy spends more on building a statement than SQLite on running it.
_LOAD = (
    select(
        *_ACCOUNT_COLUMNS,
        *(column.label(f"session_{column.name}") for column in SESSION_COLUMNS),
        *(column.label(f"staff_{column.name}") for column in _STAFF_COLUMNS),
    )
    .select_from(
        account.outerjoin(session, session.c.account_id == account.c.id).outerjoin(
            staff, staff.c.account_id == account.c.id
        )
    )
    .where(account.c.channel == bindparam("at_channel"), account.c.address == bindparam("at_address"))
)
_LOAD_FOR_CHANGE = _LOAD.with_for_update(of=account)
_UPDATE_ACCOUNT = update(account).where(account.c.id == bindparam("of_account"))
_DELETE_ACCOUNT = delete(account).where(account.c.id == bindparam("of_account"))
_INSERT_SESSION = insert(session)
_THIS_SESSION = (
    session.c.account_id == bindparam("of_account"),
    session.c.person == bindparam("of_person"),
    session.c.is_finished == bindparam("which_is_finished"),
)
_UPDATE_SESSION = update(session).where(*_THIS_SESSION)
_DELETE_SESSION = delete(session).where(*_THIS_SESSION)
_DELETE_SESSIONS = delete(session).where(session.c.account_id == bindparam("of_account"))


def load_state(transaction: Transaction, channel: str, address: str, *, for_change: bool = True) -> State | None:
    """The account at an address with all its sessions, in one query; None if there is none.

    With `for_change` the account's row is locked until the transaction ends, so that turns of one account
    never run side by side (SQLite has a single writer and needs no lock).
    """
    query = _LOAD_FOR_CHANGE if for_change else _LOAD
    rows = transaction.connection.execute(query, {"at_channel": channel, "at_address": address}).all()
    if not rows:
        return None
    sessions = [session_of(row) for row in rows if row.session_person is not None]
    return State(account_of(rows[0]), {each.key: each for each in sessions}, _staff(rows[0]))


def create_account(transaction: Transaction, channel: str, address: str) -> State:
    """A new account, or the one that another process made for the same address a moment ago."""
    values = account_values(Account(channel, address))
    transaction.connection.execute(transaction.insert(account).values(values).on_conflict_do_nothing())
    state = load_state(transaction, channel, address)
    if state is None:
        raise LookupError("an account that was just made is gone")
    return state


def save_state(transaction: Transaction, before: State, after: State | None) -> None:
    """Writes what changed between the two, and nothing else.

    `after` None erases the account and all of it.
    """
    connection, this = transaction.connection, {"of_account": before.account.id}
    if after is None:
        if before.account.id is not None:
            erase_accounts(transaction, [before.account.id])
        return
    if after.account != before.account:
        connection.execute(_UPDATE_ACCOUNT, this | account_values(after.account))
    for key in before.sessions.keys() - after.sessions.keys():
        connection.execute(_DELETE_SESSION, this | _session_key(key))
    for key, each in after.sessions.items():
        known = before.sessions.get(key)
        if known is None:
            connection.execute(_INSERT_SESSION, {"account_id": before.account.id, **session_values(each)})
        elif known is not each:
            connection.execute(_UPDATE_SESSION, this | _session_key(key) | session_values(each))


def erase_accounts(transaction: Transaction, numbers: Sequence[int]) -> None:
    """Erases accounts and all that is theirs. In the ledgers of campaigns their rows stay, and are nobody's."""
    ledger = Ledger(transaction)
    for number in numbers:
        ledger.forget(number)
    ledger.write()
    these = [{"of_account": number} for number in numbers]
    transaction.connection.execute(_DELETE_SESSIONS, these)
    transaction.connection.execute(_DELETE_ACCOUNT, these)


def _session_key(key: tuple[int, bool]) -> dict[str, Any]:
    person, is_finished = key
    return {"of_person": person, "which_is_finished": is_finished}


def _staff(row: Row[Any]) -> Staff | None:
    return None if row.staff_id is None else Staff(row.staff_role, row.staff_unit, row.staff_id)


def has_accounts(transaction: Transaction) -> bool:
    """Whether anybody is known at all."""
    return transaction.connection.execute(select(account.c.id).limit(1)).first() is not None
