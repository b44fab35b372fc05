"""How staff come into the console: a code that works once, a session of eight hours, no password."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.conversation.turn import INVITATION
from engine.errors import NotFound
from engine.state import Staff
from handlers.staff import find_member, hash_of
from storage.console_sessions import (
    ConsoleSession,
    add_session,
    end_session,
    end_sessions,
    keep_code,
    load_session,
    load_sessions,
    note_seen,
    take_code,
)
from storage.database import Transaction
from storage.staff import accept_invitation, load_invitation, write_audit

CODE_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=8)
NOTED_EVERY = timedelta(minutes=1)
"""When a session was last used is kept to the minute."""

CODE_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: people read codes to each other."""
CODE_LENGTH = 12
"""31^12 codes: at the rate at which one may try, ten minutes are far too short to guess."""
_CODE_GROUP = 4


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member of staff in the console, and the session that lets them in."""

    member: Staff
    session: ConsoleSession


def draw_code(choose: Callable[[str], str]) -> str:
    """A new code. `choose` picks one of some signs so that nobody can foresee it."""
    return "".join(choose(CODE_SIGNS) for _ in range(CODE_LENGTH))


def spell(code: str) -> str:
    """A code as people read it: "km7d-2qxp-93fa"."""
    return "-".join(code[place : place + _CODE_GROUP] for place in range(0, len(code), _CODE_GROUP))


def make_code(transaction: Transaction, member: int, code: str, now: datetime, who: str) -> None:
    """Keeps a code with which a member may sign in once. NotFound if there is no such member."""
    if find_member(transaction, member) is None:
        raise NotFound(f"there is no member of staff {member}: hoctap staff list")
    keep_code(transaction, hash_of(code), member, now + CODE_LASTS)
    write_audit(transaction, now, who, "sign_in_link_made", f"staff {member}")


def sign_in(transaction: Transaction, typed: str, token: str, browser: str, now: datetime) -> Staff | None:
    """Uses up a code or an invitation; the browser with the new cookie `token` is signed in. None: no good."""
    word = "".join(sign for sign in typed.lower() if sign.isalnum() or sign == "_")
    number = (
        _come(transaction, word, now) if word.startswith(INVITATION) else take_code(transaction, hash_of(word), now)
    )
    member = None if number is None else find_member(transaction, number)
    if member is None:
        return None
    add_session(transaction, hash_of(token), member.id, browser, now, now + SESSION_LASTS)
    write_audit(transaction, now, f"staff {member.id}", "signed_in", browser)
    return member


def _come(transaction: Transaction, word: str, now: datetime) -> int | None:
    """Who was invited comes without a chat: their number."""
    invitation = load_invitation(transaction, hash_of(word.removeprefix(INVITATION)))
    if invitation is None or invitation.ends_at < now:
        return None
    accept_invitation(transaction, invitation, account_id=None)
    about = f"{invitation.role} of {invitation.unit}, in a browser"
    write_audit(transaction, now, f"staff {invitation.id}", "staff_came", about)
    return invitation.id


def who_is_in(transaction: Transaction, token: str, now: datetime) -> SignedIn | None:
    """Whose cookie it is. None if the session has ended, was revoked, or its member is staff no more."""
    session = load_session(transaction, hash_of(token), now)
    member = None if session is None else find_member(transaction, session.member)
    return SignedIn(member, session) if session and member else None


def note_use(transaction: Transaction, signed_in: SignedIn, now: datetime) -> None:
    """The session was used just now."""
    note_seen(transaction, signed_in.session.id, now)


def is_use_to_note(signed_in: SignedIn, now: datetime) -> bool:
    """Whether it is worth a write."""
    return now - signed_in.session.seen_at >= NOTED_EVERY


def sessions_of(transaction: Transaction, member: int, now: datetime) -> list[ConsoleSession]:
    """Where a member is signed in."""
    return load_sessions(transaction, member, now)


def sign_out(transaction: Transaction, member: int, session: int, now: datetime, who: str) -> None:
    """Ends one session of a member. NotFound if they have none of this number."""
    if not end_session(transaction, session, member):
        raise NotFound
    write_audit(transaction, now, who, "signed_out", f"staff {member}")


def sign_out_elsewhere(transaction: Transaction, signed_in: SignedIn, now: datetime) -> int:
    """Ends all other sessions of a member; returns how many."""
    count = end_sessions(transaction, signed_in.member.id, but=signed_in.session.id)
    write_audit(transaction, now, f"staff {signed_in.member.id}", "signed_out", f"{count} other browsers")
    return count
