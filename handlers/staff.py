"""Invites staff, lets them in, and decides what of the figures somebody may have: all access goes through here."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.conversation.turn import INVITATION
from engine.disclosure.released import PROVINCE
from engine.errors import NotFound, SettingsProblem
from engine.handbook import Handbook
from engine.messages import Incoming
from engine.state import ROLES, Role, Staff, State
from storage.database import Transaction
from storage.staff import accept_invitation, add_invitation, load_invitation, load_staff, remove_staff, write_audit

COMMAND_LINE = "command line"
"""Who did it, in the audit, where somebody typed a command on the machine itself."""
INVITATION_LASTS = timedelta(hours=24)
MAY_SEE_STATISTICS: frozenset[Role] = frozenset({"statistics", "campaigns"})
MAY_CAMPAIGN: frozenset[Role] = frozenset({"campaigns"})
_FIRST_COMMAND: dict[Role, str] = {"statistics": "/statistics", "campaigns": "/campaign"}
"""What somebody sees who has just come."""


def invite(transaction: Transaction, handbook: Handbook, role: str, unit: str, token: str, now: datetime) -> None:
    """Keeps an invitation whose link carries `token`. SettingsProblem if there is no such role or unit."""
    known = next((each for each in ROLES if each == role), None)
    if known is None:
        raise SettingsProblem(f"there is no role {role}; there are: {', '.join(ROLES)}")
    if unit != PROVINCE and unit not in handbook.province.by_code:
        raise SettingsProblem(f"there is no unit {unit}: `{PROVINCE}` or the code of a commune")
    add_invitation(transaction, Staff(known, unit), _hash(token), now + INVITATION_LASTS)
    write_audit(transaction, now, COMMAND_LINE, "staff_invited", f"{role} of {unit}")


def link_payload(token: str) -> str:
    """What a link carries behind /start."""
    return INVITATION + token


def take_invitation(
    transaction: Transaction, state: State, incoming: Incoming, now: datetime
) -> tuple[State, Incoming]:
    """If this is the link of a good invitation: the account is staff now, and sees the figures of its unit."""
    payload = (incoming.text or "").strip().removeprefix("/start ")
    if not payload.startswith(INVITATION) or state.account.id is None:
        return state, incoming
    invitation = load_invitation(transaction, _hash(payload.removeprefix(INVITATION)))
    if invitation is None or invitation.ends_at < now:
        return state, incoming
    accept_invitation(transaction, invitation, state.account.id)
    write_audit(transaction, now, f"staff {invitation.id}", "staff_came", f"{invitation.role} of {invitation.unit}")
    role = next(each for each in ROLES if each == invitation.role)
    come = Staff(role, invitation.unit, invitation.id)
    return replace(state, staff=come), replace(incoming, text=_FIRST_COMMAND[role])


def dismiss(transaction: Transaction, member: int, now: datetime) -> None:
    """Takes a member's role away, at once. NotFound if there is no such member."""
    if not remove_staff(transaction, member):
        raise NotFound(f"there is no member of staff {member}: hoctap staff list")
    write_audit(transaction, now, COMMAND_LINE, "staff_dismissed", f"staff {member}")


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who may see the figures of a unit."""

    who: str
    unit: str


def access_statistics(staff: Staff | None) -> Access:
    """The figures that a member of staff may have: those of their own unit. NotFound for everybody else."""
    if staff is None or staff.role not in MAY_SEE_STATISTICS:
        raise NotFound
    return Access(f"staff {staff.id}", staff.unit)


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may write campaigns to the citizens of a unit. `who` is how the audit calls them."""

    id: int
    unit: str
    who: str


def access_campaigns(staff: Staff | None, by: str = "") -> Officer:
    """The officer that a member of staff is; `by` names where they acted. NotFound for everybody else."""
    if staff is None or staff.role not in MAY_CAMPAIGN:
        raise NotFound
    return Officer(staff.id, staff.unit, f"staff {staff.id}" + (f" by {by}" if by else ""))


def find_officer(transaction: Transaction, member: int) -> Officer:
    """The officer in whose name somebody acts on the command line. NotFound if there is none of this number."""
    found = next((each for each in load_staff(transaction) if each.id == member), None)
    role = None if found is None else next((role for role in MAY_CAMPAIGN if role == found.role), None)
    if found is None or role is None:
        raise NotFound(f"staff {member} is no officer of campaigns: hoctap staff list")
    return access_campaigns(Staff(role, found.unit, found.id), COMMAND_LINE)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
