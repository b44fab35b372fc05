"""What has to be done without anybody asking: opens the year's round, writes ballots, seals every week.

Several processes may keep the same house: each piece of work locks the round's row, and looks again what is due.
"""

import asyncio
import contextlib
import logging
import secrets
import threading
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from random import SystemRandom
from typing import TypeVar

import click

from bot.bootstrap import Hoctap, Office
from engine.ballots import Ballot
from engine.errors import HoctapError, ReleaseRefused, SealOvertaken
from engine.state import ROLES, day_of
from handlers.count_ballots import flush_ballots
from handlers.in_force import read_in_force
from handlers.keep_calendar import plan_notice
from handlers.rounds import ensure_round, round_status
from storage.database import Transaction
from storage.releases import last_release_number
from storage.settings_kept import load_edition

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")


class _EndingError(Exception):
    """The process is told to stop: no other step begins."""


def shuffle(ballots: list[Ballot]) -> None:
    """In an order that nobody can foresee."""
    SystemRandom().shuffle(ballots)


class Housekeeping:
    """Looks what is due, as often as it is told to."""

    def __init__(self, office: Office, hoctap: Hoctap) -> None:
        self._office = office
        self._hoctap = hoctap
        self._refused_on: date | None = None
        self._known: tuple[object, object] | None = None
        self._is_ending = False
        self._thread: threading.Thread | None = None
        self._done = asyncio.Event()

    def open_the_year(self) -> None:
        """Opens the year's round, if it never was. SettingsProblem if the key of an open one is missing."""
        office = self._office
        work = partial(ensure_round, keys=office.keys, now=office.clock(), draw_bytes=secrets.token_bytes)
        if key_hash := self._run(work):
            click.echo(f"hoctap: round {day_of(office.clock()).year} is open; SHA-256 of its key: {key_hash}")

    async def look_around(self, *, seals: bool = True) -> None:
        """`look`, in a thread that the process need not wait for at its end: a seal takes minutes.

        Cut off anywhere it leaves nothing half done: the next process begins the seal anew.
        """
        loop, self._done = asyncio.get_running_loop(), asyncio.Event()

        def look() -> None:
            self.look(seals=seals)
            with contextlib.suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(self._done.set)

        self._thread = threading.Thread(target=look, name="hoctap-housekeeping", daemon=True)
        self._thread.start()
        await self._done.wait()

    def end(self) -> None:
        """No other step begins; the one that is being done may be waited for or not."""
        self._is_ending = True

    def leave(self) -> None:
        """Nobody waits any more for the step that is being done."""
        self._done.set()

    @property
    def is_at_work(self) -> bool:
        """Whether a step is being done at this moment."""
        return self._thread is not None and self._thread.is_alive()

    def look(self, *, seals: bool = True) -> None:
        """Does what is due. What goes wrong is logged, and tried again next time.

        `seals`: this process is the one that does what takes long.
        """
        self._do(self.open_the_year)
        self._do(self._flush)
        if seals:
            self._do(self._seal)
        self.renew()

    def renew(self) -> None:
        """Another process, or the command line, may have sealed, or staff have decided something there."""
        self._do(self._renew)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except _EndingError:
            log.info("action=%s: told to stop; goes on at the next start", work.__name__.strip("_"))
        except HoctapError as error:
            log.error("action=%s: %s", work.__name__.strip("_"), error)
        except Exception:
            log.exception("action=%s", work.__name__.strip("_"))

    def _run(self, work: Callable[[Transaction], _Result]) -> _Result:
        """In a transaction of its own, unless the process is told to stop."""
        if self._is_ending:
            raise _EndingError
        return self._office.run(work)

    def _flush(self) -> None:
        office = self._office
        self._run(partial(flush_ballots, keys=office.keys, now=office.clock(), shuffle=shuffle))

    def _seal(self) -> None:
        from handlers.seal_round import SealOrder, is_seal_due, seal_round

        office, now = self._office, self._office.clock()
        for status in self._run(round_status):
            year, last = status.round.year, status.last_release
            if not is_seal_due(status.round, last, now) or self._refused_on == day_of(now):
                continue
            seen = last.number if last else 0
            order = SealOrder(year, "interim", secrets.token_hex(16), "schedule", by_schedule=True, after=seen)
            try:
                release = seal_round(self._run, self._hoctap.handbook, office.keys, order, now, shuffle)
            except SealOvertaken as overtaken:
                log.info("action=seal round=%d: %s", year, overtaken)
                continue
            except ReleaseRefused as refused:
                self._refused_on = day_of(now)  # tomorrow there may be more people
                log.error("action=seal round=%d: %s", year, refused)
                self._run(partial(self._tell_staff, year=year, now=now))
                continue
            if not self._is_ending:
                office.database.rewrite()
            log.info("action=seal round=%d release=%d", year, release.number)

    def _tell_staff(self, transaction: Transaction, year: int, now: datetime) -> None:
        """Once a week, though it is tried again every day: at the beginning of a year it may take weeks."""
        handbook = self._office.handbook
        week = f"{day_of(now):%G-%V}"
        key = f"seal_refused:{year}:{week}"
        plan_notice(transaction, handbook, key, handbook.templates["seal_refused"], ROLES, now)

    def _renew(self) -> None:
        with self._office.database.looking() as transaction:
            present = last_release_number(transaction), load_edition(transaction)
            if present != self._known:
                self._hoctap.put_in_force(read_in_force(transaction, self._office.shipped))
                self._known = present
