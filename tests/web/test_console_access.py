"""Every address of the console, asked for by every role of every unit: who gets in, and who finds nothing there."""

from dataclasses import replace

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from engine.campaigns.message import Message
from engine.disclosure.released import PROVINCE
from engine.state import ROLES, Role
from handlers.campaigns import Desk
from handlers.staff import DUTIES, MAY, access, find_member
from tests.chats import handbook
from tests.web.conftest import Site
from tests.web.console import signed_in
from web import console
from web.browser import COOKIE, BrowserCookie
from web.pages import PAGES
from web.visit import Page, Visit

OWN, OTHER = "03667", "03646"
WHO: dict[str, tuple[Role, str]] = {
    "Sp": ("statistics", PROVINCE),
    "Sc": ("statistics", OWN),
    "So": ("statistics", OTHER),
    "Cp": ("campaigns", PROVINCE),
    "Cc": ("campaigns", OWN),
    "Co": ("campaigns", OTHER),
    "Ap": ("administrator", PROVINCE),
}
"""S, C, A: the role. p: of the province, c: of the commune that is asked for, o: of another one."""

EXPECTED = """
Sp Sc So Cp Cc Co Ap
    GET  /
    GET  /account
    POST /account/sessions/{number:int}/end
    POST /account/sessions/end-others
    POST /account/language
    GET  /questionnaires
    GET  /questionnaires/{form}/versions/{version}
    GET  /questionnaires/{form}/versions/{version}/workbook
    GET  /questionnaires/{form}/versions/{version}/trial
    POST /questionnaires/{form}/versions/{version}/trial
    GET  /statistics
    GET  /statistics/{year:int}
    GET  /statistics/{year:int}/{number:int}
Sp Sc Cp Cc Ap
    GET  /communes/{unit}
    GET  /communes/{unit}/poster
    POST /statistics/{unit}/{year:int}/{number:int}/file
Cp Cc Co
    GET  /campaigns
    GET  /campaigns/new
    POST /campaigns/new
    GET  /campaigns/calendar
    GET  /campaigns/{number:int}
    GET  /campaigns/{number:int}/write
    POST /campaigns/{number:int}/write
    POST /campaigns/{number:int}/preview
    GET  /campaigns/{number:int}/picture
    GET  /campaigns/{number:int}/audience
    POST /campaigns/{number:int}/audience
    POST /campaigns/{number:int}/audience/count
    POST /campaigns/{number:int}/count
    POST /campaigns/{number:int}/test
    POST /campaigns/{number:int}/submit
    POST /campaigns/{number:int}/approve
    POST /campaigns/{number:int}/return
    POST /campaigns/{number:int}/pause
    POST /campaigns/{number:int}/resume
    GET  /campaigns/{number:int}/cancel
    POST /campaigns/{number:int}/cancel
    GET  /campaigns/{number:int}/again
    POST /campaigns/{number:int}/again
    GET  /campaigns/{number:int}/events
    POST /campaigns/{number:int}/ledger
Cp Cc Co Ap
    GET  /calendar
Cp
    POST /calendar/theme/{year:int}
Cp Ap
    GET  /voice
    POST /voice/languages
    POST /voice/languages/{code}/remove
    GET  /voice/{form}/{language}
    POST /voice/{form}/{language}/{question}
    POST /voice/{form}/{language}/{question}/remove
Ap
    POST /questionnaires/upload
    POST /questionnaires/{form}/publish
    POST /questionnaires/{form}/drop
    GET  /settings
    GET  /settings/limits
    POST /settings/limits
    GET  /settings/pass-marks
    GET  /settings/pass-marks/{unit}
    POST /settings/pass-marks/{unit}
    POST /settings/pass-marks/{unit}/reset
    GET  /settings/adults
    POST /settings/adults
    GET  /settings/adults/file
    POST /settings/adults/file
    GET  /settings/staff
    POST /settings/staff/invite
    GET  /settings/staff/{number:int}
    POST /settings/staff/{number:int}
    POST /settings/staff/{number:int}/link
    POST /settings/staff/{number:int}/sign-out
    GET  /settings/staff/{number:int}/remove
    POST /settings/staff/{number:int}/remove
    GET  /settings/audit
    POST /settings/audit/export
"""
PLACES = {
    "unit": OWN,
    "number:int": "1",
    "year:int": "2026",
    "form": "farmer",
    "version": "2026.1",
    "language": "vi",
    "code": "vi",
    "question": "q01",
}


def expected() -> dict[str, set[str]]:
    """Such as "GET /account" → who gets in."""
    found, who = {}, set[str]()
    for line in EXPECTED.strip().splitlines():
        if line.startswith(" "):
            found[" ".join(line.split())] = who
        else:
            who = set(line.split())
    return found


def name(page: Page) -> str:
    return f"{page.method} {page.path or '/'}"


def ask(client: TestClient, token: str, page: Page) -> int:
    path = page.path
    for place, value in PLACES.items():
        path = path.replace(f"{{{place}}}", value)
    assert "{" not in path, f"PLACES lacks a value for {page.path}"
    data = {"token": token} if page.method == "POST" else None
    return client.request(page.method, f"/console{path}", data=data).status_code


def form_token(client: TestClient) -> str:
    return BrowserCookie(client.cookies[COOKIE]).form_token


@pytest.fixture
def bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the door of each page there is nothing: only the door is tried."""

    async def inside(_: Visit) -> Response:
        return PlainTextResponse("in")

    monkeypatch.setattr(console, "PAGES", tuple(replace(page, show=inside) for page in PAGES))


def test_every_page_stands_in_the_table() -> None:
    assert sorted(map(name, PAGES)) == sorted(expected())


@pytest.mark.parametrize("who", WHO)
@pytest.mark.usefixtures("bare_pages")
def test_only_who_may_gets_in(site: Site, who: str) -> None:
    client = signed_in(site, *WHO[who])
    token = form_token(client)
    got_in = {name(page): ask(client, token, page) for page in PAGES}
    assert got_in == {page: 200 if who in allowed else 404 for page, allowed in expected().items()}


@pytest.mark.usefixtures("bare_pages")
def test_nobody_gets_in_without_signing_in(site: Site) -> None:
    client = site.client()
    for page in PAGES:
        assert ask(client, "", page) == (303 if page.method == "GET" else 403)


def test_a_campaign_of_another_unit_is_not_there(site: Site) -> None:
    """Whose campaign it is the address does not say, so the page itself must ask."""
    of_campaign = [page for page in PAGES if page.path.startswith("/campaigns/{number:int}")]
    own, other = signed_in(site, "campaigns", OWN), signed_in(site, "campaigns", OTHER)
    with site.database.transaction() as transaction:
        officer = access(find_member(transaction, 1), "campaigns")
        desk = Desk(transaction, handbook(), officer, site.clock.now)
        desk.create("Tin", Message({"vi": "Chào bà con."}))
        desk.add_picture(1, b"\x89PNG")
    assert {name(page): ask(other, form_token(other), page) for page in of_campaign} == dict.fromkeys(
        map(name, of_campaign), 404
    )
    answers = {name(page): ask(own, form_token(own), page) for page in of_campaign}
    assert [page for page, status in answers.items() if status in (403, 404, 500)] == []


def test_every_role_and_duty_is_decided() -> None:
    assert set(MAY) == set(DUTIES)
    assert {role for roles in MAY.values() for role in roles} == set(ROLES)
    assert {page.duty for page in PAGES} == set(DUTIES)
