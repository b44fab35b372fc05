"""Loads and saves what is remembered about a chat: an account with its sessions, as one `State`."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import FromClause, Text, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from engine.state import Account, Staff, State
from storage.database import Transaction
from storage.deliveries import MAY_BE_SHOWN, Ledger
from storage.hot import HotStatement
from storage.rows import SESSION_COLUMNS, account_of, account_values, session_of, session_values
from storage.tables import account, delivery, session, staff

_ACCOUNT_COLUMNS = [column for column in account.c if column is not account.c.secret]
_OF_ACCOUNT = bindparam("of_account", type_=account.c.id.type)
_STATES = select(
    *_ACCOUNT_COLUMNS,
    *(column.label(f"session_{column.name}") for column in SESSION_COLUMNS),
    *(column.label(f"staff_{column.name}") for column in (staff.c.id, staff.c.role, staff.c.unit)),
    exists().where(delivery.c.account_id == account.c.id, MAY_BE_SHOWN).label("has_messages"),
)
"""A row for each session of an account, or one without."""


def _with_its_rows(found: FromClause) -> FromClause:
    return found.outerjoin(session, session.c.account_id == account.c.id).outerjoin(
        staff, staff.c.account_id == account.c.id
    )


_LOAD = HotStatement(
    _STATES.select_from(_with_its_rows(account)).where(
        account.c.channel == bindparam("channel"), account.c.address == bindparam("address")
    )
)
_chats = (
    func.unnest(bindparam("channels", type_=ARRAY(Text)), bindparam("addresses", type_=ARRAY(Text)))
    .table_valued("channel", "address")
    .render_derived(name="chat")
)
_IN_CHATS = _chats.join(account, and_(account.c.channel == _chats.c.channel, account.c.address == _chats.c.address))
_LOCK_SEVERAL = HotStatement(
    select(account.c.id).select_from(_IN_CHATS).order_by(account.c.id).with_for_update(of=account)
)
_LOAD_SEVERAL = HotStatement(_STATES.select_from(_with_its_rows(_IN_CHATS)))

_THIS_SESSION = (
    session.c.account_id == _OF_ACCOUNT,
    session.c.person == bindparam("of_person"),
    session.c.is_finished == bindparam("which_is_finished"),
)
_UPDATE_ACCOUNT = HotStatement(
    update(account)
    .where(account.c.id == _OF_ACCOUNT)
    .values({column: bindparam(column.name) for column in _ACCOUNT_COLUMNS if column is not account.c.id})
)
_UPDATE_SESSION = HotStatement(
    update(session)
    .where(*_THIS_SESSION)
    .values({column: bindparam(column.name) for column in SESSION_COLUMNS if not column.primary_key})
)
_INSERT_SESSION = HotStatement(
    insert(session)
    .values({column: bindparam(column.name) for column in session.c if column.name != "account_id"})
    .values(account_id=_OF_ACCOUNT)
)
_DELETE_SESSION = HotStatement(delete(session).where(*_THIS_SESSION))
_DELETE_SESSIONS = delete(session).where(session.c.account_id == _OF_ACCOUNT)
_DELETE_ACCOUNT = delete(account).where(account.c.id == _OF_ACCOUNT)


def load_state(transaction: Transaction, channel: str, address: str, *, for_change: bool = True) -> State | None:
    """The account at an address with all its sessions; None if there is none.

    With `for_change` the account's row is locked until the transaction ends, so that turns of one account
    never run side by side (SQLite has a single writer and needs no lock).
    """
    if not for_change:
        return _find(transaction, channel, address)
    if (channel, address) not in transaction.ahead:
        load_ahead(transaction, [(channel, address)])
    state: State | None = transaction.ahead.pop((channel, address))
    return state


def load_ahead(transaction: Transaction, chats: Collection[tuple[str, str]]) -> None:
    """Loads the accounts of several chats together, for the `load_state` of each; on PostgreSQL locks them, too.

    Locked in the order of their numbers, so that two processes never wait for each other. Loaded by a second
    statement: the first one, had it waited, would see the account as it is now and its sessions as they were.
    On SQLite together means: before what the turns write, which goes into the database in one go then.
    """
    if transaction.is_sqlite:
        transaction.ahead |= {chat: _find(transaction, *chat) for chat in chats}
        return
    these = {"channels": [channel for channel, _ in chats], "addresses": [address for _, address in chats]}
    transaction.find(_LOCK_SEVERAL, these)
    rows: dict[tuple[str, str], list[Any]] = {chat: [] for chat in chats}
    for row in transaction.find(_LOAD_SEVERAL, these):
        rows[row.channel, row.address].append(row)
    transaction.ahead |= {chat: _state(of_chat) for chat, of_chat in rows.items()}


def _find(transaction: Transaction, channel: str, address: str) -> State | None:
    return _state(transaction.find(_LOAD, {"channel": channel, "address": address}))


def _state(rows: Sequence[Any]) -> State | None:
    if not rows:
        return None
    sessions = [session_of(row) for row in rows if row.session_person is not None]
    first = rows[0]
    member = None if first.staff_id is None else Staff(first.staff_role, first.staff_unit, first.staff_id)
    return State(account_of(first), {each.key: each for each in sessions}, member, bool(first.has_messages))


def create_account(transaction: Transaction, channel: str, address: str, flood_round: int | None = None) -> State:
    """A new account, or the one that another process made for the same address a moment ago."""
    values = account_values(Account(channel, address, flood_round=flood_round))
    transaction.connection.execute(transaction.insert(account).values(values).on_conflict_do_nothing())
    state = load_state(transaction, channel, address)
    if state is None:
        raise LookupError("an account that was just made is gone")
    return state


def save_state(transaction: Transaction, before: State, after: State | None) -> None:
    """Writes what changed between the two, and nothing else.

    `after` None erases the account and all of it.
    """
    this = {"of_account": before.account.id}
    if after is None:
        if before.account.id is not None:
            erase_accounts(transaction, [before.account.id])
        return
    if after.account != before.account:
        transaction.change(_UPDATE_ACCOUNT, this | account_values(after.account))
    for key in before.sessions.keys() - after.sessions.keys():
        transaction.change(_DELETE_SESSION, this | _session_key(key))
    for key, each in after.sessions.items():
        known = before.sessions.get(key)
        if known is None:
            transaction.change(_INSERT_SESSION, this | session_values(each))
        elif known is not each:
            transaction.change(_UPDATE_SESSION, this | _session_key(key) | session_values(each))


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


def has_accounts(transaction: Transaction) -> bool:
    """Whether anybody is known at all."""
    return transaction.connection.execute(select(account.c.id).limit(1)).first() is not None
