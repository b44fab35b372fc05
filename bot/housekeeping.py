"""What has to be done without anybody asking: opens the year's round, writes ballots, seals every week.

Several processes may keep the same house: each piece of work locks the round's row, and looks again what is due.
"""

import asyncio
import logging
import secrets
from datetime import date, datetime
from functools import partial
from random import SystemRandom

import click

from bot.bootstrap import Hoctap, Office
from engine.ballots import Ballot
from engine.errors import HoctapError, ReleaseRefused
from engine.state import ROLES, day_of
from handlers.count_ballots import flush_ballots
from handlers.in_force import read_in_force
from handlers.keep_calendar import plan_notice
from handlers.rounds import ensure_round, round_status
from storage.database import Transaction
from storage.releases import last_release_number
from storage.settings_kept import load_edition

log = logging.getLogger(__name__)


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

    def open_the_year(self) -> None:
        """Opens the year's round, if it never was. SettingsProblem if the key of an open one is missing."""
        office = self._office
        work = partial(ensure_round, keys=office.keys, now=office.clock(), draw_bytes=secrets.token_bytes)
        if key_hash := office.run(work):
            click.echo(f"hoctap: round {day_of(office.clock()).year} is open; SHA-256 of its key: {key_hash}")

    async def look_around(self) -> None:
        """`look`, away from the event loop."""
        await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Does what is due. What goes wrong is logged, and tried again next time."""
        for work in (self.open_the_year, self._flush, self._seal, self._renew):
            try:
                work()
            except HoctapError as error:
                log.error("action=%s: %s", work.__name__.strip("_"), error)
            except Exception:
                log.exception("action=%s", work.__name__.strip("_"))

    def _flush(self) -> None:
        office = self._office
        office.run(partial(flush_ballots, keys=office.keys, now=office.clock(), shuffle=shuffle))

    def _seal(self) -> None:
        from handlers.seal_round import SealOrder, is_seal_due, seal_round

        office, now = self._office, self._office.clock()
        for status in office.run(round_status):
            year, last = status.round.year, status.last_release
            if not is_seal_due(status.round, last, now) or self._refused_on == day_of(now):
                continue
            order = SealOrder(year, "interim", secrets.token_hex(16), "schedule", by_schedule=True)
            try:
                release = seal_round(office.run, self._hoctap.handbook, office.keys, order, now, shuffle)
            except ReleaseRefused as refused:
                self._refused_on = day_of(now)  # tomorrow there may be more people
                log.error("action=seal round=%d: %s", year, refused)
                office.run(partial(self._tell_staff, year=year, now=now))
                continue
            office.database.rewrite()
            log.info("action=seal round=%d release=%d", year, release.number)

    def _tell_staff(self, transaction: Transaction, year: int, now: datetime) -> None:
        """Once a week, though it is tried again every day: at the beginning of a year it may take weeks."""
        handbook = self._office.handbook
        week = f"{day_of(now):%G-%V}"
        key = f"seal_refused:{year}:{week}"
        plan_notice(transaction, handbook, key, handbook.templates["seal_refused"], ROLES, now)

    def _renew(self) -> None:
        """Another process, or the command line, may have sealed, or staff have decided something there."""
        with self._office.database.looking() as transaction:
            present = last_release_number(transaction), load_edition(transaction)
            if present != self._known:
                self._hoctap.put_in_force(read_in_force(transaction, self._office.shipped))
                self._known = present
