"""What has to be done without anybody asking: opens the year's round, writes ballots, seals every week.

Several processes may keep the same house: each piece of work locks the round's row, and looks again what is due.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from random import SystemRandom

import click
from starlette.applications import Starlette

from bot.bootstrap import Hoctap, Office
from engine.ballots import Ballot
from engine.errors import HoctapError, ReleaseRefused
from engine.state import day_of
from handlers.count_ballots import flush_ballots
from handlers.rounds import ensure_round, round_status
from storage.releases import last_release_number, load_last_release

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 60


def shuffle(ballots: list[Ballot]) -> None:
    """In an order that nobody can foresee."""
    SystemRandom().shuffle(ballots)


class Housekeeping:
    """Looks every minute what is due."""

    def __init__(self, office: Office, hoctap: Hoctap) -> None:
        self._office = office
        self._hoctap = hoctap
        self._refused_on: date | None = None
        known = office.handbook.release
        self._published = None if known is None else (known.round, known.number)

    def open_the_year(self) -> None:
        """Opens the year's round, if it never was. SettingsProblem if the key of an open one is missing."""
        office = self._office
        work = partial(ensure_round, keys=office.keys, now=office.clock(), draw_bytes=secrets.token_bytes)
        if key_hash := office.run(work):
            click.echo(f"hoctap: round {day_of(office.clock()).year} is open; SHA-256 of its key: {key_hash}")

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Lives as long as the web server."""
        running = asyncio.create_task(self._run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait((running,))

    async def _run(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Does what is due. What goes wrong is logged, and tried again next time."""
        for work in (self.open_the_year, self._flush, self._seal, self._publish):
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
                release = seal_round(office.run, office.handbook, office.keys, order, now, shuffle)
            except ReleaseRefused as refused:
                self._refused_on = day_of(now)  # tomorrow there may be more people
                log.error("action=seal round=%d: %s", year, refused)
                continue
            office.database.rewrite()
            log.info("action=seal round=%d release=%d", year, release.number)

    def _publish(self) -> None:
        """Another process, or the command line, may have sealed."""
        last = self._office.run(last_release_number)
        if last != self._published:
            self._hoctap.publish(self._office.run(load_last_release))
            self._published = last
