"""The whole year 2026: what people in each state get, and when. Then the same with machines that sleep and die.

`a_year.txt` is the diary. `pytest tests/handlers/test_a_year.py --update-transcripts` writes it anew; the change is
for a person to read.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.campaigns.audience import ReminderRule
from engine.campaigns.hours import DECENT, Calm
from engine.state import day_of
from tests.chats import handbook
from tests.handlers.people_of_a_year import PEOPLE, THEME
from tests.year import Arrival, Year

# One process of pytest-xdist, or each would live through the years.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("a year")]

DIARY = Path(__file__).parent / "a_year.txt"
ALL_OF_2026 = ("2025-12-20 08:00", "2026-12-31 23:30")
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)

HEAD = """\
# Một năm ở một bản nhỏ: hoctap nhắn cho ai, lúc nào. Mỗi người một hoàn cảnh; tin chỉ ghi tên, nguyên văn ở
# content/campaigns/. Dòng có → là tin đến nơi, trong ngoặc là người ấy lúc đó làm đến đâu; dòng không có → là việc
# người ta làm.
#
# Made by tests/handlers/test_a_year.py; written anew by: pytest tests/handlers/test_a_year.py --update-transcripts
"""
WHY_NOT = {
    "expired": "hết hạn",
    "no_longer": "không còn đúng với người ấy",
    "blocked": "đang chặn hoctap",
    "stopped": "đã bảo thôi nhắn",
}


@pytest.fixture(scope="module")
def quiet_year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Nothing goes wrong in it."""
    return lived(tmp_path_factory.mktemp("year"))


def lived(folder: Path, **troubles: Any) -> Year:
    year = Year(folder, PEOPLE, **troubles)
    year.live(*ALL_OF_2026)
    return year


def as_written(year: Year) -> str:
    """The diary and who is who, for people who do not program."""
    who = [f"{person.name}: {person.about}" for person in year.people.values()]
    days = [f"{at:%Y-%m-%d %H:%M}  {line}" for at, line in year.diary]
    lost = [
        f"{fate.person}: {fate.title} ({WHY_NOT[fate.reason or fate.state]})"
        for fate in year.fates()
        if fate.state != "sent"
    ]
    got = Counter(each.person for each in year.arrivals if each.at.year == 2026)
    total = [f"{name}: {got[name]}" for name in year.people]
    parts = (("Ai là ai", who), ("Nhật ký", days), ("Không đến nơi", lost), ("Năm 2026 mỗi người mấy tin", total))
    return HEAD + "".join("\n".join(("", f"## {title}", *lines, "")) for title, lines in parts)


def test_the_diary_of_the_year(quiet_year: Year, request: pytest.FixtureRequest) -> None:
    written = as_written(quiet_year)
    if request.config.getoption("--update-transcripts"):
        DIARY.write_text(written, encoding="utf-8")
    assert written == DIARY.read_text(encoding="utf-8")


def check_rules(year: Year) -> None:
    """What holds whatever happens to clocks and processes."""
    assert all(DECENT.is_open(moment) for moment in year.attempts)
    on_the_web = {person.name for person in PEOPLE if person.channel == "web"}
    for name in year.people:
        arrivals = [each for each in year.arrivals if each.person == name]
        assert [what for what, count in Counter(each.what for each in arrivals).items() if count > 1] == []
        assert all(DECENT.is_open(each.at) for each in arrivals if name not in on_the_web)
        check_calm([each for each in arrivals if each.kind != "notice"])
    assert {each.person for each in year.arrivals} & {"Hà", "Cà"} == set()
    assert [each.at for each in year.arrivals if each.person == "Chá"][1:] == []


def check_calm(arrivals: list[Arrival]) -> None:
    days = [day_of(each.at) for each in arrivals]
    for day in days:
        assert days.count(day) <= Calm().a_day
        assert sum(0 <= (day - other).days < 7 for other in days) <= Calm().a_week


def test_nothing_at_night_or_twice_or_too_often_or_to_who_said_stop(quiet_year: Year) -> None:
    check_rules(quiet_year)


def test_what_everybody_gets_fits_how_far_they_are(quiet_year: Year) -> None:
    templates = {
        f"{observance.id}:{send.id}:2026": handbook().templates[send.template]
        for observance in handbook().observances
        for send in observance.sends
        if not send.roles
    }
    templates |= {rule: handbook().templates[rule] for rule in get_args(ReminderRule)}
    got = {each.what for each in quiet_year.arrivals}
    assert templates.keys() <= got
    for each in quiet_year.arrivals:
        assert each.what not in templates or each.progress in templates[each.what].progress


def test_the_theme_is_said_once_it_is_known(quiet_year: Year) -> None:
    of_the_first_day = [each for each in quiet_year.arrivals if each.what == "lifelong_learning_week:day_1:2026"]
    assert of_the_first_day
    assert all(THEME in each.text for each in of_the_first_day)
    assert any(f"Chủ đề năm 2026: “{THEME}”." in each.text for each in of_the_first_day)


def test_a_year_without_a_theme_is_the_same_year(quiet_year: Year, tmp_path: Path) -> None:
    nobody_types_it = [
        replace(person, doings=[doing for doing in person.doings if "chủ đề" not in doing[1]]) for person in PEOPLE
    ]
    year = Year(tmp_path, nobody_types_it)
    year.live(*ALL_OF_2026)
    said = [line for line in quiet_year.diary if "gõ chủ đề" not in line[1]]
    assert year.diary == said
    of_the_week = [
        each.text for each in year.arrivals if each.what.startswith("lifelong") and each.kind != "notice"
    ]
    assert not [text for text in of_the_week if "hủ đề" in text or "theme" in text or "{" in text]


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def far_away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own zone is 14 hours before UTC, or 8 after it."""
    with monkeypatch.context() as patch:
        patch.setitem(os.environ, "TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_the_zone_of_the_machine_does_not_matter(quiet_year: Year, tmp_path: Path) -> None:
    assert as_written(lived(tmp_path)) == as_written(quiet_year)


# ---- what can go wrong --------------------------------------------------------------------------------------

TROUBLES: dict[str, Any] = {
    "asleep": [
        ("2025-12-31 22:00", "2026-01-03 09:00"),
        ("2026-03-02 22:00", "2026-03-05 22:00"),
        ("2026-06-14 12:00", "2026-06-17 12:00"),
        ("2026-09-07 20:00", "2026-09-10 03:00"),
        ("2026-09-30 09:00", "2026-10-03 10:00"),
    ],
    "shifts": [
        (("2026-05-05 12:00", "2026-05-05 14:00"), A_DAY),
        (("2026-09-23 12:00", "2026-09-23 14:00"), A_DAY),
        (("2026-10-06 08:00", "2026-10-06 09:00"), -AN_HOUR),
    ],
    "down": [("2026-04-21 18:00", "2026-04-22 08:00"), ("2026-09-24 18:00", "2026-09-25 08:00")],
    "killed": ["2026-10-06 07:30"],
}
"""Sleeps of three days, one of them over the beginning of the Week; a clock that is a day ahead and an hour late; a
messenger that is down for a night; a process that is killed on the last day but one of the Week."""


@pytest.fixture(scope="module")
def bad_year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return lived(tmp_path_factory.mktemp("year"), **TROUBLES)


def test_nothing_comes_twice_or_at_night_in_a_bad_year_either(bad_year: Year) -> None:
    check_rules(bad_year)


def test_what_is_missing_from_a_bad_year_was_of_no_use_any_more(quiet_year: Year, bad_year: Year) -> None:
    missing = arrived(quiet_year) - arrived(bad_year)
    assert arrived(bad_year) <= arrived(quiet_year)
    fates = {(fate.person, fate.what): (fate.state, fate.reason) for fate in bad_year.fates()}
    in_doubt = {each for each in missing if fates.get(each) == ("in_doubt", None)}
    expired = {each for each in missing if fates.get(each) == ("dropped", "expired")}
    # When the machine was back, the first two had finished, and the third had said stop.
    assert missing - in_doubt - expired == {
        ("Mùa", "new_round"),
        ("Lường", "unfinished_first"),
        ("Chá", "literacy_day:day:2026"),
    }
    assert in_doubt == {("Quàng", "lifelong_learning_week:day_6:2026")}
    assert {what for _, what in expired} == {
        "book_day:day:2026",
        "literacy_day:day:2026",
        "lifelong_learning_week:day_1:2026",
        "promotion_of_learning_day:day:2026",
    }


def arrived(year: Year) -> set[tuple[str, str]]:
    return {(each.person, each.what) for each in year.arrivals}
