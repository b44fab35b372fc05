"""Processes share what a bot may send."""

from datetime import timedelta

from engine.pacing import Share
from handlers.share_budget import LEASE_SECONDS, leave_budget, share_budget
from storage.database import Database
from tests.chats import Clock


def share(database: Database, process: str, clock: Clock, told_for: float = 0.0) -> Share:
    with database.transaction() as transaction:
        return share_budget(transaction, "bot", process, told_for, clock.now)


def test_a_killed_process_counts_until_its_lease_ends(database: Database) -> None:
    clock = Clock()
    share(database, "a", clock)
    assert share(database, "b", clock).processes == 2
    clock.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert share(database, "b", clock).processes == 1


def test_a_process_that_stops_gives_its_part_back(database: Database) -> None:
    clock = Clock()
    share(database, "a", clock)
    with database.transaction() as transaction:
        leave_budget(transaction, "bot", "a")
    assert share(database, "b", clock).processes == 1


def test_what_one_was_told_all_heed_at_least_as_long(database: Database) -> None:
    clock = Clock()
    share(database, "a", clock, told_for=6.2)
    assert 6.2 <= share(database, "b", clock).closed_for_seconds <= 8.2


def test_two_processes_do_not_keep_each_other_silent_for_ever(database: Database) -> None:
    """Each says only what it was told itself."""
    clock = Clock()
    share(database, "a", clock, told_for=3)
    for _ in range(10):
        clock.now += timedelta(seconds=2)
        share(database, "a", clock)
        share(database, "b", clock)
    assert share(database, "a", clock).closed_for_seconds == 0
