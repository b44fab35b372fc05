"""The texts that are shipped, as people get them: short, in every language, and not too often."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import yaml

from content.read import CONTENT
from engine.campaigns.audience import PROGRESS
from engine.campaigns.calendar import Observance, Template, firings
from engine.campaigns.hours import Calm
from engine.campaigns.message import Message, check_text, clean, fill, visible
from engine.state import HOME_ZONE, day_of
from tests.chats import handbook

LONGEST_TEXT = 300  # characters, UX.md
MOST_LINES = 6
LANGUAGES = tuple(handbook().languages)
BEGIN_2026, END_2026 = datetime(2025, 12, 31, 23, 59, tzinfo=HOME_ZONE), datetime(2027, 1, 1, tzinfo=HOME_ZONE)

FOR_STAFF = {
    each["id"]
    for each in yaml.safe_load((CONTENT / "campaigns/staff.yaml").read_text(encoding="utf-8"))["templates"]
}
OFFERED = [each for each in handbook().templates.values() if each.is_offered]


def week() -> Observance:
    """Lifelong Learning Week."""
    return next(each for each in handbook().observances if each.id == "lifelong_learning_week")


def texts(template: Template, language: str) -> Iterator[str]:
    """What it says with the theme and without one."""
    for text in filter(None, (template.text, template.text_without_theme)):
        yield handbook().speak(language).content(text)


def longest_facts() -> dict[str, str]:
    """The longest of everything that is put in."""
    themes = week().themes.values()
    commune = max((each.name for each in handbook().province.communes), key=len)
    facts = {"year": "2026", "days_left": "10", "question": "20", "questions": "20"}
    return facts | {"theme": max(themes, key=len), "commune": commune}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", handbook().templates)
def test_a_template_can_be_sent_as_it_is(name: str, language: str) -> None:
    for text in texts(handbook().templates[name], language):
        check_text(text)
        assert clean(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(set(handbook().templates) - FOR_STAFF))
def test_what_a_citizen_gets_is_short_and_calm(name: str, language: str) -> None:
    for text in texts(handbook().templates[name], language):
        seen = visible(fill(text, longest_facts()))
        assert len(seen) <= LONGEST_TEXT
        assert len(seen.splitlines()) <= MOST_LINES
        assert "!" not in seen
        assert "4 phút" in seen or "4 minutes" in seen, "it does not say how long it takes"
    assert handbook().templates[name].buttons, "nothing says what happens next"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_that_is_named_is_called_so(language: str) -> None:
    say = handbook().speak(language)
    naming = [each for each in handbook().templates.values() if "“Làm cho người nhà”" in each.text]
    assert {each.id for each in naming} >= {"week_day_2", "literacy_day"}
    for template in naming:
        assert f"“{say.plain('result.family')}”" in say.content(template.text)
        assert template.progress == ("finished",), "only somebody who has finished sees this button first"


def test_officers_are_offered_what_is_for_citizens() -> None:
    assert sorted(FOR_STAFF) == ["ask_theme", "seal_refused", "six_month_report", "year_report"]
    assert not [each.id for each in OFFERED if each.id in FOR_STAFF]
    assert set(handbook().templates) - FOR_STAFF - {each.id for each in OFFERED} == {"unfinished_second"}
    assert [f"week_day_{day}" in handbook().templates for day in range(1, 8)] == [True] * 7


def test_who_has_finished_is_told_of_no_questions_of_their_own() -> None:
    for each in OFFERED:
        if "20 câu" in each.text and each.id != "commune_results":
            assert "finished" not in each.progress
            assert each.progress


def test_the_themes_are_those_that_are_known() -> None:
    assert sorted(week().themes) == [2022, 2023, 2024, 2025]
    assert (week().first_day(2026), week().last_day(2026)) == (date(2026, 10, 1), date(2026, 10, 7))


def test_what_the_year_2026_sends() -> None:
    sent = [
        (f"{firing.starts_at:%d/%m %H:%M}", f"{firing.expires_at:%d/%m}", firing.send.template, *firing.send.roles)
        for firing in firings(handbook().observances, BEGIN_2026, END_2026)
    ]
    assert sent == [
        ("21/04 07:30", "21/04", "book_day"),
        ("15/06 08:00", "29/06", "six_month_report", "statistics", "campaigns"),
        ("01/09 08:00", "22/09", "ask_theme", "campaigns"),
        ("08/09 07:30", "08/09", "literacy_day"),
        ("24/09 07:30", "26/09", "week_before"),
        ("01/10 07:30", "01/10", "week_day_1"),
        ("02/10 07:30", "02/10", "week_day_2"),
        ("06/10 07:30", "06/10", "week_day_6"),
        ("10/10 07:30", "10/10", "digital_day"),
        ("01/12 08:00", "06/12", "year_report", "statistics", "campaigns"),
        ("07/12 08:00", "09/12", "year_report", "statistics", "campaigns"),
    ]


def test_staff_get_the_figures_with_their_reports_and_citizens_no_documents() -> None:
    for firing in firings(handbook().observances, BEGIN_2026, END_2026):
        is_report = firing.send.template.endswith("_report")
        assert firing.send.documents == (("statistics_pdf", "statistics_xlsx") if is_report else ())
        assert bool(firing.send.roles) == (firing.send.template in FOR_STAFF)


@pytest.mark.parametrize("progress", PROGRESS)
def test_the_calendar_alone_never_makes_anyone_wait_for_calm(progress: str) -> None:
    messaged_at: list[datetime] = []
    for firing in firings(handbook().observances, BEGIN_2026, END_2026):
        template = handbook().templates[firing.send.template]
        if not firing.send.roles and progress in (template.progress or PROGRESS):
            assert Calm().next_moment(messaged_at, firing.starts_at) == firing.starts_at
            messaged_at.append(firing.starts_at)
    assert 3 <= len({day_of(moment) for moment in messaged_at}) <= 4


def test_only_the_theme_is_asked_for_when_it_is_not_known() -> None:
    sends = [send for each in handbook().observances for send in each.sends]
    assert [each.id for each in sends if each.only_without_theme] == ["ask_theme"]
    with_theme = {
        each.id for each in handbook().templates.values() if "theme" in Message({"vi": each.text}).placeholders
    }
    assert with_theme <= {send.template for send in week().sends}
