"""Staff, their invitations, and what staff did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.state import Staff
from storage.database import Transaction
from storage.tables import audit, staff


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was invited and has not come yet."""

    id: int
    role: str
    unit: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One line of the list of staff. `has_come`: the invitation was used; `has_chat`: and their chat is there.

    `invitation_ends_at` is None once they have come.
    """

    id: int
    role: str
    unit: str
    has_come: bool
    has_chat: bool
    invitation_ends_at: datetime | None = None


def add_invitation(transaction: Transaction, invited: Staff, token_hash: str, ends_at: datetime) -> None:
    """Keeps an invitation; of the link itself only the hash."""
    values = {"role": invited.role, "unit": invited.unit, "invitation": token_hash, "invitation_ends_at": ends_at}
    transaction.connection.execute(insert(staff).values(values))


def load_invitation(transaction: Transaction, token_hash: str) -> Invitation | None:
    """The invitation of a link, used up or not found: None."""
    query = select(staff).where(staff.c.invitation == token_hash).with_for_update()
    row = transaction.connection.execute(query).first()
    return None if row is None else Invitation(row.id, row.role, row.unit, row.invitation_ends_at)


def accept_invitation(transaction: Transaction, invitation: Invitation, account_id: int | None) -> None:
    """The account is this member of staff from now on, and no other; the link is used up. None: a browser's."""
    connection = transaction.connection
    if account_id is not None:
        connection.execute(delete(staff).where(staff.c.account_id == account_id))
    values = {"account_id": account_id, "invitation": None, "invitation_ends_at": None}
    connection.execute(update(staff).where(staff.c.id == invitation.id).values(values))


def load_staff(transaction: Transaction) -> list[StaffMember]:
    """Everyone, invited or come."""
    rows = transaction.connection.execute(select(staff).order_by(staff.c.id))
    return [_member(row) for row in rows]


def load_member(transaction: Transaction, number: int, *, for_change: bool = False) -> StaffMember | None:
    """One member of staff; with `for_change` nobody else changes them meanwhile."""
    query = select(staff).where(staff.c.id == number)
    row = transaction.connection.execute(query.with_for_update() if for_change else query).first()
    return None if row is None else _member(row)


def lock_administrators(transaction: Transaction) -> set[int]:
    """The numbers of all administrators who have come. Nobody else changes any of them meanwhile.

    Always in the same order: two that wait for each other would be a deadlock.
    """
    have_come = (staff.c.role == "administrator", staff.c.invitation.is_(None))
    query = select(staff.c.id).where(*have_come).order_by(staff.c.id).with_for_update()
    return set(transaction.connection.execute(query).scalars())


def save_member(transaction: Transaction, number: int, role: str, unit: str) -> None:
    """Gives a member another role or unit."""
    transaction.connection.execute(update(staff).where(staff.c.id == number).values(role=role, unit=unit))


def _member(row: Any) -> StaffMember:
    return StaffMember(
        id=row.id,
        role=row.role,
        unit=row.unit,
        has_come=row.invitation is None,
        has_chat=row.account_id is not None,
        invitation_ends_at=row.invitation_ends_at,
    )


def remove_staff(transaction: Transaction, member: int) -> bool:
    """Takes the role away; whether there was such a member."""
    return bool(transaction.connection.execute(delete(staff).where(staff.c.id == member)).rowcount)


def write_audit(transaction: Transaction, at: datetime, who: str, action: str, about: str) -> None:
    """Who did what. `who` is a member's number or a command line, never a name or an address."""
    transaction.connection.execute(insert(audit).values(at=at, who=who, action=action, about=about))


@dataclass(frozen=True, slots=True)
class Audited:
    """One line of the audit. Later lines have greater numbers."""

    id: int
    at: datetime
    who: str
    action: str
    about: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines of the audit are wanted; what is empty does not matter.

    `who` acted, in a browser or on the command line; `text` is part of what it was about; from `since` (included)
    until `until` (not included).
    """

    who: str = ""
    action: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


ALL = AuditFilter()


def load_audit(
    transaction: Transaction, most: int, wanted: AuditFilter = ALL, before: int | None = None
) -> list[Audited]:
    """The newest lines, the newest first; only those with numbers below `before`, if it is given."""
    query = select(audit).where(*_conditions(wanted)).order_by(audit.c.id.desc()).limit(most)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = transaction.connection.execute(query)
    return [Audited(row.id, row.at, row.who, row.action, row.about) for row in rows]


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.who:
        yield (audit.c.who == wanted.who) | audit.c.who.startswith(f"{wanted.who} by ", autoescape=True)
    if wanted.action:
        yield audit.c.action == wanted.action
    if wanted.text:
        yield audit.c.about.icontains(wanted.text, autoescape=True)
    if wanted.since is not None:
        yield audit.c.at >= wanted.since
    if wanted.until is not None:
        yield audit.c.at < wanted.until
