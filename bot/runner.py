"""Carries turns to the database, in groups that are committed together; and beside them what else there is to do.

Work given to a runner must be free of effects outside its transaction: it may be run again.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, TypeVar

from storage.database import POSTGRESQL_CONNECTIONS, Database, Transaction
from storage.states import load_ahead
from storage.trouble import is_locked_out

READERS = 2
"""Threads beside SQLite's writer for what only reads."""
TURN_THREADS = 2
"""Threads that carry turns to PostgreSQL: one decides while the other one waits for the database."""
LARGEST_GROUP = 64
"""Turns committed together. More would make the first of them wait longer than the disk does."""

Chat = tuple[str, str]
"""Channel and address."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    chat: Chat | None
    future: "Future[Any]"


class Runner(Protocol):
    """Runs work in a transaction, away from the event loop."""

    def submit(self, work: Callable[[Transaction], _Result], chat: Chat | None = None) -> "Future[_Result]":
        """The future is done when the transaction is committed, or holds the error that rolled it back.

        `chat`: whose turn it is. Turns may share a transaction.
        """

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """The same for work that only reads: turns do not wait for it."""

    def close(self) -> None:
        """Finishes what was submitted, then stops."""


def make_runner(database: Database) -> Runner:
    """The runner that fits the database."""
    return GroupCommitRunner(database) if database.is_sqlite else PoolRunner(database)


class GroupCommitRunner:
    """SQLite: one thread does all that may write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._groups = _Groups(database, threads=1)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="hoctap-reader")

    def submit(self, work: Callable[[Transaction], _Result], chat: Chat | None = None) -> "Future[_Result]":
        """See `Runner`."""
        return self._groups.submit(work, chat)

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        if self._database.is_in_memory:  # there is only one connection, and it is the writer's
            return self.submit(work)
        return self._readers.submit(_look, self._database, work)

    def close(self) -> None:
        """See `Runner`."""
        self._readers.shutdown()
        self._groups.close()


class PoolRunner:
    """PostgreSQL: turns go in groups, everything else by itself; there is a connection for each thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._groups = _Groups(database, TURN_THREADS)
        self._pool = ThreadPoolExecutor(POSTGRESQL_CONNECTIONS - TURN_THREADS, thread_name_prefix="hoctap-work")

    def submit(self, work: Callable[[Transaction], _Result], chat: Chat | None = None) -> "Future[_Result]":
        """See `Runner`."""
        return self._groups.submit(work, chat) if chat else self._pool.submit(_run, self._database, work)

    def look(self, work: Callable[[Transaction], _Result]) -> "Future[_Result]":
        """See `Runner`."""
        return self._pool.submit(_look, self._database, work)

    def close(self) -> None:
        """See `Runner`."""
        self._pool.shutdown()
        self._groups.close()


class _Groups:
    """Threads that take what has come in, and commit it together while more comes in."""

    def __init__(self, database: Database, threads: int) -> None:
        self._database = database
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"hoctap-turns-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[Transaction], _Result], chat: Chat | None) -> "Future[_Result]":
        future: Future[_Result] = Future()
        self._jobs.put(_Job(work, chat, future))
        return future

    def close(self) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        is_open = True
        while is_open:
            group, is_open = self._next_group()
            error = self._commit_together(group) if group else None
            # One of them failed and took the others with it: each by itself, so that only it fails. But for a lock
            # that was waited for in vain nobody waits once more.
            for job in group if error else ():
                if is_locked_out(error):
                    job.future.set_exception(error)
                else:
                    error = self._commit_alone(job)

    def _next_group(self) -> tuple[list[_Job], bool]:
        group: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            # Whoever waited for it may have left. From here on they can leave only alone: the future is ours.
            if job.future.set_running_or_notify_cancel():
                group.append(job)
            if len(group) == LARGEST_GROUP:
                return group, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit_together(self, group: list[_Job]) -> Exception | None:
        """What went wrong: then nothing is committed, and nobody has been told."""
        try:
            with self._database.transaction() as transaction:
                results = []
                # Turns that follow each other: what comes between may change anybody's account.
                for are_turns, some in groupby(group, key=lambda job: job.chat is not None):
                    jobs = list(some)
                    if are_turns:
                        load_ahead(transaction, {job.chat for job in jobs if job.chat})
                    results += [job.work(transaction) for job in jobs]
                    transaction.ahead.clear()
        except Exception as error:  # noqa: BLE001 -- whatever it was, each job will meet it again on its own
            return error
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)
        return None

    def _commit_alone(self, job: _Job) -> Exception | None:
        """What went wrong: then whoever waits for it has been told."""
        try:
            result = _run(self._database, job.work)
        except Exception as error:  # noqa: BLE001 -- handed to whoever waits for the turn
            job.future.set_exception(error)
            return error
        job.future.set_result(result)
        return None


def _run(database: Database, work: Callable[[Transaction], _Result]) -> _Result:
    with database.transaction() as transaction:
        return work(transaction)


def _look(database: Database, work: Callable[[Transaction], _Result]) -> _Result:
    with database.looking() as transaction:
        return work(transaction)
