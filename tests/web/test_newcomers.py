"""In a flood of new accounts: strangers do a little work or wait, and whoever has an account notices nothing."""

import hashlib
import html
import re
from itertools import count

import httpx2
import pytest
from starlette.testclient import TestClient

from bot.bootstrap import Hoctap
from channels.webchat.app import make_web_chat
from channels.webchat.proofs import BITS, PUZZLES, WAIT_SECONDS, WINDOW_SECONDS, Proofs
from tests.chats import handbook
from tests.server import LINK, page_field
from tests.web.conftest import Site

NEWCOMERS = 5


class Flood:
    """A site to which more strangers have come than it takes for usual."""

    def __init__(self, site: Site) -> None:
        assert isinstance(site.door, Hoctap)
        site.door._newcomers_per_minute = NEWCOMERS
        self.site, self.now = site, 1_000_000.0
        self.early = self.client()
        assert self.press(self.early).status_code == 200
        while self.press(self.client()).status_code == 200:
            pass
        self.rows = site.rows()

    def client(self) -> TestClient:
        """Somebody who has opened the page."""
        proofs = Proofs(b"secret", lambda: self.now)
        app = make_web_chat(self.site.door, handbook().speak, self.site.rate, proofs=proofs)
        client = TestClient(app, follow_redirects=False)
        self.site.clients.append(client)
        client.get("/")
        return client

    @staticmethod
    def press(client: TestClient, proof: str = "", action: str = "begin") -> httpx2.Response:
        return client.post("/chat", json={"action": action}, headers={"hoctap-proof": proof})


@pytest.fixture
def flood(site: Site) -> Flood:
    return Flood(site)


def solve(work: dict[str, object]) -> str:
    """As proof.js does."""
    return ",".join(solve_one(f"{work['challenge']}{puzzle}.") for puzzle in range(PUZZLES))


def solve_one(begun: str) -> str:
    return next(
        str(number)
        for number in count()
        if int.from_bytes(hashlib.sha256(f"{begun}{number}".encode()).digest(), "big") >> (256 - BITS) == 0
    )


def sent_on(page: str) -> str:
    """Where a page goes by itself."""
    found = re.search(r'http-equiv="refresh" content="\d+;url=([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def test_work_lets_a_stranger_in_and_only_then_there_is_an_account(flood: Flood) -> None:
    client = flood.client()
    asked = flood.press(client)
    assert asked.status_code == 428
    assert flood.site.rows() == flood.rows, "a stranger who is asked leaves no trace"
    assert flood.press(client, solve(asked.json()["proof"])).json()["screens"][0]["id"] == "consent"
    assert len(flood.site.rows()) == len(flood.rows) + 1


@pytest.mark.parametrize("proof", ["", "x", "-1", "9" * 500, "٣", ",".join("0" * PUZZLES)])
def test_what_is_no_proof_does_not(flood: Flood, proof: str) -> None:
    client = flood.client()
    response = client.post("/chat", json={"action": "begin"}, headers={b"hoctap-proof": proof.encode()})
    assert response.status_code == 428
    assert flood.site.rows() == flood.rows


def test_a_proof_is_for_one_cookie_and_a_while(flood: Flood) -> None:
    client, other = flood.client(), flood.client()
    proof = solve(flood.press(client).json()["proof"])
    assert flood.press(other, proof).status_code == 428
    flood.now += 2 * WINDOW_SECONDS
    assert flood.press(client, proof).status_code == 428


def test_who_has_an_account_is_never_asked(flood: Flood) -> None:
    for action in ("agree", "help"):
        assert flood.press(flood.early, action=action).status_code == 200


def test_a_link_is_followed_after_the_work_as_before(flood: Flood) -> None:
    client = flood.client()
    client.get(f"/?c={LINK}")
    asked = flood.press(client, action=f"begin:{LINK}")
    assert asked.status_code == 428
    reply = flood.press(client, solve(asked.json()["proof"]), action=f"begin:{LINK}").json()
    assert f"agree:{LINK}" in str(reply["screens"])


def test_a_phone_without_javascript_waits_and_presses_again(flood: Flood) -> None:
    client = flood.client()
    form = {"token": page_field(client.get("/").text, "token"), "action": "begin"}
    asked = client.post("/chat", data=form)
    assert asked.status_code == 503
    address = sent_on(asked.text)
    assert "waited" not in client.get(address).text.partition("<form")[2].partition("<header")[0], "too early"
    flood.now += WAIT_SECONDS
    page = client.get(address)
    assert handbook().speak("vi").plain("web.waited") in page.text
    assert client.post("/chat", data={**form, "waited": page_field(page.text, "waited")}).status_code == 303
    assert len(flood.site.rows()) == len(flood.rows) + 1


def test_waiting_does_not_let_in_a_machine_by_the_hundred(flood: Flood) -> None:
    """From one network address so many a minute; the page of the others goes on waiting by itself."""
    waiting = []
    for _ in range(25):
        client = flood.client()
        form = {"token": page_field(client.get("/").text, "token"), "action": "begin"}
        waiting.append((client, sent_on(client.post("/chat", data=form).text)))
    flood.now += WAIT_SECONDS
    entry = waiting[0][0].app.state.entry  # type: ignore[attr-defined]
    for client, _ in waiting:  # one server, so one limit
        client.app.state.entry._waited = entry._waited  # type: ignore[attr-defined]
    pages = [client.get(address) for client, address in waiting]
    passed = [page for page in pages if page.status_code == 200]
    assert len(passed) == 20
    assert all(sent_on(page.text).startswith("/?waited=") for page in pages if page.status_code == 503)


def test_someone_elses_wait_is_no_use(flood: Flood) -> None:
    client, other = flood.client(), flood.client()
    form = {"token": page_field(client.get("/").text, "token"), "action": "begin"}
    address = sent_on(client.post("/chat", data=form).text)
    flood.now += WAIT_SECONDS
    assert handbook().speak("vi").plain("web.waited") not in other.get(address).text
