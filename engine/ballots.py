"""A finished assessment as a ballot: what it says, and the tag by which its person can replace or remove it."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.scoring import Scores
from engine.state import Account, AgeBand, Session, Sex

KEY_BYTES = 32

FLUSH_FROM = 10
"""Finished sessions that must wait before they are written together, so that none can be told by its moment."""

FLUSH_AT_LATEST = timedelta(days=1)
"""When one of them has waited for so long they are written, however few."""

FLUSH_APART = timedelta(minutes=10)
"""Two are at least so far apart. On a busy day more people are written together then, and on PostgreSQL the whole
table is put in order each time: a second, with a million ballots."""

RESULT_STAYS = timedelta(hours=1)
"""Nothing is written earlier after the finish: with the ballot the session goes, and with it the result."""


def is_flush_due(finished_at: Sequence[datetime], flushed_at: datetime | None, now: datetime) -> bool:
    """Whether the sessions that wait, finished at these times, are to be written now."""
    if not finished_at or (flushed_at is not None and now - flushed_at < FLUSH_APART):
        return False
    return len(finished_at) >= FLUSH_FROM or now - min(finished_at) >= FLUSH_AT_LATEST


RUSH_FROM = 9
"""Finished assessments of one commune at once that are looked at: one less than make a count."""

RUSHED_SECONDS = 60
"""Nobody reads 20 questions in less."""


def find_rushes(finished: Iterable[tuple[Account, Session]]) -> dict[str, int]:
    """Communes in which, of what is counted together, suspiciously many were answered without reading.

    Somebody may be making up people around one real person, to see that person's answers in the count. No threshold
    stops that; somebody must look before the final release.
    """
    rushed = Counter(
        account.commune
        for account, session in finished
        if account.commune is not None
        and session.finished_at is not None
        and (session.finished_at - session.started_at).total_seconds() < RUSHED_SECONDS
    )
    return {commune: number for commune, number in rushed.items() if number >= RUSH_FROM}


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
