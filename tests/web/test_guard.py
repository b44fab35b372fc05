"""Before everything else: who is sent away when too many turns wait, and who is not."""

import re
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Route
from starlette.testclient import TestClient

from channels.webchat import entry
from channels.webchat.app import make_web_chat
from channels.webchat.guard import KNOWN_MAY_WAIT, Guard
from channels.webchat.rate import RateLimit
from engine.texts import Texts
from tests.chats import handbook
from tests.server import LINK, Person, running_server
from tests.web.conftest import Site

MOST = 10
A_MINUTE, AT_ONCE = 20, 200
TOO_MANY = handbook().speak("vi").plain("web.too_many_page", count=2).partition("2")[0]


class Crowded:
    """A guarded web chat, and how many turns wait behind it."""

    def __init__(self, site: Site) -> None:
        self.waiting = 0
        self.seconds = 0.0
        app = make_web_chat(site.door, handbook().speak, site.rate)
        requests = RateLimit(A_MINUTE, AT_ONCE, lambda: self.seconds)
        self.guard = Guard(app, app.state.entry, requests, lambda: self.waiting, MOST, time.monotonic)
        self.site = site

    def client(self) -> TestClient:
        client = TestClient(self.guard, follow_redirects=False)
        self.site.clients.append(client)
        return client


@pytest.fixture
def crowded(site: Site) -> Crowded:
    return Crowded(site)


def test_strangers_come_back_by_themselves_and_those_in_the_middle_go_on(crowded: Crowded) -> None:
    person, stranger = Person(crowded.client()), crowded.client()
    person.begin()
    stranger.get("/")
    crowded.waiting = MOST
    page = stranger.get("/", headers={"accept-language": "en"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert 'http-equiv="refresh" content="5"' in page.text
    assert handbook().speak("en").plain("web.busy") in page.text
    assert stranger.post("/chat", json={"action": "begin"}).json() == {"retry_after": 5}
    assert stranger.get("/static/chat.css").status_code == 200
    assert person.press(person.choices[0])["id"] == "question"
    crowded.waiting = MOST * KNOWN_MAY_WAIT
    assert person.client.get("/").status_code == 503
    crowded.waiting = 0
    assert stranger.get("/").status_code == 200


def test_a_made_up_mark_is_no_account(crowded: Crowded) -> None:
    stranger = crowded.client()
    stranger.get("/")
    stranger.cookies.set("hoctap_known", "0" * 64)
    crowded.waiting = MOST
    assert stranger.get("/").status_code == 503


def test_a_refusal_has_the_safe_headers(crowded: Crowded) -> None:
    crowded.waiting = MOST
    response = crowded.client().get("/")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


def use_up(client: Any) -> None:
    """All that this network address may ask for now."""
    while client.get("/junk").status_code != 429:
        pass


@pytest.mark.parametrize(
    ("accepted", "language"), [("vi-VN,vi;q=0.9", "vi"), ("en-GB,en;q=0.9", "en"), ("fr", "vi"), ("", "vi")]
)
def test_who_asked_for_too_much_reads_why_and_when_to_come_back(
    crowded: Crowded, accepted: str, language: str
) -> None:
    stranger = crowded.client()
    use_up(stranger)
    page = stranger.get(f"/?c={LINK}", headers={"accept-language": accepted})
    assert (page.status_code, page.headers["retry-after"]) == (429, "3")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    assert handbook().speak(language).plain("web.too_many_page", count=3) in page.text
    assert re.search(r'http-equiv="refresh" content="3">', page.text), "the address with the commune's link"
    assert stranger.post("/chat", json={"action": "begin"}).json() == {"retry_after": 3}
    crowded.seconds += 3
    assert stranger.get("/").status_code == 200


def test_the_pages_that_send_away_are_made_once(crowded: Crowded, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    small_page = entry.small_page

    def noted(page: Any, say: Texts, words: str, *more: Any, **named: Any) -> Any:
        made.append(words)
        return small_page(page, say, words, *more, **named)

    monkeypatch.setattr(entry, "small_page", noted)
    stranger = crowded.client()
    crowded.waiting = MOST
    for language in ("vi", "en", "xx", "vi", "en"):
        stranger.get("/", headers={"accept-language": language})
    assert len(made) == 2, "one for each language"
    use_up(stranger)
    for path in ("/", "/chat", "/junk", "/?c=1", "/?c=2"):
        stranger.get(path)
    assert len(made) == 3


def test_a_phone_without_javascript_comes_back_by_itself(
    tmp_path: Path, phone_without_javascript: BrowserContext
) -> None:
    page = phone_without_javascript.new_page()
    with (
        running_server(tmp_path / "data", HOCTAP_REQUESTS_PER_MINUTE="40", HOCTAP_REQUEST_BURST="4") as server,
        httpx2.Client(base_url=server.url) as neighbour,
    ):

        def at_a_bad_moment(route: Route) -> None:
            use_up(neighbour)
            route.continue_()

        page.route("**/*", at_a_bad_moment, times=1)
        page.goto(f"{server.url}?c={LINK}")
        assert TOO_MANY in page.inner_text("main")
        page.wait_for_selector(f'button[value="begin:{LINK}"]')
        page.route("**/chat", at_a_bad_moment, times=1)
        page.click(f'button[value="begin:{LINK}"]')
        assert TOO_MANY in page.inner_text("main")
        page.wait_for_selector(f'button[value="begin:{LINK}"]')
