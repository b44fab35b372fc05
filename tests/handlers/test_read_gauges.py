"""What whoever watches hoctap gets to see: how the work stands, and nobody's coming and going."""

from functools import partial

from bot.roles import ROLES
from handlers.keep_calendar import LEASE_SECONDS as CALENDAR_SECONDS
from handlers.keep_calendar import hold_office
from handlers.presence import LEASE_SECONDS, leave_roles, note_presence
from handlers.read_gauges import SECONDS_A_DAY, Gauges, read_gauges
from handlers.senders import keep_sender
from tests.campaigns import add_people, approved, tend
from tests.chats import handbook
from tests.handlers.village import Village
from tests.year import home


def gauges(village: Village) -> Gauges:
    return village.run(partial(read_gauges, roles=ROLES, now=village.clock.now))


def test_people_show_in_tens_and_lateness_in_seconds(village: Village) -> None:
    for number in range(9):
        village.finish(f"person {number}")
    assert gauges(village).ballots_waiting == 0
    village.finish("the tenth")
    assert gauges(village).ballots_waiting == 10
    assert gauges(village).ballots_overdue_seconds == 0
    village.clock.move(days=1, hours=2)
    assert gauges(village).ballots_overdue_seconds == 2 * 3600
    village.flush()
    assert (gauges(village).ballots_waiting, gauges(village).ballots_overdue_seconds) == (0, 0)


def test_the_age_of_the_last_release(village: Village) -> None:
    village.clock.move(days=3)
    assert gauges(village).seal_age_seconds == 3 * SECONDS_A_DAY
    village.crowd("03667", 30)
    village.crowd("03646", 30)
    village.seal()
    assert gauges(village).seal_age_seconds == 0


def test_roles_come_and_go(village: Village) -> None:
    note = partial(note_presence, roles=("web", "sender"))
    village.run(partial(note, process="one", now=village.clock.now))
    village.run(partial(note, process="two", now=village.clock.now))
    assert gauges(village).processes == {"web": 2, "telegram": 0, "sender": 2, "scheduler": 0}
    village.run(partial(leave_roles, process="one", roles=("web", "sender")))
    assert gauges(village).processes["web"] == 1
    village.clock.move(seconds=LEASE_SECONDS + 1)
    assert gauges(village).processes["web"] == 0


def test_the_calendar_that_nobody_keeps(village: Village) -> None:
    assert gauges(village).calendar_overdue_seconds == 0
    village.run(partial(hold_office, holder="one", now=village.clock.now))
    village.clock.move(seconds=CALENDAR_SECONDS + 30)
    assert gauges(village).calendar_overdue_seconds == 30


def test_copies_are_due_in_the_hours_of_their_campaign(village: Village) -> None:
    village.clock.now = home("2026-10-02 09:00")
    add_people(village.database, [str(number) for number in range(3)], village.clock.now)
    approved(village.database, village.clock.now)
    tend(village.database, handbook(), village.clock.now)
    village.run(partial(keep_sender, sender="one", now=village.clock.now))
    seen = gauges(village)
    assert (seen.copies_due, seen.copies["planned"], seen.senders) == (3, 3, 1)
    village.clock.now = home("2026-10-02 23:00")
    assert gauges(village).copies_due == 0
