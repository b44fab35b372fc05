"""Finished sessions become ballots; and ballots go when their people want it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.ballots import RESULT_STAYS, Ballot, find_rushes, is_flush_due, make_ballot, tag_of
from engine.state import Account
from engine.tombstones import last_day_of_ballot, mark_of_ballot
from storage.ballots import (
    count_ballots,
    count_waiting,
    forget_order,
    load_waiting,
    remove_ballots,
    remove_waiting,
    write_ballots,
)
from storage.database import Transaction
from storage.round_keys import RoundKeys
from storage.rounds import change_round, load_rounds, lock_round
from storage.staff import write_audit
from storage.tombstones import bury

CLOSING_STEPS = (
    "final_release",
    "destroy_key",
    "erase_ballots",
    "rewrite_files",
    "destroy_backup_key",
    "record",
)
"""How a round is closed; a round that is closing knows its next step."""

_STEPS_WITH_KEY = CLOSING_STEPS[:2]
"""While one of these comes next the round's key may still be there."""

Shuffle = Callable[[list[Ballot]], None]
"""Puts ballots in an order that nobody can foresee."""


def flush_ballots(transaction: Transaction, keys: RoundKeys, now: datetime, shuffle: Shuffle) -> int:
    """Writes what waits in open rounds, where it is due; how many ballots were written."""
    return sum(
        write_waiting(transaction, keys, each.year, now, shuffle)
        for each in load_rounds(transaction)
        if each.state == "open"
    )


def write_waiting(
    transaction: Transaction,
    keys: RoundKeys,
    year: int,
    now: datetime,
    shuffle: Shuffle,
    *,
    is_due: bool = False,
    stays: timedelta = RESULT_STAYS,
) -> int:
    """Writes the ballots of a round's finished sessions and removes the sessions, all in this transaction.

    `is_due`: however few they are. `stays`: how long after its finish a session is left alone.
    """
    this = lock_round(transaction, year)
    if this is None:
        return 0
    waiting = load_waiting(transaction, year, now - stays)
    finished_at = [each.session.finished_at for each in waiting if each.session.finished_at is not None]
    if not waiting or not (is_due or is_flush_due(finished_at, this.flushed_at, now)):
        return 0
    key = keys.of(year, this.key_hash)
    for commune, number in find_rushes(waiting).items():
        write_audit(transaction, now, "counting", "rush_noticed", f"round {year}, commune {commune}: {number}")
    ballots = [make_ballot(key, each.account, each.session) for each in waiting]
    shuffle(ballots)
    write_ballots(transaction, ballots)
    remove_waiting(transaction, waiting)
    forget_order(transaction)
    change_round(transaction, year, flushed_at=now)
    return len(ballots)


def withdraw_ballots(transaction: Transaction, keys: RoundKeys, account: Account, people: Iterable[int]) -> None:
    """Removes the ballots of people of an account from all rounds that still have keys, and their tags with them.

    Of a round whose key is destroyed nobody can say any more which ballot is whose. SettingsProblem if a key
    should be there and is not.
    """
    for each in load_rounds(transaction):
        if each.state == "open" or each.step in _STEPS_WITH_KEY:
            key = keys.of(each.year, each.key_hash)
            tags = [tag_of(key, each.year, account, person) for person in people]
            removed = remove_ballots(transaction, tags)
            bury(transaction, map(mark_of_ballot, removed), last_day_of_ballot(each.year))


@dataclass(frozen=True, slots=True)
class InHand:
    """What a round holds that is not published yet: numbers for whoever runs it."""

    sessions: int
    ballots: int


def ballots_waiting(transaction: Transaction, year: int) -> InHand:
    """Finished sessions that are not counted yet, and ballots, of a round."""
    return InHand(count_waiting(transaction, year), count_ballots(transaction, year))
