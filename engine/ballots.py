"""A finished assessment as a ballot: what it says, and the tag by which its person can replace or remove it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.scoring import Scores
from engine.state import Account, AgeBand, Session, Sex

KEY_BYTES = 32

FLUSH_FROM = 10
"""Finished sessions that must wait before they are written together, so that none can be told by its moment."""

FLUSH_AT_LATEST = timedelta(days=1)
"""After so long they are written, however few."""

RESULT_STAYS = timedelta(hours=1)
"""Nothing is written earlier after the finish: with the ballot the session goes, and with it the result."""


def is_flush_due(waiting: int, flushed_at: datetime | None, now: datetime) -> bool:
    """Whether so many waiting sessions are to be written now."""
    is_late = flushed_at is None or now - flushed_at >= FLUSH_AT_LATEST
    return waiting >= FLUSH_FROM or (waiting > 0 and is_late)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One counted assessment. No account, no time: only the tag, which nobody can make without the round's key."""

    tag: bytes
    round: int
    commune: str
    form: str
    sex: Sex
    age: AgeBand
    scores: Scores


def tag_of(key: bytes, round_: int, account: Account, person: int) -> bytes:
    """HMAC-SHA256 of the address and the person under the round's key, 32 bytes.

    A plain hash would be no good: addresses can be guessed one after the other.
    """
    identity = f"v1|{round_}|{account.channel}|{account.address}|{person}"
    return hmac.digest(key, identity.encode(), "sha256")


def hash_of_key(key: bytes) -> str:
    """What is published of a round's key when it is made: 64 hexadecimal digits."""
    return hashlib.sha256(key).hexdigest()


def make_ballot(key: bytes, account: Account, session: Session) -> Ballot:
    """The ballot of a finished session, under its account's commune. LookupError if something is missing in it."""
    if account.commune is None or session.scores is None:
        raise LookupError("only a finished assessment in a commune is counted")
    return Ballot(
        tag=tag_of(key, session.round, account, session.person),
        round=session.round,
        commune=account.commune,
        form=session.form,
        sex=session.sex or "undisclosed",
        age=session.age or "undisclosed",
        scores=session.scores,
    )
