"""The console's calendar: what is sent when, what was sent, and the theme of the Week."""

import re
from html import unescape

import httpx2
import pytest

from engine.campaigns.audience import EVERYBODY
from engine.campaigns.life import Campaign
from handlers.keep_calendar import plan_due
from storage.audiences import REMIND_AFTER_DAYS
from storage.campaigns import add_campaign, load_themes, save_theme
from storage.staff import load_audit
from tests.campaigns import TEXT, add_people, check_sums, tend
from tests.chats import handbook
from tests.counting import UNIT
from tests.web.conftest import Site
from tests.web.console import post, problem_of, signed_in

pytestmark = pytest.mark.slow

XSS = "<script>alert(1)</script>{theme}\"'><img src=x onerror=alert(1)>"
CALENDAR = "/console/calendar"


def words(page: httpx2.Response) -> str:
    """The page as one reads it."""
    assert page.status_code == 200
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def themes(site: Site) -> dict[tuple[str, int], str]:
    with site.database.transaction() as transaction:
        return load_themes(transaction)


def set_up_themes(site: Site, year: int, theme: str) -> None:
    with site.database.transaction() as transaction:
        save_theme(transaction, "lifelong_learning_week", year, theme)


@pytest.mark.parametrize("language", list(handbook().languages))
def test_the_year_ahead_is_there_with_every_message(site: Site, language: str) -> None:
    client = signed_in(site, "campaigns")
    post(client, "/account/language", language=language)
    page = client.get(CALENDAR)
    assert page.text.count('class="said"') >= len(handbook().languages) * 10
    for observance in handbook().observances:
        assert handbook().speak(language).content(observance.name) in words(page)
        assert observance.source in words(page)
    assert "style=" not in page.text


def test_it_says_when_to_whom_and_until_when(site: Site) -> None:
    shown = words(signed_in(site, "administrator").get(CALENDAR))
    first = shown[shown.index("Mười hai tháng tới") :]
    assert (
        first.index("07:30 ngày 2/10/2026")
        < first.index("08:00 ngày 1/12/2026")
        < first.index("07:30 ngày 1/10/2027")
    )
    assert "cán bộ: Xem số liệu, Cán bộ Hội (gửi tin)" in first
    assert "Thôi gửi lúc 20:30 ngày 6/12/2026" in first


def test_personal_reminders_are_said_in_words(site: Site) -> None:
    shown = words(signed_in(site, "administrator").get(CALENDAR))
    for days in REMIND_AFTER_DAYS.values():
        assert f"Làm dở, sau {days} ngày" in shown
    assert "sáng từ 07:30, trưa từ 11:30, tối từ 18:30" in shown
    assert "câu 6/20" in shown


def test_only_officers_and_administrators_look(site: Site) -> None:
    assert signed_in(site, "statistics").get(CALENDAR).status_code == 404
    assert signed_in(site, "campaigns", UNIT).get(CALENDAR).status_code == 200


# ---- the theme -------------------------------------------------------------------------------------------------


def test_the_theme_is_filled_in_and_used(site: Site) -> None:
    client = signed_in(site, "campaigns")
    page = client.get(CALENDAR)
    assert "Chưa biết." in words(page)
    answer = post(client, "/calendar/theme/2027", words="Học ở mọi nơi")
    page = client.get(answer.headers["location"])
    shown = words(page)
    assert "Đã lưu chủ đề năm 2027." in shown
    assert "“Học ở mọi nơi” Hội gõ vào." in shown
    assert "Chủ đề năm 2027: “Học ở mọi nơi”." in shown  # in the message of the Week's first day
    assert "Bỏ qua, vì đã có chủ đề" in shown
    assert 'value="Học ở mọi nơi"' in page.text
    with site.database.transaction() as transaction:
        line = load_audit(transaction, most=1)[0]
    assert (line.who, line.action, line.about) == ("staff 1", "theme_set", "lifelong_learning_week 2027")


def test_a_theme_that_came_with_the_calendar_is_called_so(site: Site) -> None:
    site.clock.move(days=-365)
    shown = words(signed_in(site, "campaigns").get(CALENDAR))
    assert "góp phần xây dựng đất nước hùng cường, thịnh vượng” Có sẵn trong lịch." in shown


@pytest.mark.parametrize("typed", ["", "x" * 161, "<b></b>"])
def test_a_refused_theme_comes_back_as_it_was_typed(site: Site, typed: str) -> None:
    client = signed_in(site, "campaigns")
    page = post(client, "/calendar/theme/2027", words=typed)
    assert page.status_code == 400
    assert problem_of(page) == "Chủ đề cần từ 1 đến 160 ký tự."
    found = re.search(r'<input id="words-2027"[^>]*>', page.text)
    assert found
    assert 'aria-invalid="true" aria-describedby="words-2027-problem"' in found[0]
    assert 'id="words-2027-problem"' in page.text
    assert f'value="{typed}"' in unescape(found[0])
    assert themes(site) == {}


def test_only_officers_of_the_province_set_it(site: Site) -> None:
    for client in (signed_in(site, "administrator"), signed_in(site, "campaigns", UNIT)):
        assert "/calendar/theme" not in client.get(CALENDAR).text
        assert post(client, "/calendar/theme/2027", words="Học").status_code == 404
    assert themes(site) == {}


@pytest.mark.parametrize("year", ["2025", "2028", "99999999999999999999"])
def test_only_of_this_year_and_the_next(site: Site, year: str) -> None:
    assert post(signed_in(site, "campaigns"), f"/calendar/theme/{year}", words="Học").status_code == 404
    assert themes(site) == {}


def test_a_theme_is_never_markup(site: Site) -> None:
    client = signed_in(site, "campaigns")
    post(client, "/calendar/theme/2027", words=XSS)
    set_up_themes(site, 2026, XSS)
    for page in (client.get(CALENDAR), post(client, "/calendar/theme/2027", words=XSS * 9)):
        assert "<script" not in page.text
        assert "<img" not in page.text


# ---- what was sent ---------------------------------------------------------------------------------------------


def plan_book_day(site: Site, people: int) -> None:
    """The calendar's own day, with so many people who want to hear of it."""
    site.clock.now = site.clock.now.replace(month=4, day=20, hour=10)
    add_people(site.database, range(people), site.clock.now, reminders="wanted")
    for hours in (15, 0):  # at the first look nothing is due yet
        with site.database.transaction() as transaction:
            plan_due(transaction, handbook(), site.clock.now)
        site.clock.move(hours=hours)
    tend(site.database, handbook(), site.clock.now)
    check_sums(site.database)


def sums_on(page: httpx2.Response) -> dict[str, list[str]]:
    rows = re.findall(r'<th scope="row">([^<]*)</th>(.*?)</tr>', page.text, re.DOTALL)
    return {title: re.findall(r'<td class="number">([^<]*)</td>', cells) for title, cells in rows}


def test_before_anything_was_sent_it_says_so(site: Site) -> None:
    assert "Lịch chưa gửi gì." in words(signed_in(site, "administrator").get(CALENDAR))


def test_what_was_sent_is_there_with_its_sums(site: Site) -> None:
    plan_book_day(site, people=12)
    sums = sums_on(signed_in(site, "administrator").get(CALENDAR))
    assert sums == {"Ngày Sách, 21/4": ["12", "0", "0", "12", "0", "0"]}


def test_small_numbers_of_citizens_are_not_told(site: Site) -> None:
    plan_book_day(site, people=3)
    sums = sums_on(signed_in(site, "campaigns", UNIT).get(CALENDAR))
    assert sums == {"Ngày Sách, 21/4": ["dưới 10", "0", "0", "dưới 10", "0", "0"]}


def test_officers_own_campaigns_and_notices_are_not_there(site: Site) -> None:
    for kind in ("campaign", "notice"):
        with site.database.transaction() as transaction:
            new = Campaign(0, kind=kind, title="Của xã khác", message=TEXT, audience=EVERYBODY, unit=UNIT)
            add_campaign(transaction, new)
    assert "Của xã khác" not in words(signed_in(site, "campaigns", "03646").get(CALENDAR))
