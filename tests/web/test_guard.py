"""Before everything else: who is sent away when too many turns wait, and who is not."""

import time

import pytest
from starlette.testclient import TestClient

from channels.webchat.app import make_web_chat
from channels.webchat.guard import KNOWN_MAY_WAIT, Guard
from channels.webchat.rate import RateLimit
from tests.chats import handbook
from tests.server import Person
from tests.web.conftest import Site

MOST = 10


class Crowded:
    """A guarded web chat, and how many turns wait behind it."""

    def __init__(self, site: Site) -> None:
        self.waiting = 0
        app = make_web_chat(site.door, handbook().speak, site.rate)
        plenty = RateLimit(1_000_000, 1_000_000, time.monotonic)
        self.guard = Guard(app, app.state.entry, plenty, lambda: self.waiting, MOST, time.monotonic)
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
    assert 'http-equiv="refresh" content="5;url=/"' in page.text
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
