"""Leases, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.leases import Sharing, end_lease, renew_lease

NOW = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
TEN_SECONDS = timedelta(seconds=10)


def renew(database: Database, holder: str, now: datetime, closed_until: datetime | None = None) -> Sharing:
    with database.transaction() as transaction:
        return renew_lease(transaction, "bot", holder, now, now + TEN_SECONDS, closed_until)


def test_each_holder_counts_once_however_often_it_renews(database: Database) -> None:
    assert renew(database, "a", NOW) == Sharing(1, None)
    assert renew(database, "a", NOW) == Sharing(1, None)
    assert renew(database, "b", NOW) == Sharing(2, None)


def test_who_does_not_renew_is_forgotten(database: Database) -> None:
    renew(database, "a", NOW)
    assert renew(database, "b", NOW + timedelta(seconds=9)).holders == 2
    assert renew(database, "b", NOW + timedelta(seconds=11)).holders == 1


def test_who_says_so_is_forgotten_at_once(database: Database) -> None:
    renew(database, "a", NOW)
    renew(database, "b", NOW)
    with database.transaction() as transaction:
        end_lease(transaction, "bot", "a")
    assert renew(database, "b", NOW).holders == 1


def test_the_latest_moment_that_one_was_told_is_heard_by_all(database: Database) -> None:
    soon, later = NOW + timedelta(seconds=3), NOW + timedelta(seconds=7)
    renew(database, "a", NOW, closed_until=later)
    assert renew(database, "b", NOW, closed_until=soon).closed_until == later
    assert renew(database, "a", NOW).closed_until == soon


def test_other_names_are_not_counted(database: Database) -> None:
    with database.transaction() as transaction:
        renew_lease(transaction, "another bot", "a", NOW, NOW + TEN_SECONDS, None)
    assert renew(database, "b", NOW).holders == 1


def test_many_at_once_are_all_counted(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: renew(database, f"process {number % 8}", NOW), range(40)))
    assert renew(database, "process 0", NOW).holders == 8
