"""Who is signed in to the console, from which browser; and the codes with which somebody may sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from storage.database import Transaction
from storage.tables import console_session, sign_in_code


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """A browser in which a member of staff is signed in. `browser` is what it says of itself, shortened."""

    id: int
    member: int
    browser: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


def forget_ended(transaction: Transaction, now: datetime) -> int:
    """Forgets codes and sessions that have ended; returns how many."""
    tables = (sign_in_code, console_session)
    return sum(
        transaction.connection.execute(delete(table).where(table.c.ends_at < now)).rowcount for table in tables
    )


def keep_code(transaction: Transaction, code_hash: str, member: int, ends_at: datetime) -> None:
    """Keeps a member's code, in place of the one before."""
    transaction.connection.execute(delete(sign_in_code).where(sign_in_code.c.staff_id == member))
    transaction.connection.execute(insert(sign_in_code).values(code=code_hash, staff_id=member, ends_at=ends_at))


def take_code(transaction: Transaction, code_hash: str, now: datetime) -> int | None:
    """Whose code it is; it is used up. None if there is none, or it has ended."""
    taken = delete(sign_in_code).where(sign_in_code.c.code == code_hash, sign_in_code.c.ends_at >= now)
    return transaction.connection.execute(taken.returning(sign_in_code.c.staff_id)).scalar()


def add_session(
    transaction: Transaction, token_hash: str, member: int, browser: str, now: datetime, ends_at: datetime
) -> int:
    """A member has signed in; returns the session's number."""
    values = {"staff_id": member, "browser": browser, "began_at": now, "seen_at": now, "ends_at": ends_at}
    added = insert(console_session).values(token=token_hash, **values).returning(console_session.c.id)
    return int(transaction.connection.execute(added).scalar_one())


def load_session(transaction: Transaction, token_hash: str, now: datetime) -> ConsoleSession | None:
    """The session of a browser's cookie, if it has not ended."""
    query = select(console_session).where(console_session.c.token == token_hash, console_session.c.ends_at >= now)
    row = transaction.connection.execute(query).first()
    return None if row is None else _session(row)


def load_sessions(transaction: Transaction, member: int, now: datetime) -> list[ConsoleSession]:
    """Where a member is signed in, the newest first."""
    of_member = (console_session.c.staff_id == member, console_session.c.ends_at >= now)
    query = select(console_session).where(*of_member).order_by(console_session.c.id.desc())
    return [_session(row) for row in transaction.connection.execute(query)]


def count_sessions(transaction: Transaction, now: datetime) -> dict[int, int]:
    """Member → in how many browsers they are signed in."""
    query = (
        select(console_session.c.staff_id, func.count())
        .where(console_session.c.ends_at >= now)
        .group_by(console_session.c.staff_id)
    )
    return {row[0]: row[1] for row in transaction.connection.execute(query)}


def note_seen(transaction: Transaction, number: int, now: datetime) -> None:
    """The session was used."""
    changed = update(console_session).where(console_session.c.id == number).values(seen_at=now)
    transaction.connection.execute(changed)


def end_session(transaction: Transaction, number: int, member: int) -> bool:
    """Signs a member's browser out; whether there was such a session."""
    ended = delete(console_session).where(console_session.c.id == number, console_session.c.staff_id == member)
    return bool(transaction.connection.execute(ended).rowcount)


def end_sessions(transaction: Transaction, member: int, but: int = 0) -> int:
    """Signs a member out everywhere, `but` in one session; returns of how many browsers."""
    ended = delete(console_session).where(console_session.c.staff_id == member, console_session.c.id != but)
    return int(transaction.connection.execute(ended).rowcount)


def _session(row: Any) -> ConsoleSession:
    return ConsoleSession(row.id, row.staff_id, row.browser, row.began_at, row.seen_at, row.ends_at)
