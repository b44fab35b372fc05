"""Is hoctap able to do its work? Each check says what is wrong and what to do about it: docs/operations.md."""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import Hoctap, Office, utc_now
from bot.presence import Presence
from bot.roles import ROLES
from engine.errors import SettingsProblem
from handlers.rounds import check_keys
from handlers.senders import is_sender
from storage.database import Transaction
from storage.gauges import database_clock
from storage.schema import has_newest_schema
from storage.trouble import what_to_do

LOOP_SECONDS = 2.0
DATABASE_SECONDS = 3.0
"""Whoever asks hears within these what does not answer."""
KEPT_SECONDS = 1.0
"""An answer is given again for so long: whoever asks all the time costs nothing more."""
LEAST_FREE_BYTES = 200_000_000
MOST_CLOCKS_APART_SECONDS = 3.0
"""Leases last ten seconds and more."""
MISSING_SECONDS = 120
"""A role that nobody has for so long is missed: a process that starts again takes less."""

CHECKS = ("process", "database", "schema", "clock", "keys", "disk", "telegram", "sender", "roles")

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Problem:
    """A check that fails."""

    check: str
    what: str
    do: str


class Health:
    """Asked by threads that are not the process's own: it answers even when the process does not."""

    def __init__(
        self,
        office: Office,
        hoctap: Hoctap,
        presence: Presence,
        folders: Collection[Path],
        telegram_trouble: Callable[[], str],
    ) -> None:
        self._office = office
        self._hoctap = hoctap
        self._presence = presence
        self._folders = folders
        self._telegram_trouble = telegram_trouble
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asking = threading.Lock()
        self._asked_at = -KEPT_SECONDS
        self._found: tuple[Problem, ...] = ()
        self._pending: dict[str, Future[Any]] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """The process's loop runs from now on."""
        self._loop = loop

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong at this moment; nothing if all is well."""
        with self._asking:
            if time.monotonic() - self._asked_at >= KEPT_SECONDS:
                self._found = tuple(self._look())
                self._asked_at = time.monotonic()
            return self._found

    def failing(self) -> dict[str, bool]:
        """Check → whether it fails."""
        failing = {each.check for each in self.problems()}
        return {check: check in failing for check in CHECKS}

    def _look(self) -> Iterator[Problem]:
        yield from self._disk()
        if not self._is_alive():
            yield Problem(
                "process", "the process does not answer, or is about to stop", "look at its log; restart it"
            )
            return
        yield from self._database()
        if trouble := self._telegram_trouble():
            yield Problem("telegram", f"there is no bot: {trouble}", "put it right and restart this process")
        yield from self._roles()

    def _disk(self) -> Iterator[Problem]:
        for folder in self._folders:
            try:
                free = shutil.disk_usage(folder).free
            except OSError as error:
                yield Problem("disk", f"{folder} cannot be looked at: {error.strerror}", "mount it, give it back")
                continue
            if free < LEAST_FREE_BYTES:
                yield Problem(
                    "disk", f"{folder} has {free // 1_000_000} MB free", "make room before nothing is kept"
                )

    def _is_alive(self) -> bool:
        try:
            self._ask("process", lambda: asyncio.sleep(0), LOOP_SECONDS)
        except (TimeoutError, RuntimeError):
            return False
        return True

    def _database(self) -> Iterator[Problem]:
        try:
            self._ask("write", lambda: self._hoctap.run(self._presence.note), DATABASE_SECONDS)
            yield from self._ask("look", lambda: self._hoctap.look(self._read), DATABASE_SECONDS)
        except TimeoutError:
            what = f"the database has not answered for {DATABASE_SECONDS:.0f} seconds"
            yield Problem("database", what, "see whether it runs, what it waits for, and whether its disk is full")
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing can be kept
            what = f"nothing can be written into the database: {type(error).__name__}"
            do = what_to_do(error) or "see whether it runs, takes this user, and has room on its disk"
            yield Problem("database", what, do)

    def _read(self, transaction: Transaction) -> list[Problem]:
        found: list[Problem] = []
        if not has_newest_schema(transaction.connection):
            what = "the database is at the schema of another version of hoctap"
            found.append(Problem("schema", what, "restart this process with the newest hoctap"))
        theirs, ours = database_clock(transaction), utc_now().timestamp()
        apart = 0.0 if theirs is None else theirs - ours
        if abs(apart) > MOST_CLOCKS_APART_SECONDS:
            what = f"the clocks of this machine and of the database are {abs(apart):.0f} seconds apart"
            found.append(Problem("clock", what, "set both by NTP: leases go by them"))
        try:
            check_keys(transaction, self._office.keys)
        except SettingsProblem as problem:
            found.append(Problem("keys", str(problem), "give the key folder back; nothing is lost until then"))
        sender = self._hoctap.sender
        if sender and not is_sender(transaction, sender, self._hoctap.clock()):
            what = "the lease of this process's sender has ended: what it had in hand is in doubt"
            found.append(
                Problem("sender", what, "set the clocks of all processes by NTP; if it stays, restart this one")
            )
        return found

    def _roles(self) -> Iterator[Problem]:
        for role in ROLES:
            seconds = self._presence.missing_seconds(role)
            if seconds >= MISSING_SECONDS:
                what = f"for {seconds:.0f} seconds there has been work for the role {role}, and nobody has it"
                yield Problem("roles", what, f"start a process with it: hoctap run --roles {role}")

    def _ask(self, name: str, work: Callable[[], Coroutine[Any, Any, _Result]], seconds: float) -> _Result:
        """Has the process do something. What has not come back since the last time is not asked for again."""
        if self._loop is None or self._loop.is_closed():
            raise RuntimeError("the process does not run yet, or no more")
        pending = self._pending.pop(name, None) or asyncio.run_coroutine_threadsafe(work(), self._loop)
        try:
            result: _Result = pending.result(seconds)
        finally:
            if not pending.done():
                self._pending[name] = pending
        return result
