"""Marks of what was erased, so that a backup brings none of it back. A mark names no one.

The mark of an account is a hash of 16 random bytes that lie beside it, the mark of a ballot a hash of its tag: only
where the account or the ballot still lies, in a backup, does a mark say anything, and then only which one must go.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MARK_BYTES = 32
BACKUPS_LAST = timedelta(days=395)
"""Nobody restores a backup that is older: what was erased since then may be forgotten."""
TOMBSTONES_LAST = BACKUPS_LAST + timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`times`: how often it was erased, for it may have come again. `until`: the last day it is kept."""

    times: int
    until: date


Tombstones = Mapping[bytes, Tombstone]
"""By their marks."""


def mark_of_account(secret: bytes) -> bytes:
    """The mark of an account with this secret: 32 bytes."""
    return hashlib.sha256(b"account|" + secret).digest()


def mark_of_person(secret: bytes, person: int) -> bytes:
    """The mark of what was open or finished of one person of an account: 32 bytes."""
    return hashlib.sha256(b"person|%d|" % person + secret).digest()


def mark_of_ballot(tag: bytes) -> bytes:
    """The mark of a ballot with this tag: 32 bytes."""
    return hashlib.sha256(b"ballot|" + tag).digest()


def last_day_of_account(today: date) -> date:
    """How long the mark of an account is kept that is erased today."""
    return today + TOMBSTONES_LAST


def last_day_of_ballot(round_: int) -> date:
    """How long the mark of a ballot of a round is kept: no day that says when it was erased, nor with whom."""
    return date(round_ + 3, 1, 1)


def erased_since(backup: Tombstones, known: Tombstones) -> set[bytes]:
    """The marks of what was erased after a backup. `backup` are the tombstones in it, `known` those of later."""
    return {
        mark for mark, tombstone in known.items() if tombstone.times > (backup[mark].times if mark in backup else 0)
    }
