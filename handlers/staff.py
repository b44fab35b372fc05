"""Invites staff, lets them in, and decides who may do what: all access goes through here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from engine.conversation.turn import INVITATION
from engine.disclosure.released import PROVINCE
from engine.errors import NotFound, SettingsProblem
from engine.handbook import Handbook
from engine.messages import Incoming
from engine.state import ROLES, Role, Staff, State
from storage.database import Transaction
from storage.staff import accept_invitation, add_invitation, load_invitation, load_member, remove_staff, write_audit

COMMAND_LINE = "command line"
"""Who did it, in the audit, where somebody typed a command on the machine itself."""
INVITATION_LASTS = timedelta(hours=24)

Duty = Literal[
    "signed_in", "statistics", "campaigns", "calendar", "theme", "questionnaires", "publish", "voice", "settings"
]
"""What there is to do: statistics, campaigns, the calendar; `theme` sets the Week's; `publish` changes forms;
`settings` are pass marks, adults, limits, staff, the audit. `signed_in` is about oneself."""
DUTIES: tuple[Duty, ...] = get_args(Duty)
MAY: Mapping[Duty, frozenset[Role]] = {
    "signed_in": frozenset(ROLES),
    "statistics": frozenset(ROLES),
    "campaigns": frozenset({"campaigns"}),
    "calendar": frozenset({"campaigns", "administrator"}),
    "theme": frozenset({"campaigns"}),
    "questionnaires": frozenset(ROLES),
    "publish": frozenset({"administrator"}),
    "voice": frozenset({"campaigns", "administrator"}),
    "settings": frozenset({"administrator"}),
}
OF_THE_PROVINCE: frozenset[Duty] = frozenset({"theme", "publish", "voice", "settings"})
"""Duties about what every commune shares."""
_FIRST_COMMAND: dict[Role, str] = {
    "statistics": "/statistics",
    "campaigns": "/campaign",
    "administrator": "/console",
}
"""What somebody sees who has just come."""


def invite(
    transaction: Transaction,
    handbook: Handbook,
    role: str,
    unit: str,
    token: str,
    now: datetime,
    who: str = COMMAND_LINE,
) -> None:
    """Keeps an invitation whose link carries `token`. SettingsProblem if there is no such role or unit."""
    known = next((each for each in ROLES if each == role), None)
    if known is None:
        raise SettingsProblem(f"there is no role {role}; there are: {', '.join(ROLES)}")
    if unit != PROVINCE and unit not in handbook.province.by_code:
        raise SettingsProblem(f"there is no unit {unit}: `{PROVINCE}` or the code of a commune")
    if known == "administrator" and unit != PROVINCE:
        raise SettingsProblem(f"an administrator is of the whole {PROVINCE}")
    add_invitation(transaction, Staff(known, unit), hash_of(token), now + INVITATION_LASTS)
    write_audit(transaction, now, who, "staff_invited", f"{role} of {unit}")


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
    invitation = load_invitation(transaction, hash_of(payload.removeprefix(INVITATION)))
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
    """Somebody who may do something in a unit. `id` is their number; `who` is how the audit calls them."""

    id: int
    unit: str
    who: str


def access(member: Staff | None, duty: Duty, unit: str = "", by: str = "") -> Access:
    """What a member of staff may do, all of it decided here. NotFound for everybody else, and for other units.

    `unit` is whose things they ask for, where the request names one; `by` names where they acted.
    """
    if member is None or member.role not in MAY[duty]:
        raise NotFound
    if duty in OF_THE_PROVINCE and member.unit != PROVINCE:
        raise NotFound
    if unit and member.unit not in (PROVINCE, unit):
        raise NotFound
    return Access(member.id, member.unit, f"staff {member.id}" + (f" by {by}" if by else ""))


def may(member: Staff | None, duty: Duty) -> bool:
    """Whether `access` lets them: for menus, which show nothing that answers 404."""
    try:
        access(member, duty)
    except NotFound:
        return False
    return True


def find_officer(transaction: Transaction, number: int) -> Access:
    """The officer in whose name somebody acts on the command line. NotFound if there is none of this number."""
    found = find_member(transaction, number)
    if found is None or not may(found, "campaigns"):
        raise NotFound(f"staff {number} is no officer of campaigns: hoctap staff list")
    return access(found, "campaigns", by=COMMAND_LINE)


def find_member(transaction: Transaction, number: int) -> Staff | None:
    """The member of staff of this number, if they have come."""
    found = load_member(transaction, number)
    role = next((role for role in ROLES if found and role == found.role), None)
    return Staff(role, found.unit, found.id) if found and found.has_come and role else None


def hash_of(token: str) -> str:
    """What is kept of a link, a code or a cookie: whoever steals the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
