"""Fires the clock: what has to be done without anybody asking. What is due, and what is done, the database knows.

APScheduler keeps its jobs in memory, made anew from the calendar at every start. Each of them only looks what is
due: a job that fires late, twice or in two processes at once changes nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import time, timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette

from bot.bootstrap import Hoctap, Office
from bot.housekeeping import Housekeeping
from engine.state import HOME_ZONE
from handlers.keep_calendar import REMINDED_AT, hold_office, leave_office, next_moments, plan_due
from handlers.retention import let_go
from handlers.tend_campaigns import tend_campaigns
from storage.database import Transaction

log = logging.getLogger(__name__)

TEND_SECONDS = 1
LOOK_SECONDS = 60
CUT_OFF_SECONDS = 1.5
"""How long a piece of work may take to end when the process stops; a seal, which takes longer, is cut off."""
LET_GO_AT = time(2, 0)
"""When what has been kept long enough is removed; at the start as well, for a machine that is off at night."""
PLANNED_AHEAD = timedelta(days=400)
"""More than a year of the calendar is in memory; every look would find the rest as well."""


class Scheduler:
    """The scheduler of this process; `holder` names it. Of several processes one at a time has the lease.

    Without `has_role` it only hears of what others have decided.
    """

    def __init__(
        self, office: Office, hoctap: Hoctap, housekeeping: Housekeeping, holder: str, *, has_role: bool = True
    ) -> None:
        self._has_role = has_role
        self._office = office
        self._hoctap = hoctap
        self._housekeeping = housekeeping
        self._holder = holder
        self._is_ending = False
        self._running = 0
        self._nothing_runs = asyncio.Event()
        self._nothing_runs.set()

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Lives as long as the web server."""
        scheduler = await asyncio.to_thread(self.make)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.pause()
            self._is_ending = True
            self._housekeeping.end()
            try:
                await asyncio.wait_for(self._nothing_runs.wait(), CUT_OFF_SECONDS)
            except TimeoutError:
                self._housekeeping.leave()
                await self._nothing_runs.wait()  # what runs APScheduler would cancel, at any place
            scheduler.shutdown(wait=False)
            if self._has_role:
                await self._hoctap.run(partial(leave_office, holder=self._holder))

    async def keep_house(self) -> None:
        """See `Housekeeping`: every process does, each piece of work has a lock of its own. One of them seals."""
        with self._noted():
            try:
                seals = await self._hoctap.run(self._hold)
            except Exception:
                log.exception("action=keep_house")
                seals = False
            await self._housekeeping.look_around(seals=seals)

    async def renew(self) -> None:
        """See `Housekeeping`."""
        await asyncio.to_thread(self._housekeeping.renew)

    async def look(self) -> None:
        """Plans what the calendar says is due."""
        await self._do("look", partial(plan_due, handbook=self._hoctap.handbook))

    async def tend(self) -> None:
        """Carries campaigns on."""
        await self._do("tend", partial(tend_campaigns, handbook=self._hoctap.handbook))

    async def let_go(self) -> None:
        """Removes what has been kept for as long as it may be."""
        await self._do("let_go", let_go)

    def make(self) -> Any:
        """An APScheduler with all jobs, not started."""
        # A tenth of a second to import, and nobody who opens the chat need wait for it.
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.cron import CronTrigger
        from apscheduler.triggers.date import DateTrigger
        from apscheduler.triggers.interval import IntervalTrigger

        # A machine that slept wakes up with everything due at once: each job once, however late.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=HOME_ZONE, job_defaults=defaults)
        if not self._has_role:
            scheduler.add_job(self.renew, IntervalTrigger(seconds=LOOK_SECONDS))
            return scheduler
        now = self._office.clock()
        for job in (self.keep_house, self.look, self.let_go):
            scheduler.add_job(job)  # now
        for job in (self.keep_house, self.look):
            scheduler.add_job(job, IntervalTrigger(seconds=LOOK_SECONDS))
        scheduler.add_job(self.tend, IntervalTrigger(seconds=TEND_SECONDS))
        for job, at in ((self.let_go, LET_GO_AT), (self.look, REMINDED_AT)):
            # Without a zone of its own a trigger goes by the machine's.
            scheduler.add_job(job, CronTrigger(hour=at.hour, minute=at.minute, timezone=HOME_ZONE))
        for moment in next_moments(self._office.handbook, now, now + PLANNED_AHEAD):
            scheduler.add_job(self.look, DateTrigger(moment))
        return scheduler

    async def _do(self, action: str, portion: Callable[..., int]) -> None:
        """Does portion after portion, each in a short transaction, while there is more and the lease is ours."""
        work = partial(self._do_portion, portion)
        with self._noted():
            try:
                while not self._is_ending and await self._hoctap.run(work):
                    pass
            except Exception:
                log.exception("action=%s", action)

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        self._running += 1
        self._nothing_runs.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._nothing_runs.set()

    def _do_portion(self, portion: Callable[..., int], transaction: Transaction) -> bool:
        return self._hold(transaction) and bool(portion(transaction, now=self._office.clock()))

    def _hold(self, transaction: Transaction) -> bool:
        return hold_office(transaction, self._holder, self._office.clock())
