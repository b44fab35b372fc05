"""What every response carries, whose cookie sees what, and what the disk remembers."""

import hashlib
import io
import json
import re
from typing import Any

import httpx2
import pytest
from PIL import Image
from pypdf import PdfReader
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from channels.webchat.app import make_web_chat
from channels.webchat.visitor import COOKIE, Visitor
from engine.messages import Incoming
from handlers.converse import Reply
from tests.chats import handbook
from tests.server import LINK, Person
from tests.web.conftest import Site

FILES = {"result.png": "image/png", "result.pdf": "application/pdf", "my-data.json": "application/json"}


def address_of(person: Person) -> str:
    """What the database may hold of the cookie."""
    return hashlib.sha256(b"account|" + person.client.cookies["hoctap"].encode()).hexdigest()


class BrokenDoor:
    """Everything fails, and the failure knows too much."""

    def __init__(self, words: str = "") -> None:
        self.words = words

    async def converse(self, incoming: Incoming) -> Reply:
        raise RuntimeError(f"{self.words} {incoming.text} {incoming.address}")

    async def present(self, channel: str, address: str, link: str = "") -> Reply:
        raise RuntimeError(f"{self.words} {address}")

    async def visit(self, channel: str, address: str, *, repeats: bool = True) -> Reply:
        raise RuntimeError(f"{self.words} {address}")

    async def attachment(self, channel: str, address: str, kind: object, person: int) -> object:
        raise RuntimeError(f"{self.words} {address}")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/?c=03646", 200),
        ("GET", "/chat", 303),
        ("HEAD", "/chat", 303),
        ("POST", "/chat", 403),
        ("PUT", "/chat", 405),
        ("DELETE", "/", 405),
        ("GET", "/xa-nao-do", 404),
        ("GET", "/files/0/result.png", 404),
        ("GET", "/files/0/nothing", 404),
        ("GET", f"/files/{'1' * 5000}/result.png", 404),
        ("GET", "/files/²/result.png", 404),
        ("GET", "/files/-1/result.png", 404),
        ("GET", "/static/chat.css", 200),
        ("GET", "/static/chat.js", 200),
        ("GET", "/static/icon.svg", 200),
        ("GET", "/static/nothing", 404),
        ("GET", "/static/..%2fapp.py", 404),
        ("GET", "/static/", 404),
        ("POST", "/static/chat.css", 405),
    ],
)
def test_every_response_has_the_safe_headers(site: Site, method: str, address: str, status: int) -> None:
    check_headers(site.client().request(method, address), status)


def check_headers(response: httpx2.Response, status: int) -> None:
    assert response.status_code == status
    csp = response.headers["content-security-policy"]
    assert "default-src 'none'" in csp
    assert "unsafe" not in csp
    assert "*" not in csp
    assert "http" not in csp
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "server" not in response.headers
    is_static = "/static/" in str(response.url) and status == 200
    assert response.headers["cache-control"] == ("public, max-age=31536000, immutable" if is_static else "no-store")


@pytest.mark.parametrize("kind", ["json", "form", "page", "file"])
def test_a_bug_shows_an_apology_and_no_trace(site: Site, kind: str) -> None:
    site.door = BrokenDoor("xoài-kín-7731")  # type: ignore[assignment]
    client = site.client(raises=False)
    visitor = Visitor("x" * 43, is_new=False)
    client.cookies.set(COOKIE, visitor.secret)
    if kind == "json":
        response = client.post("/chat", json={"text": "x"})
        assert response.json() == {"error": handbook().speak("vi").plain("failed")}
    else:
        response = {
            "page": lambda: client.get("/"),
            "form": lambda: client.post("/chat", data={"action": "begin", "token": visitor.form_token}),
            "file": lambda: client.get("/files/0/result.png"),
        }[kind]()
        assert "Câu trả lời của bạn vẫn còn" in response.text
        assert 'value="home"' in response.text
    check_headers(response, 500)
    assert "7731" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("address", ["/khong-co", "/files/0/result.png", "/static/x"])
def test_a_missing_page_leads_back_to_the_chat(site: Site, address: str) -> None:
    person = site.person()
    person.begin()
    page = person.client.get(address)
    assert page.status_code == 404
    assert handbook().speak("vi").plain("web.not_found") in page.text
    assert "Câu 1/20" in page.text


def test_the_page_asks_for_nothing_from_elsewhere_and_has_no_inline_code(site: Site) -> None:
    person = site.person()
    person.finish()
    page = person.look()
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]


# ---- the cookie ----------------------------------------------------------------------------------------


def cookie_flags(header: str) -> set[str]:
    return {part.strip().partition("=")[0].lower() for part in header.split(";")[1:]}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    for response in (site.client().get(f"/?c={LINK}"), site.client().post("/chat", json={"action": "begin"})):
        for header in response.headers.get_list("set-cookie"):
            assert {"httponly", "samesite", "path", "max-age"} <= cookie_flags(header)
            assert "samesite=lax" in header.lower()
            assert "secure" not in cookie_flags(header), "plain http on one's own machine has to work"


def test_over_https_the_cookie_is_secure(site: Site) -> None:
    response = site.client("https://testserver").get(f"/?c={LINK}")
    assert len(response.headers.get_list("set-cookie")) == 2
    assert all("secure" in cookie_flags(header) for header in response.headers.get_list("set-cookie"))


@pytest.mark.parametrize(("proxy", "is_secure"), [("testclient", True), ("10.0.0.1", False)])
def test_only_a_trusted_proxy_may_say_https(site: Site, proxy: str, is_secure: bool) -> None:
    app: Any = make_web_chat(site.door, handbook().speak, site.rate)
    with TestClient(ProxyHeadersMiddleware(app, trusted_hosts=[proxy])) as client:  # type: ignore[arg-type]
        header = client.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"]
    assert ("secure" in cookie_flags(header)) == is_secure


def test_the_database_holds_only_the_hash_of_the_cookie(site: Site) -> None:
    person = site.person()
    person.finish()
    held = site.bytes_on_disk()
    assert person.client.cookies["hoctap"].encode() not in held
    assert address_of(person).encode() in held


@pytest.mark.parametrize("cookie", ["", "short", "x" * 44, "x" * 4000])
def test_a_cookie_that_we_did_not_make_is_replaced(site: Site, cookie: str) -> None:
    client = site.client()
    client.cookies.set("hoctap", cookie, domain="testserver.local")
    made = client.get("/").cookies["hoctap"]
    assert len(made) == 43
    assert made != cookie


def test_looking_leaves_nothing_behind(site: Site) -> None:
    for address in ("/", f"/?c={LINK}", "/chat", "/khong-co", "/files/0/my-data.json"):
        site.client().get(address)
        site.client().head(address)
    assert site.rows() == []


def test_who_says_no_is_only_known_to_have_been_there(site: Site) -> None:
    person = site.person()
    person.look(f"/?c={LINK}")
    person.press("speak:en")
    person.press(f"begin:{LINK}")
    person.press("decline")
    (row,) = site.rows()
    assert LINK not in row
    assert "'en'" not in row


# ---- files ---------------------------------------------------------------------------------------------


def test_the_files_are_what_they_say(site: Site) -> None:
    person = site.person()
    person.finish()
    answers = {name: person.client.get(f"/files/0/{name}") for name in FILES}
    for name, kind in FILES.items():
        check_headers(answers[name], 200)
        assert answers[name].headers["content-type"] == kind
        assert ("content-disposition" in answers[name].headers) == (name != "result.png")
    Image.open(io.BytesIO(answers["result.png"].content)).verify()
    pdf = PdfReader(io.BytesIO(answers["result.pdf"].content))
    assert "Tô Hiệu" in pdf.pages[0].extract_text()


def test_my_data_is_everything_that_is_held(site: Site) -> None:
    person = site.person()
    person.finish()
    held = person.held()
    written = json.dumps(held, ensure_ascii=False)
    for row in site.rows():
        in_words = re.sub(r"""(?<= )b(["']).*?\1(?=, )""", "", row)  # without the account's secret, looked at below
        values = [value for value in re.findall(r"'([^']*)'", in_words) if not value.startswith(("{", "["))]
        words = [word for value in values for word in value.split()]
        assert words
        assert all(word in written for word in words)
    assert len(bytes.fromhex(held["account"]["secret"])) == 16
    (session,) = held["sessions"]
    assert len(session["answers"]) == 20
    assert len(session["scores"]) == 10
    assert (session["sex"], session["age"]) == ("undisclosed", "30-44")
    assert held["account"]["commune"] == LINK


def test_nobody_gets_the_files_of_another(site: Site) -> None:
    owner, other, stranger = site.person(), site.person(), site.person()
    owner.finish()
    other.begin()
    for name in ("result.png", "result.pdf"):
        assert other.client.get(f"/files/0/{name}").status_code == 404
        assert owner.client.get(f"/files/1/{name}").status_code == 404
    for name in FILES:
        assert stranger.client.get(f"/files/0/{name}").status_code == 404
    assert other.held()["account"]["address"] == address_of(other)
    assert "sessions" in other.held()
    assert other.held()["sessions"][0]["finished_at"] is None


def test_whoever_steals_the_hash_gets_nothing(site: Site) -> None:
    owner, thief = site.person(), site.person()
    owner.finish()
    thief.client.cookies.set("hoctap", address_of(owner)[:43])
    assert thief.client.get("/files/0/my-data.json").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("neighbours", [0, 30])
def test_erased_is_gone_from_the_disk(site: Site, neighbours: int) -> None:
    """Among neighbours the rows lie on pages that were split and merged: no copy may stay in their gaps."""
    people = [site.person() for _ in range(neighbours + 1)]
    for number, each in enumerate(people):
        each.begin()
        each.answer_all(number % 4)
        if number % 2 == 0:
            each.press("finish")
    erased = people[:: max(1, len(people) // 6)]
    marks = [mark for each in erased for mark in (address_of(each).encode(), answers_on_disk(each))]
    before = site.bytes_on_disk()
    assert all(mark in before for mark in marks[::2])
    kept = {address_of(each) for each in people} - {address_of(each) for each in erased}
    for each in erased:
        each.type("/erase")
        each.press("erase_all")
    after = site.bytes_on_disk()
    assert all(address.encode() in after for address in kept)
    assert not [mark for mark in marks[::2] if mark in after]
    if not neighbours:
        assert marks[1] not in after
        assert LINK.encode() not in after
        assert b"farmer" not in after
        assert b'"q01"' not in after


def answers_on_disk(person: Person) -> bytes:
    """The answers as the database writes them."""
    return json.dumps(person.held()["sessions"][0]["answers"], separators=(",", ":")).encode()
