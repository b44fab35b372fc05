"""Hours and limits: as the server's settings say, until an administrator decides; and what they do then."""

from dataclasses import replace
from datetime import time
from functools import partial

import pytest

from engine.campaigns.hours import Calm, Hours
from engine.errors import CampaignRefused, SettingRefused
from engine.handbook import Handbook
from engine.state import Staff
from handlers.campaigns import Desk
from handlers.in_force import read_in_force
from handlers.sending_limits import Limits, limits_of, set_limits
from handlers.staff import access
from storage.settings_kept import load_edition
from storage.staff import load_audit
from tests.campaigns import TEXT, add_officer, add_people
from tests.chats import handbook
from tests.handlers.village import Village

BY = access(Staff("administrator", "province", 7), "settings")
GOOD = Limits(a_day=2, a_week=5, most_alone=1, first="08:00", last="19:00")


def decide(village: Village, limits: Limits) -> None:
    village.run(partial(set_limits, by=BY, limits=limits, now=village.clock.now))


def in_force(village: Village) -> Handbook:
    return village.run(partial(read_in_force, shipped=handbook()))


def test_nothing_decided_is_as_the_settings_say(village: Village) -> None:
    assert in_force(village).rules == handbook().rules
    assert limits_of(handbook()) == Limits(1, 3, 200, "07:30", "20:30")


def test_what_was_decided_is_in_force_and_the_rate_stays(village: Village) -> None:
    decide(village, GOOD)
    rules = in_force(village).rules
    assert (rules.calm, rules.hours) == (Calm(2, 5), Hours(time(8), time(19)))
    assert limits_of(in_force(village)) == GOOD
    assert rules.per_second == handbook().rules.per_second
    assert village.run(load_edition) == 1
    line = village.run(partial(load_audit, most=1))[0]
    about = "a_day 2, a_week 5, most_alone 1, first 08:00, last 19:00"
    assert (line.who, line.action, line.about) == ("staff 7", "limits_set", about)


@pytest.mark.parametrize(
    "change",
    [
        {"a_day": 0},
        {"a_day": 6},
        {"a_day": 3, "a_week": 2},
        {"a_week": 21},
        {"most_alone": -1},
        {"most_alone": 1_000_001},
        {"first": "05:59"},
        {"last": "22:01"},
        {"first": "19:00"},
        {"first": "8:00"},
        {"first": "08:00+07:00"},
        {"first": "24:00"},
        {"last": "٢٠:٠٠"},
        {"last": ""},
    ],
)
def test_what_is_not_possible_is_refused_and_nothing_changes(village: Village, change: dict[str, object]) -> None:
    with pytest.raises(SettingRefused) as refused:
        decide(village, replace(GOOD, **change))  # type: ignore[arg-type]
    assert refused.value.key in handbook().speak("vi").messages
    assert village.run(load_edition) == 0


def test_a_new_campaign_has_the_hours_and_needs_a_second_officer_sooner(village: Village) -> None:
    add_people(village.database, range(5), village.clock.now)
    officer, other = (add_officer(village.database) for _ in range(2))

    def write(changed: Handbook) -> tuple[Hours, bool]:
        """The hours of a new campaign to five people, and whether its own writer may approve it."""
        with village.database.transaction() as transaction:
            desk = Desk(transaction, changed, officer, village.clock.now)
            draft = desk.create("A title", TEXT)
            desk.test(draft.id, "vi")
            desk.submit(draft.id)
            try:
                desk.approve(draft.id)
            except CampaignRefused:
                return draft.hours, False
            return draft.hours, True

    assert write(handbook()) == (Hours(), True)
    decide(village, GOOD)
    assert write(in_force(village)) == (Hours(time(8), time(19)), False)
    assert officer.id != other.id
