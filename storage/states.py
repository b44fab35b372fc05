"""Loads and saves what is remembered about a chat: an account with its sessions, as one `State`."""

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from engine.state import Account, Place, Session, Staff, State
from storage.database import Transaction
from storage.tables import account, session, staff

_ACCOUNT_COLUMNS = list(account.c)
SESSION_COLUMNS = [column for column in session.c if column is not session.c.account_id]
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
    values = _account_values(Account(channel, address))
    transaction.connection.execute(transaction.insert(account).values(values).on_conflict_do_nothing())
    state = load_state(transaction, channel, address)
    if state is None:
        raise LookupError("an account that was just made is gone")
    return state


def save_state(transaction: Transaction, before: State, after: State | None) -> None:
    """Writes what changed between the two, and nothing else. `after` None erases the account and all of it."""
    connection, this = transaction.connection, {"of_account": before.account.id}
    if after is None:
        connection.execute(_DELETE_SESSIONS, this)
        connection.execute(_DELETE_ACCOUNT, this)
        return
    if after.account != before.account:
        connection.execute(_UPDATE_ACCOUNT, this | _account_values(after.account))
    for key in before.sessions.keys() - after.sessions.keys():
        connection.execute(_DELETE_SESSION, this | _session_key(key))
    for key, each in after.sessions.items():
        known = before.sessions.get(key)
        if known is None:
            connection.execute(_INSERT_SESSION, {"account_id": before.account.id, **_session_values(each)})
        elif known is not each:
            connection.execute(_UPDATE_SESSION, this | _session_key(key) | _session_values(each))


def _session_key(key: tuple[int, bool]) -> dict[str, Any]:
    person, is_finished = key
    return {"of_person": person, "which_is_finished": is_finished}


def account_of(row: Row[Any]) -> Account:
    """The account in a row that has all its columns."""
    return Account(
        id=row.id,
        channel=row.channel,
        address=row.address,
        turn=row.turn,
        place=Place.parse(row.place),
        language=row.language,
        commune=row.commune,
        consent_version=row.consent_version,
        consented_at=row.consented_at,
        reminders=row.reminders,
        reminder_kinds=tuple(row.reminder_kinds.split()),
        reminder_slot=row.reminder_slot,
        person=row.person,
        last_round=row.last_round,
        finished_people=row.finished_people,
        last_update=row.last_update,
        seen_on=row.seen_on,
        unreachable=row.unreachable,
    )


def _staff(row: Row[Any]) -> Staff | None:
    return None if row.staff_id is None else Staff(row.staff_role, row.staff_unit, row.staff_id)


def _account_values(each: Account) -> dict[str, Any]:
    return {
        "channel": each.channel,
        "address": each.address,
        "turn": each.turn,
        "place": str(each.place),
        "language": each.language,
        "commune": each.commune,
        "consent_version": each.consent_version,
        "consented_at": each.consented_at,
        "reminders": each.reminders,
        "reminder_kinds": " ".join(each.reminder_kinds),
        "reminder_slot": each.reminder_slot,
        "person": each.person,
        "last_round": each.last_round,
        "finished_people": each.finished_people,
        "last_update": each.last_update,
        "seen_on": each.seen_on,
        "unreachable": each.unreachable,
    }


def session_of(row: Row[Any]) -> Session:
    """The session in a row that has all its columns, each with `session_` before its name."""
    answers = {
        question: tuple(answer) if isinstance(answer, list) else answer
        for question, answer in row.session_answers.items()
    }
    return Session(
        person=row.session_person,
        form=row.session_form,
        version=row.session_version,
        round=row.session_round,
        started_at=row.session_started_at,
        answers=answers,
        position=row.session_position,
        sex=row.session_sex,
        age=row.session_age,
        finished_at=row.session_finished_at,
        scores=None if row.session_scores is None else tuple(row.session_scores),
        reminded=row.session_reminded,
    )


def _session_values(each: Session) -> dict[str, Any]:
    return {
        "person": each.person,
        "is_finished": each.is_finished,
        "form": each.form,
        "version": each.version,
        "round": each.round,
        "position": each.position,
        "answers": dict(each.answers),
        "sex": each.sex,
        "age": each.age,
        "scores": None if each.scores is None else list(each.scores),
        "started_at": each.started_at,
        "finished_at": each.finished_at,
        "reminded": each.reminded,
    }


def has_accounts(transaction: Transaction) -> bool:
    """Whether anybody is known at all."""
    return transaction.connection.execute(select(account.c.id).limit(1)).first() is not None
