"""Carries turns to the database: on SQLite one writer and group commits, on PostgreSQL a pool of threads.

Work given to a runner must be free of effects outside its transaction: it may be run again.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from storage.database import POSTGRESQL_CONNECTIONS, Database, Transaction

READERS = 2
"""Threads beside the writer for what only reads."""
LARGEST_GROUP = 64
"""Turns committed together. More would make the first of them wait longer than the disk does."""

_Result = TypeVar("_Result")
_Job = tuple[Callable[[Transaction], Any], "Future[Any]"]


class Runner(Protocol):
    """Runs work in a transaction, away from the event loop."""

    def submit(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """The future is done when the transaction is committed, or holds the error that rolled it back."""

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """The same for work that only reads: turns do not wait for it."""

    def close(self) -> None:
        """Finishes what was submitted, then stops."""


def make_runner(database: Database) -> Runner:
    """The runner that fits the database."""
    return GroupCommitRunner(database) if database.is_sqlite else PoolRunner(database)


class GroupCommitRunner:
    """One thread; what waits while the disk works is committed together next time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="hoctap-reader")
        self._thread = threading.Thread(target=self._run, name="hoctap-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        future: Future[_Result] = Future()
        self._jobs.put((work, future))
        return future

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        if self._database.is_in_memory:  # there is only one connection, and it is the writer's
            return self.submit(work)
        return self._readers.submit(_look, self._database, work)

    def close(self) -> None:
        """See `Runner`."""
        self._readers.shutdown()
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            group, is_open = self._next_group()
            if group and not self._commit_together(group):
                # One of them failed and took the others with it: each by itself, so that only it fails.
                for job in group:
                    self._commit_alone(job)

    def _next_group(self) -> tuple[list[_Job], bool]:
        group: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            # Whoever waited for it may have left. From here on they can leave only alone: the future is ours.
            if job[1].set_running_or_notify_cancel():
                group.append(job)
            if len(group) == LARGEST_GROUP:
                return group, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit_together(self, group: list[_Job]) -> bool:
        try:
            with self._database.transaction() as transaction:
                results = [work(transaction) for work, _ in group]
        except Exception:  # noqa: BLE001 -- whatever it was, each job will meet it again on its own
            return False
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
        return True

    def _commit_alone(self, job: _Job) -> None:
        work, future = job
        try:
            with self._database.transaction() as transaction:
                result = work(transaction)
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits for the turn
            future.set_exception(error)
        else:
            future.set_result(result)


def _look(database: Database, work: Callable[[Transaction], _Result]) -> _Result:
    with database.looking() as transaction:
        return work(transaction)


class PoolRunner:
    """A thread for each connection; the row lock keeps the turns of one account apart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(POSTGRESQL_CONNECTIONS, thread_name_prefix="hoctap-turn")

    def submit(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        return self._pool.submit(self._run, work)

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        return self._pool.submit(_look, self._database, work)

    def close(self) -> None:
        """See `Runner`."""
        self._pool.shutdown()

    def _run(self, work: Callable[[Transaction], _Result]) -> _Result:
        with self._database.transaction() as transaction:
            return work(transaction)
