"""The runners: what was answered is kept, one that fails harms no other, on both databases."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.runner import GroupCommitRunner, PoolRunner, Runner, make_runner
from engine.messages import Incoming
from handlers.converse import Reply, converse
from storage.database import Database, Transaction, open_database
from storage.states import create_account, load_state
from storage.tables import account
from tests.chats import Clock, handbook
from tests.counting import keys


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/hoctap.db"
    else:
        migrated: Callable[[], str] = request.getfixturevalue("migrated_postgres")
        url = migrated()
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def runner(database: Database) -> Iterator[Runner]:
    made = make_runner(database)
    yield made
    made.close()


def create(address: str) -> Callable[[Transaction], int | None]:
    return lambda transaction: create_account(transaction, "test", address).account.id


def has(database: Database, address: str) -> bool:
    with database.transaction() as transaction:
        return load_state(transaction, "test", address) is not None


def test_each_database_has_its_runner(database: Database, runner: Runner) -> None:
    assert isinstance(runner, GroupCommitRunner if database.is_sqlite else PoolRunner)


def test_a_result_means_that_it_is_committed(database: Database, runner: Runner) -> None:
    assert runner.submit(create("one")).result() is not None
    assert has(database, "one")


def test_one_that_fails_harms_no_other_of_its_group(database: Database, runner: Runner) -> None:
    go_on = threading.Event()

    def wait_for_the_others(_: Transaction) -> None:
        go_on.wait()

    def fail(transaction: Transaction) -> None:
        create_account(transaction, "test", "failed")
        raise ValueError("on purpose")

    first = runner.submit(wait_for_the_others, ("test", "first"))
    good = [runner.submit(create(f"good {number}"), ("test", f"good {number}")) for number in range(5)]
    bad = runner.submit(fail, ("test", "failed"))
    good.append(runner.submit(create("good 5")))
    go_on.set()
    first.result()
    wait(good)
    assert isinstance(bad.exception(), ValueError)
    assert all(future.result() is not None for future in good)
    assert not has(database, "failed")
    assert all(has(database, f"good {number}") for number in range(6))


def test_what_was_submitted_before_the_end_is_done(database: Database) -> None:
    runner = make_runner(database)
    futures = [runner.submit(create(f"late {number}")) for number in range(200)]
    runner.close()
    assert all(future.result() is not None for future in futures)


def test_many_people_at_once_each_go_on_with_their_own(database: Database, runner: Runner) -> None:
    now = Clock().now

    def say(number: int, text: str) -> Future[Reply]:
        incoming = Incoming("test", f"person {number}", text=text)
        work = partial(converse, handbook=handbook(), keys=keys(), incoming=incoming, now=now)
        return runner.submit(work, (incoming.channel, incoming.address))

    for text in ("/start c03667", "bat dau", "dong y", "lam nong", "1", "2", "3", "4"):
        wait([say(number, text) for number in range(40)])
    with database.transaction() as transaction:
        states = [load_state(transaction, "test", f"person {number}") for number in range(40)]
    assert all(
        state and state.sessions[0, False].answers == {"q01": 1, "q02": 2, "q03": 3, "q04": 4} for state in states
    )


def test_who_no_longer_waits_for_an_answer_stops_nobody_else(database: Database, runner: Runner) -> None:
    """A request whose task was cancelled cancels its future, before the work has begun or after."""
    begun, go_on = threading.Event(), threading.Event()

    def wait_to_be_left(_: Transaction) -> None:
        begun.set()
        go_on.wait()

    working = runner.submit(wait_to_be_left)
    waiting = [runner.submit(create(f"waiting {number}")) for number in range(20)]
    begun.wait()
    working.cancel()
    for each in waiting:
        each.cancel()
    go_on.set()
    assert runner.submit(create("later")).result(10) is not None
    assert has(database, "later")


def test_nobody_waits_twice_for_a_lock_that_was_waited_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database._WAITS_SECONDS", 1)
    database = open_database(f"sqlite:///{tmp_path}/hoctap.db")
    tries, transaction = [], Database.transaction

    def noted(self: Database) -> AbstractContextManager[Transaction]:
        tries.append(self)
        return transaction(self)

    monkeypatch.setattr(Database, "transaction", noted)
    with closing(sqlite3.connect(tmp_path / "hoctap.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(make_runner(database)) as runner:
            futures = [runner.submit(create(f"{number}")) for number in range(10)]
            for future in futures:
                with pytest.raises(OperationalError):
                    future.result()
            assert 1 <= len(tries) <= 2  # the first of them may have been alone
            other.execute("ROLLBACK")
            assert runner.submit(create("one")).result() is not None
    database.close()


def test_a_turn_sees_what_came_before_it_in_its_group(database: Database, runner: Runner) -> None:
    for address in ("one", "other"):
        runner.submit(create(address)).result()
    go_on = threading.Event()

    def language_of(address: str, transaction: Transaction) -> str | None:
        state = load_state(transaction, "test", address)
        return state.account.language if state else None

    def speak_english(transaction: Transaction) -> None:
        transaction.connection.execute(update(account).where(account.c.address == "one").values(language="en"))

    runner.submit(lambda _: go_on.wait(), ("test", "nobody"))
    turns = [runner.submit(partial(language_of, "other"), ("test", "other"))]
    change = runner.submit(speak_english)
    turns.append(runner.submit(partial(language_of, "one"), ("test", "one")))
    go_on.set()
    change.result()
    assert turns[0].result() is None
    if database.is_sqlite:  # one writer: in the order in which they came
        assert turns[1].result() == "en"
