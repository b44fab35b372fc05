"""Staff as administrators look after them: who there is, who may do what from now on, who is let in."""

from dataclasses import dataclass
from datetime import datetime

from engine.disclosure.released import PROVINCE
from engine.errors import NotFound, SettingRefused
from engine.handbook import Handbook
from engine.state import ROLES
from handlers.sign_in import make_code
from handlers.staff import Access, invite
from storage.console_sessions import count_sessions, end_sessions
from storage.database import Transaction
from storage.staff import (
    StaffMember,
    load_member,
    load_staff,
    lock_administrators,
    remove_staff,
    save_member,
    write_audit,
)

TOKEN_BYTES = 16
"""Of an invitation: nobody guesses that. Written in hexadecimal: messengers cut a link where it ends in a dash."""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody of the staff, and in how many browsers they are signed in."""

    member: StaffMember
    browsers: int


def list_staff(transaction: Transaction, now: datetime) -> list[StaffLine]:
    """Everyone, invited or come, in the order of their numbers."""
    browsers = count_sessions(transaction, now)
    return [StaffLine(each, browsers.get(each.id, 0)) for each in load_staff(transaction)]


def find_line(transaction: Transaction, member: int, now: datetime) -> StaffLine:
    """One of them. NotFound if there is none of this number."""
    found = _find(transaction, member)
    return StaffLine(found, count_sessions(transaction, now).get(member, 0))


def invite_member(
    transaction: Transaction, handbook: Handbook, by: Access, role: str, unit: str, token: str, now: datetime
) -> None:
    """Keeps an invitation whose link carries `token`. SettingRefused if nobody can have this role there."""
    _check_post(handbook, role, unit)
    invite(transaction, handbook, role, unit, token, now, who=by.who)


def change_member(
    transaction: Transaction, handbook: Handbook, by: Access, member: int, role: str, unit: str, now: datetime
) -> None:
    """Gives a member another role or unit, at once; they stay signed in.

    NotFound if there is no such member, SettingRefused if nobody can have this role there, or no administrator
    would be left.
    """
    _check_post(handbook, role, unit)
    if role != "administrator":
        _check_somebody_is_left(transaction, member)
    before = _find(transaction, member, for_change=True)
    save_member(transaction, member, role, unit)
    about = f"staff {member}: {before.role} of {before.unit}, now {role} of {unit}"
    write_audit(transaction, now, by.who, "staff_changed", about)


def remove_member(transaction: Transaction, by: Access, member: int, now: datetime) -> None:
    """Takes a member's role away, or an invitation back, at once: they are signed out everywhere.

    NotFound if there is no such member, SettingRefused if no administrator would be left.
    """
    _check_somebody_is_left(transaction, member)
    if not remove_staff(transaction, member):
        raise NotFound
    write_audit(transaction, now, by.who, "staff_dismissed", f"staff {member}")


def make_link(transaction: Transaction, by: Access, member: int, code: str, now: datetime) -> None:
    """Keeps a code with which a member who has no chat may sign in once.

    NotFound if there is no such member. SettingRefused for somebody who has a chat: there they get one themselves,
    and nobody else sees it.
    """
    if _find(transaction, member).has_chat:
        raise SettingRefused("console.staff.has_chat")
    make_code(transaction, member, code, now, who=by.who)


def sign_out_member(transaction: Transaction, by: Access, member: int, now: datetime) -> int:
    """Signs a member out in every browser; returns in how many. NotFound if there is no such member."""
    _find(transaction, member)
    count = end_sessions(transaction, member)
    write_audit(transaction, now, by.who, "signed_out", f"staff {member}, {count} browsers")
    return count


def _find(transaction: Transaction, member: int, *, for_change: bool = False) -> StaffMember:
    found = load_member(transaction, member, for_change=for_change)
    if found is None:
        raise NotFound
    return found


def _check_post(handbook: Handbook, role: str, unit: str) -> None:
    if role not in ROLES:
        raise SettingRefused("console.staff.role_unknown")
    if unit != PROVINCE and unit not in handbook.province.by_code:
        raise SettingRefused("console.staff.unit_unknown")
    if role == "administrator" and unit != PROVINCE:
        raise SettingRefused("console.staff.of_the_province")


def _check_somebody_is_left(transaction: Transaction, member: int) -> None:
    """Somebody must be there who can invite others. Two who remove each other at once wait here for each other."""
    administrators = lock_administrators(transaction)
    if administrators == {member}:
        raise SettingRefused("console.staff.last_administrator")
