"""Fires the clock: what has to be done without anybody asking. What is due, and what is done, the database knows.

APScheduler keeps its jobs in memory, made anew from the calendar at every start. Each of them only looks what is
due: a job that fires late, twice or in two processes at once changes nothing.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette

from bot.bootstrap import Hoctap, Office
from bot.housekeeping import Housekeeping
from engine.state import HOME_ZONE
from handlers.keep_calendar import REMINDED_AT, hold_office, leave_office, next_moments, plan_due
from handlers.tend_campaigns import tend_campaigns

log = logging.getLogger(__name__)

TEND_SECONDS = 1
LOOK_SECONDS = 60
PLANNED_AHEAD = timedelta(days=400)
"""More than a year of the calendar is in memory; every look would find the rest as well."""


class Scheduler:
    """The scheduler of this process; `holder` names it. Of several processes one at a time has the lease."""

    def __init__(self, office: Office, hoctap: Hoctap, housekeeping: Housekeeping, holder: str) -> None:
        self._office = office
        self._hoctap = hoctap
        self._housekeeping = housekeeping
        self._holder = holder

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Lives as long as the web server."""
        scheduler = await asyncio.to_thread(self._make)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            await self._hoctap.run(partial(leave_office, holder=self._holder))

    async def look(self) -> None:
        """Plans what the calendar says is due."""
        await self._do(self._plan)

    async def tend(self) -> None:
        """Carries campaigns on, one short transaction after the other, as long as there is something to do."""
        await self._do(self._tend)

    def _make(self) -> Any:
        # A tenth of a second to import, and nobody who opens the chat need wait for it.
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.cron import CronTrigger
        from apscheduler.triggers.date import DateTrigger
        from apscheduler.triggers.interval import IntervalTrigger

        # A machine that slept wakes up with everything due at once: each job once, however late.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=HOME_ZONE, job_defaults=defaults)
        now = self._office.clock()
        for look in (self._housekeeping.look_around, self.look):
            scheduler.add_job(look)  # now
            scheduler.add_job(look, IntervalTrigger(seconds=LOOK_SECONDS))
        scheduler.add_job(self.tend, IntervalTrigger(seconds=TEND_SECONDS))
        scheduler.add_job(self.look, CronTrigger(hour=REMINDED_AT.hour, minute=REMINDED_AT.minute))
        for moment in next_moments(self._office.handbook, now, now + PLANNED_AHEAD):
            scheduler.add_job(self.look, DateTrigger(moment))
        return scheduler

    async def _do(self, work: Any) -> None:
        try:
            if await self._hoctap.run(partial(hold_office, holder=self._holder, now=self._office.clock())):
                await work()
        except Exception:
            log.exception("action=%s", work.__name__.strip("_"))

    async def _plan(self) -> None:
        handbook, now = self._office.handbook, self._office.clock()
        if planned := await self._hoctap.run(partial(plan_due, handbook=handbook, now=now)):
            log.info("action=calendar planned=%d", planned)

    async def _tend(self) -> None:
        handbook = self._office.handbook
        while await self._hoctap.run(partial(tend_campaigns, handbook=handbook, now=self._office.clock())):
            pass
