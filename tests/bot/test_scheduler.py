"""The scheduler's jobs; two schedulers on one database; and that nothing which goes wrong stops it."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot.bootstrap import Hoctap, Office
from bot.housekeeping import Housekeeping
from bot.runner import make_runner
from bot.scheduler import Scheduler
from engine.campaigns.calendar import firings
from engine.state import HOME_ZONE
from handlers.keep_calendar import LEASE_SECONDS, hold_office
from handlers.tend_campaigns import tend_campaigns
from storage.campaigns import load_campaigns
from storage.database import Transaction
from storage.tables import account, calendar
from tests.campaigns import add_people, approved, state_of
from tests.chats import handbook
from tests.handlers.village import Village
from tests.year import home


class Process:
    """A hoctap without web server and sender, on a database that others may have, too."""

    def __init__(self, village: Village, name: str) -> None:
        self._runner = make_runner(village.database)
        office = Office(handbook(), handbook(), village.database, village.keys, village.clock)
        hoctap = Hoctap(handbook(), self._runner, village.clock, village.keys)
        self.scheduler = Scheduler(office, hoctap, Housekeeping(office, hoctap), name)

    def look(self) -> None:
        asyncio.run(self.scheduler.look())

    def tend(self) -> None:
        asyncio.run(self.scheduler.tend())

    def close(self) -> None:
        self._runner.close()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """On a Sunday in September, at nine."""
    lived_in = Village(f"sqlite:///{tmp_path}/hoctap.db", tmp_path)
    lived_in.clock.now = home("2026-09-20 09:00")
    yield lived_in
    lived_in.close()


@pytest.fixture
def process(village: Village) -> Iterator[Process]:
    with closing(Process(village, "one")) as one:
        yield one


@pytest.fixture
def other(village: Village) -> Iterator[Process]:
    with closing(Process(village, "other")) as another:
        yield another


def holder(village: Village) -> str | None:
    with village.database.transaction() as transaction:
        return transaction.connection.execute(select(calendar.c.holder)).scalar()


def keys_planned(village: Village) -> list[str | None]:
    return [each.key for each in village.run(load_campaigns)]


# ---- jobs ---------------------------------------------------------------------------------------------------


def test_every_moment_of_the_coming_year_has_a_job(process: Process, village: Village) -> None:
    now = village.clock.now
    year = {each.starts_at for each in firings(handbook().observances, now, now + timedelta(days=366))}
    assert len(year) >= 10
    looks = [job.trigger for job in process.scheduler.make().get_jobs() if job.func == process.scheduler.look]
    assert year <= {getattr(trigger, "run_date", None) for trigger in looks}


def test_jobs_go_by_the_clock_at_home_and_run_late_rather_than_not_at_all(process: Process) -> None:
    scheduler = process.scheduler.make()
    of_the_clock = [job for job in scheduler.get_jobs() if hasattr(job.trigger, "fields")]
    assert {job.name for job in of_the_clock} == {"Scheduler.look", "Scheduler.let_go"}
    assert all(job.trigger.timezone == HOME_ZONE for job in of_the_clock)
    assert scheduler._job_defaults["misfire_grace_time"] is None


def test_a_scheduler_lives_as_long_as_the_server(
    process: Process, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real APScheduler in a real loop; the test goes on as soon as it has done everything."""
    add_people(village.database, ["p"], village.clock.now)
    add_people(village.database, ["silent"], village.clock.now, seen_on=home("2024-01-01 00:00").date())
    number = approved(village.database, village.clock.now)
    monkeypatch.setattr("bot.scheduler.TEND_SECONDS", 0.01)
    seen: list[str | None] = []

    async def live() -> None:
        done, loop = asyncio.Event(), asyncio.get_running_loop()

        def tend_and_tell(*arguments: Any, **named: Any) -> bool:
            there_is_more = tend_campaigns(*arguments, **named)
            if not there_is_more:
                loop.call_soon_threadsafe(done.set)
            return there_is_more

        monkeypatch.setattr("bot.scheduler.tend_campaigns", tend_and_tell)
        async with process.scheduler.lifespan(Starlette()), asyncio.timeout(30):
            await done.wait()
            await process.scheduler.look()
            await process.scheduler.let_go()
            seen.append(await asyncio.to_thread(holder, village))

    asyncio.run(live())
    assert seen == ["one"]
    assert holder(village) is None
    assert state_of(village.database, number).state == "sending"
    with village.database.transaction() as transaction:
        assert transaction.connection.execute(select(account.c.address)).scalars().all() == ["p"]


def test_a_job_that_fails_is_logged_and_the_next_one_runs(
    process: Process, village: Village, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError

    add_people(village.database, ["p"], village.clock.now)
    number = approved(village.database, village.clock.now)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr("bot.scheduler.plan_due", fail)
        process.look()
    assert [record.getMessage() for record in caplog.records] == ["action=look"]
    process.tend()
    assert state_of(village.database, number).state == "sending"
    process.look()
    village.clock.now = home("2026-09-24 07:31")
    process.look()
    assert "lifelong_learning_week:before:2026" in keys_planned(village)


def test_a_portion_that_is_running_at_the_end_is_finished_and_no_other_begun(
    process: Process, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on = asyncio.Event(), threading.Event()
    portions: list[bool] = []
    monkeypatch.setattr("bot.scheduler.next_moments", lambda *_: [])  # one job looks

    async def live() -> None:
        loop = asyncio.get_running_loop()

        def slow(*_: object, **__: object) -> bool:
            loop.call_soon_threadsafe(begun.set)
            portions.append(go_on.wait(30))
            return True

        monkeypatch.setattr("bot.scheduler.plan_due", slow)
        async with process.scheduler.lifespan(Starlette()):
            await begun.wait()
            loop.call_soon(go_on.set)

    asyncio.run(live())
    assert portions == [True]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# ---- several processes --------------------------------------------------------------------------------------


def test_two_processes_plan_once_and_one_of_them_has_the_lease(
    village: Village, process: Process, other: Process
) -> None:
    async def both_look() -> None:
        await asyncio.gather(process.scheduler.look(), other.scheduler.look())

    asyncio.run(both_look())
    first = holder(village)
    for moment in ("2026-09-24 07:30", "2026-10-01 07:30", "2026-10-02 07:30"):
        village.clock.now = home(moment)
        asyncio.run(both_look())
    assert first in ("one", "other")
    assert holder(village) in ("one", "other")
    assert sorted(filter(None, keys_planned(village))) == [
        "lifelong_learning_week:before:2026",
        "lifelong_learning_week:day_1:2026",
        "promotion_of_learning_day:day:2026",
    ]


def test_who_has_not_the_lease_does_nothing(village: Village, process: Process, other: Process) -> None:
    process.look()
    add_people(village.database, ["p"], village.clock.now)
    number = approved(village.database, village.clock.now)
    other.tend()
    assert state_of(village.database, number).state == "approved"
    process.tend()
    assert state_of(village.database, number).state == "sending"


def test_the_lease_passes_on_when_its_holder_is_dead(village: Village, process: Process, other: Process) -> None:
    process.look()
    village.clock.move(seconds=LEASE_SECONDS)
    other.look()
    assert holder(village) == "one"
    village.clock.move(seconds=1)
    other.look()
    assert holder(village) == "other"
    village.clock.now = home("2026-09-24 07:30")
    other.look()
    process.look()  # it was only slow
    assert holder(village) == "other"
    assert keys_planned(village) == ["lifelong_learning_week:before:2026"]


def test_a_process_that_loses_the_lease_in_the_middle_of_its_work_stops(
    village: Village, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    portions = 0

    def never_done(transaction: Transaction, **_: object) -> bool:
        nonlocal portions
        portions += 1
        village.clock.move(seconds=LEASE_SECONDS + 1)  # it took so long
        if portions == 3:
            hold_office(transaction, "other", village.clock.now)
        return True

    monkeypatch.setattr("bot.scheduler.tend_campaigns", never_done)
    process.tend()
    assert portions == 3
