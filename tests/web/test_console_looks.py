"""Every page of the console in a real browser: phone and PC, light and dark, by keyboard, for axe and for eyes."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from typing import Literal

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize
from playwright.sync_api import Page as BrowserPage

from engine.campaigns.message import Message, MessageButton
from engine.disclosure.released import PROVINCE
from engine.state import HOME_ZONE, Role
from handlers.campaigns import Desk
from storage.database import Database, open_database
from tests.browser import screenshot
from tests.campaigns import add_officer, add_people, approved, deliver, run
from tests.chats import handbook
from tests.counting import UNIT, invite_somebody, publish
from tests.reports.releases import FINAL, final_release
from tests.server import Server, running_server
from tests.web.test_browser import violations
from web.browser import COOKIE, PATH
from web.pages import PAGES

SIZES = {"phone": (360, 740), "office": (1366, 768)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
READ_BY_AXE = {("phone", "light"), ("office", "dark")}
"""Each size and each scheme once: what axe looks at does not depend on both."""
LEAST_SIZE, HEAVIEST = 320, 120_000
"""Pixels of the narrowest screen (text at 200 % on a phone is as narrow); bytes of a first load, uncompressed."""
ON_ITS_WAY, DRAFT = 1, 2
PLACES = {
    "unit": UNIT,
    "year:int": "2026",
    "form": "farmer",
    "version": "2026.1",
    "language": "vi",
}
NUMBERS = {
    "/statistics/{year:int}/{number:int}": FINAL,
    "/campaigns/{number:int}/write": DRAFT,
    "/campaigns/{number:int}/audience": DRAFT,
}
FILES = {
    "/campaigns/{number:int}/events",
    "/campaigns/{number:int}/picture",
    "/communes/{unit}/poster",
    "/questionnaires/{form}/versions/{version}/workbook",
    "/settings/adults/file",
}
QUESTIONS = {"/campaigns/{number:int}/again"}
"""Asked only where copies are in doubt: tests/web/test_console_campaigns.py."""
ROLES: tuple[Role, ...] = ("administrator", "campaigns")

FOCUSABLE = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility() && !each.disabled && each.type !== 'hidden' && each.type !== 'radio')
    .map((each, place) => (each.dataset.place = place, each.outerHTML.slice(0, 120)))
"""
FOCUSED = "() => document.activeElement?.dataset?.place ?? null"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def pages() -> list[str]:
    return [page.path for page in PAGES if page.method == "GET" and page.path not in FILES | QUESTIONS]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where a release is out, a campaign is done, another one is being written."""
    data = tmp_path_factory.mktemp("console") / "data"
    data.mkdir()
    database = open_database(f"sqlite:///{data / 'hoctap.db'}")
    furnish(database)
    database.close()
    with running_server(data, program=("tests.at_nine",)) as server:
        yield server


def furnish(database: Database) -> None:
    nine = datetime.combine(datetime.now(HOME_ZONE), time(9), HOME_ZONE)  # the server's clock says the same
    publish(database, handbook(), final_release())  # after the last one nothing is sealed
    add_people(database, range(40), nine)
    add_people(database, range(100, 112), nine, channel="web")
    approved(database, nine, title="Tuần lễ học tập suốt đời: lời mời có tên dài để xem chữ xuống dòng ra sao")
    deliver(database, handbook(), nine)
    add_people(database, range(200, 247), nine, channel="web", flood_round=nine.year)
    for role in ROLES:
        invite_somebody(database, handbook(), PROVINCE, role, nine, role)
    text = {"vi": "Chào bà con <b>{commune}</b>. Còn {days_left} ngày.", "en": "Hello."}
    buttons = (MessageButton("open"), MessageButton("link", "Tìm lớp học gần nhà", "https://example.vn/lop"))
    officer = add_officer(database)
    draft = run(
        database, lambda each: Desk(each, handbook(), officer, nine).create("Mời học", Message(text, buttons))
    )
    run(database, lambda each: Desk(each, handbook(), officer, nine).count(draft.id))
    run(database, lambda each: Desk(each, handbook(), officer, nine).pause(ON_ITS_WAY))  # else it changes by itself
    assert draft.id == DRAFT


@pytest.fixture(scope="module")
def cookies(province: Server) -> dict[Role, str]:
    """Of somebody who is signed in, by role."""
    found: dict[Role, str] = {}
    for role in ROLES:
        with httpx2.Client(base_url=province.url) as client:
            token = re.search(r'name="token" value="([^"]+)"', client.get(f"/console/sign-in/inv_{role}").text)
            assert token
            answer = client.post("/console/sign-in", data={"token": token[1], "code": f"inv_{role}"})
            assert answer.status_code == 303
            found[role] = client.cookies[COOKIE]
    return found


def address_of(path: str) -> str:
    for place, value in {**PLACES, "number:int": str(NUMBERS.get(path, ON_ITS_WAY))}.items():
        path = path.replace(f"{{{place}}}", value)
    return PATH + path


def signed_in(
    browser: Browser, province: Server, cookies: dict[Role, str], path: str, size: str = "office"
) -> BrowserPage:
    """A browser of whoever may see the page."""
    width, height = SIZES[size]
    viewport: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    role: Role = "campaigns" if path.startswith("/campaigns") else "administrator"
    context.add_cookies([{"name": COOKIE, "value": cookies[role], "url": f"{province.url}console"}])
    return context.new_page()


@pytest.mark.parametrize("path", pages())
def test_a_page_can_be_seen_by_everyone(
    browser: Browser, province: Server, cookies: dict[Role, str], path: str
) -> None:
    """axe finds nothing serious, nothing is wider than the screen, the first load is light; pictures are kept."""
    page = signed_in(browser, province, cookies, path, "phone")
    errors: list[str] = []
    loaded: list[int] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda response: loaded.append(len(response.body())) if response.ok else None)
    answer = page.goto(province.url + address_of(path)[1:], wait_until="networkidle")
    assert answer
    assert answer.status == 200, page.inner_text("main")
    assert sum(loaded) <= HEAVIEST
    assert page.evaluate("document.querySelectorAll('[style], style, script:not([src])').length") == 0
    axe, found = Axe(), []
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            screenshot(page, f"console{address_of(path)[len(PATH) :].replace('/', ' ')} {name} {scheme}")
            if (name, scheme) in READ_BY_AXE:
                found += [f"{name} {scheme}: {violation}" for violation in violations(axe, page)]
        assert too_wide(page) <= width, f"{name}: {widest(page)}"
    page.set_viewport_size({"width": LEAST_SIZE, "height": 740})
    assert too_wide(page) <= LEAST_SIZE, widest(page)
    assert not found, "\n".join(found)
    assert not errors, errors
    page.context.close()


def too_wide(page: BrowserPage) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def widest(page: BrowserPage) -> object:
    """What sticks out, for whoever has to mend it."""
    return page.evaluate(
        "() => [...document.body.querySelectorAll('*')]"
        ".filter(each => each.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 5).map(each => each.outerHTML.slice(0, 160))"
    )


@pytest.mark.parametrize("path", pages())
def test_a_page_can_be_used_by_keyboard(
    browser: Browser, province: Server, cookies: dict[Role, str], path: str
) -> None:
    """Tab comes to everything that can be pressed or filled in. (In a group of radios the arrows do the rest.)"""
    page = signed_in(browser, province, cookies, path)
    page.goto(province.url + address_of(path)[1:])
    there = page.evaluate(FOCUSABLE)
    reached = set()
    for _ in range(len(there) + 40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    missed = [each for place, each in enumerate(there) if str(place) not in reached]
    assert not missed, missed
    page.context.close()
