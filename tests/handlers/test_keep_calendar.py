"""What the calendar plans, once each, whatever the clock does; and which process plans it. On both databases."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine.campaigns.life import Campaign
from handlers.keep_calendar import hold_office, leave_office, plan_due, plan_notice
from storage.campaigns import load_campaigns, save_theme
from storage.database import Database
from storage.tables import account, calendar, delivery
from tests.campaigns import add_officer, add_people, deliver, run, tend
from tests.chats import handbook
from tests.handlers.test_retention import begin
from tests.year import home

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def year_s_eve(database: Database) -> Database:
    """The calendar was looked at, for the first time, on the last evening of 2025."""
    look(database, "2025-12-31 20:00")
    return database


def look(database: Database, at: str) -> int:
    """Plans what is due and writes down for whom; how many campaigns are new."""
    now = home(at)
    planned = run(database, partial(plan_due, handbook=handbook(), now=now))
    tend(database, handbook(), now)
    return planned


def half_way(database: Database, address: str, at: str, **fields: Any) -> int:
    """Somebody who stopped half-way at a moment, and wants to be reminded."""
    stopped = home(at)
    [number] = add_people(database, [address], stopped, reminders="wanted", seen_on=stopped.date(), **fields)
    begin(database, number, 0, started_at=stopped)
    return number


def planned(database: Database) -> dict[str, Campaign]:
    """By key."""
    found = run(database, load_campaigns)
    return {each.key: each for each in found if each.key}


def test_before_the_first_look_nothing_was_due(database: Database) -> None:
    add_people(database, ["p"], home("2026-10-01 06:00"), reminders="wanted")
    assert look(database, "2026-10-01 12:00") == 0
    assert look(database, "2026-10-01 12:01") == 0


def test_on_a_day_on_which_nobody_is_to_be_reminded_nothing_is_kept(year_s_eve: Database) -> None:
    add_people(year_s_eve, ["p"], home("2026-01-01 00:00"), reminders="wanted")
    assert [look(year_s_eve, f"2026-01-{day:02} 06:30") for day in range(1, 32)] == [0] * 31


def test_reminders_of_one_session_come_after_one_day_and_after_seven_and_never_again(year_s_eve: Database) -> None:
    half_way(year_s_eve, "p", "2026-02-02 21:00")
    sent = []
    for day in range(60):
        morning = home("2026-02-02 07:30") + timedelta(days=day)
        look(year_s_eve, f"{morning:%Y-%m-%d %H:%M}")
        sent += [
            f"{morning:%d/%m}" for parcels in deliver(year_s_eve, handbook(), morning).values() for _ in parcels
        ]
    assert sent == ["03/02", "09/02"]


def test_a_new_round_is_said_when_the_year_begins_and_not_in_the_middle_of_it(year_s_eve: Database) -> None:
    wants: dict[str, Any] = {"reminders": "wanted", "finished_people": 1}
    add_people(year_s_eve, ["last year"], home("2025-12-01 09:00"), last_round=2025, **wants)
    assert look(year_s_eve, "2026-01-01 06:29") == 0
    assert look(year_s_eve, "2026-01-01 06:30") == 1
    add_people(year_s_eve, ["comes back"], home("2026-05-01 09:00"), last_round=2024, **wants)
    look(year_s_eve, "2026-05-02 06:30")
    assert planned(year_s_eve)["new_round:2026"].counts.size == 1


def test_after_a_long_sleep_what_is_still_of_use_is_sent_and_the_rest_is_counted(database: Database) -> None:
    look(database, "2026-09-23 20:00")
    add_people(database, ["p"], home("2026-09-01 09:00"), reminders="wanted")
    assert look(database, "2026-09-26 12:00") == 1
    assert planned(database)["lifelong_learning_week:before:2026"].counts.planned == 1
    look(database, "2026-09-30 12:00")
    look(database, "2026-10-03 12:00")
    first_day = planned(database)["lifelong_learning_week:day_1:2026"]
    assert (first_day.state, first_day.counts.dropped, first_day.counts.size) == ("done", 1, 1)


@pytest.mark.parametrize(
    ("woke", "morning", "evening"),
    [
        ("2026-09-24 06:31", "2026-09-24 07:30", "2026-09-24 18:30"),
        ("2026-09-24 15:00", "2026-09-24 15:00", "2026-09-24 18:30"),
        ("2026-09-24 21:00", "2026-09-25 07:30", "2026-09-25 18:30"),
        ("2026-09-26 08:00", "2026-09-26 08:00", "2026-09-26 18:30"),
        ("2026-09-26 19:00", "2026-09-26 19:00", "2026-09-26 19:00"),
    ],
)
def test_however_late_a_message_is_planned_it_comes_in_the_part_of_the_day_that_was_asked_for(
    database: Database, woke: str, morning: str, evening: str
) -> None:
    look(database, "2026-09-23 20:00")
    add_people(database, ["morning"], home("2026-09-01 09:00"), reminders="wanted")
    add_people(database, ["evening"], home("2026-09-01 09:00"), reminders="wanted", reminder_slot="evening")
    add_people(
        database, ["web"], home("2026-09-01 09:00"), reminders="wanted", reminder_slot="evening", channel="web"
    )
    look(database, woke)
    look(database, "2026-09-24 07:30")
    query = select(account.c.address, delivery.c.not_before).join_from(delivery, account)
    moments = dict(run(database, lambda transaction: transaction.connection.execute(query).all()))
    assert moments == {"morning": home(morning), "evening": home(evening), "web": home(morning)}


def test_what_must_wait_for_calm_comes_tomorrow_in_the_same_part_of_the_day(database: Database) -> None:
    look(database, "2026-09-23 20:00")
    half_way(database, "q", "2026-09-23 21:00", reminder_slot="noon")
    look(database, "2026-09-24 07:30")
    assert len(deliver(database, handbook(), home("2026-09-24 11:30"))) == 1  # the week before goes first
    query = select(delivery.c.not_before).where(delivery.c.state == "planned")
    moments = run(database, lambda transaction: transaction.connection.execute(query).scalars().all())
    assert moments == [home("2026-09-25 11:30")]


def test_a_theme_is_asked_for_only_as_long_as_nobody_knows_it(database: Database) -> None:
    [officer] = add_people(database, ["officer"], home("2026-08-01 09:00"))
    add_officer(database, officer)
    look(database, "2026-08-31 20:00")
    assert look(database, "2026-09-01 08:00") == 1
    run(database, partial(save_theme, observance="lifelong_learning_week", year=2027, words="Học"))
    look(database, "2027-08-31 20:00")
    assert look(database, "2027-09-01 08:00") == 0


def test_a_notice_is_planned_once_for_its_key(database: Database) -> None:
    template = handbook().templates["seal_refused"]
    work = partial(plan_notice, handbook=handbook(), key="k", template=template, roles=("statistics",))
    assert run(database, partial(work, now=home("2026-10-01 09:00")))
    assert not run(database, partial(work, now=home("2026-10-02 09:00")))


# ---- a clock that is wrong ----------------------------------------------------------------------------------


def test_a_clock_set_back_plans_nothing_twice_and_loses_nothing(database: Database) -> None:
    add_people(database, ["p"], home("2026-09-01 09:00"), reminders="wanted")
    look(database, "2026-09-24 06:00")
    assert look(database, "2026-09-24 07:30") == 1
    assert look(database, "2026-09-24 07:00") == 0
    assert look(database, "2026-09-24 07:30") == 0
    half_way(database, "q", "2026-09-24 08:00")
    look(database, "2026-09-24 23:00")
    assert look(database, "2026-09-25 06:30") == 1


def test_a_clock_that_was_years_ahead_for_an_hour_does_not_silence_the_calendar(database: Database) -> None:
    add_people(database, ["p"], home("2026-09-01 09:00"), reminders="wanted")
    look(database, "2026-09-20 09:00")
    look(database, "2031-05-01 09:00")
    assert look(database, "2026-09-20 10:00") == 0
    assert look(database, "2026-09-24 07:30") == 1


# ---- which process ------------------------------------------------------------------------------------------


def hold(database: Database, holder: str, now: datetime) -> bool:
    return run(database, partial(hold_office, holder=holder, now=now))


def test_one_process_at_a_time_has_the_lease(database: Database) -> None:
    now = home("2026-10-01 09:00")
    assert hold(database, "a", now)
    assert not hold(database, "b", now)
    assert hold(database, "a", now + timedelta(seconds=15))
    assert not hold(database, "b", now + timedelta(seconds=34))  # it was prolonged
    assert hold(database, "b", now + timedelta(seconds=36))
    assert not hold(database, "a", now + timedelta(seconds=37))
    run(database, partial(leave_office, holder="a"))
    assert not hold(database, "a", now + timedelta(seconds=37))
    run(database, partial(leave_office, holder="b"))
    assert hold(database, "a", now + timedelta(seconds=37))


def test_a_fresh_lease_is_not_written_anew_every_second(database: Database) -> None:
    def ends_at() -> datetime:
        query = select(calendar.c.ends_at)
        with database.transaction() as transaction:
            moment: datetime = transaction.connection.execute(query).scalar_one()
        return moment

    now = home("2026-10-01 09:00")
    hold(database, "a", now)
    taken = ends_at()
    for seconds in range(9):
        assert hold(database, "a", now + timedelta(seconds=seconds))
    assert ends_at() == taken
    hold(database, "a", now + timedelta(seconds=10))
    assert ends_at() > taken


def test_a_lease_of_a_clock_that_was_ahead_does_not_keep_everybody_out(database: Database) -> None:
    now = home("2026-10-01 09:00")
    assert hold(database, "a", now + timedelta(days=300))
    assert hold(database, "b", now)
    assert not hold(database, "c", now)
