"""What the web chat refuses: broken bodies, other sites' forms and scripts, too much at once. Never a trace."""

import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from channels.webchat.read import LONGEST_BODY
from tests.chats import handbook
from tests.server import LINK, Person, page_field
from tests.web.conftest import Site

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
MARKER = "xoài-kín-7731"
ODD_TEXTS = [
    MARKER,
    f"{MARKER}\x00\x00",
    f"\ud800{MARKER}\udfff",
    f"\u202e{MARKER}\u2066\u200f",
    MARKER * 680,  # 10 kB
    f"/start c{MARKER}",
    f"/{MARKER}\x00",
    f"/start c{LINK}\x00{MARKER}",
    f"\ufeff\u0301\u0301{MARKER}\U0001f468\u200d\U0001f469",
    "ﷺ" * 500 + MARKER,
    "",
    " ",
    "\x00",
    "9" * 500,
    "%s%n{0}{marker}" + MARKER,
]
BROKEN = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"1",
    b"{}",
    b'{"text": null}',
    b'{"text": 1}',
    b'{"text": ["a"]}',
    b'{"action": {"a": 1}}',
    b'{"action": "help", "text": "x"}',
    b'{"action": "help", "turn": "1"}',
    b'{"action": "help", "turn": 1.0}',
    b'{"action": "help", "turn": true}',
    b'{"action": "help", "turn": NaN}',
    b'{"action": "help", "turn": ' + b"9" * 5000 + b"}",
    b"[" * 8000,
    b'{"text":' * 1500,
    b"\xff\xfe\x00",
]
ATTACKS = [
    "<script>alert(7731)</script>",
    '"><img src=x onerror=alert(7731)>',
    "javascript:alert(7731)",
    "{{7731*7}}{%7731%}",
    "</title><svg onload=alert(7731)>",
    "'-alert(7731)-'",
]


@pytest.mark.parametrize("body", BROKEN)
def test_broken_json_gets_a_clear_no(site: Site, body: bytes) -> None:
    response = site.client().post("/chat", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json() == {"error": handbook().speak("vi").plain("web.refused")}
    assert site.rows() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
            lambda children: st.dictionaries(
                st.sampled_from(["text", "action", "turn", "x"]), children, max_size=4
            ),
            max_leaves=6,
        ).map(lambda value: json.dumps(value).encode()),
        st.fixed_dictionaries({"action": st.text(string.printable, max_size=80)}).map(
            lambda value: json.dumps(value).encode()
        ),
    )
)
def test_no_body_breaks_it(site: Site, body: bytes) -> None:
    """The client raises whatever the application raises."""
    client = site.clients[0] if site.clients else site.client()
    for headers in (JSON, FORM, {"content-type": "multipart/form-data; boundary=x"}, {}):
        assert client.post("/chat", content=body, headers=headers).status_code in (200, 400, 403)


@pytest.mark.parametrize("content_type", [JSON, FORM, {"content-type": "multipart/form-data; boundary=x"}, {}])
def test_a_huge_body_is_not_read_to_its_end(site: Site, content_type: dict[str, str]) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * LONGEST_BODY

    response = site.client().post("/chat", content=endless(), headers=content_type)
    assert response.status_code == 413
    assert handbook().speak("vi").plain("web.too_long") in response.text
    assert site.rows() == []


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=a; charset=zz", "multipart/form-data; boundary="],
)
def test_a_form_that_cannot_be_read_gets_the_page(site: Site, content_type: str) -> None:
    response = site.client().post("/chat", content=b"--x\r\n\r\n", headers={"content-type": content_type})
    assert response.status_code in (400, 403)
    assert 'href="/"' in response.text


@pytest.mark.slow
@pytest.mark.parametrize("at", ["greeting", "commune", "question", "result"])
def test_nothing_typed_is_kept_or_said_back(either_site: Site, at: str) -> None:
    person = either_site.person()
    if at == "commune":
        person.press("begin")
        person.press("agree")
    elif at == "question":
        person.begin()
    elif at == "result":
        person.finish()
    for typed in [*ODD_TEXTS, *ATTACKS]:
        for body in ({"text": typed}, {"action": typed}):
            response = person.post(body)
            assert response.status_code == 200
            assert MARKER not in response.text
            assert "7731" not in response.text
    assert "7731" not in person.look()
    assert "7731" not in "".join(either_site.rows())


def test_attacks_in_every_part_of_a_request_do_not_come_back(site: Site) -> None:
    for attack in ATTACKS:
        client = site.client()
        token = page_field(client.get("/").text, "token")
        header = {"accept-language": attack, "referer": attack, "user-agent": attack, "origin": attack}
        fields = {"token": token, "turn": attack, "action": "", "text": attack, attack: attack}
        responses = [
            client.get("/", params={"c": attack}, headers=header),
            client.get(f"/{attack}", headers=header),
            client.get(f"/files/0/{attack}", headers=header),
            client.get(f"/files/{attack}/result.png", headers=header),
            client.get(f"/static/{attack}", headers=header),
            client.post("/chat", data=fields, headers=header),
            client.post("/chat", data={**fields, "token": attack}, headers=header),
            client.post("/chat", data={**fields, "text": "", "action": attack}, headers=header),
            client.post("/chat", json={"text": attack}, headers=header),
        ]
        client.cookies.set("hoctap", attack.replace(";", ""))
        client.cookies.set("hoctap_link", attack.replace(";", ""))
        responses.append(client.get("/"))
        for response in responses:
            assert response.status_code < 500
            assert "7731" not in response.text
            assert "7731" not in str(response.headers)


# ---- other sites ---------------------------------------------------------------------------------------


def untouched(site: Site, person: Person) -> Any:
    return site.rows(), person.held()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"origin": ""},
    ],
)
def test_another_site_cannot_send_json(site: Site, headers: dict[str, str]) -> None:
    person = site.person()
    person.begin()
    before = untouched(site, person)
    response = person.client.post("/chat", json={"action": person.choices[0]}, headers=headers)
    assert response.status_code == 403
    assert handbook().speak("vi").plain("web.not_our_page") in response.json()["error"]
    assert untouched(site, person) == before


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_our_own_page_can(site: Site, headers: dict[str, str]) -> None:
    response = site.person().client.post("/chat", json={"action": "begin"}, headers=headers)
    assert response.json()["screens"][0]["id"] == "consent"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_foreign_form_cannot_pass_for_json(site: Site, content_type: str) -> None:
    """These are the types that a browser sends across sites without asking first."""
    person = site.person()
    person.begin()
    before = untouched(site, person)
    body = json.dumps({"action": person.choices[0]}).encode()
    response = person.client.post("/chat", content=body, headers={"content-type": content_type})
    assert response.status_code in (400, 403)
    assert '<form id="chat"' in response.text
    assert untouched(site, person) == before


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, "đ" * 64, "someone else's"])
def test_a_form_needs_our_token(site: Site, token: str | None) -> None:
    person = site.person()
    person.begin()
    before = untouched(site, person)
    form = {"action": person.choices[0], "turn": str(person.turn)}
    if token == "someone else's":
        form["token"] = page_field(site.client().get("/").text, "token")
    elif token is not None:
        form["token"] = token
    response = person.client.post("/chat", data=form)
    assert response.status_code == 403
    assert handbook().speak("vi").plain("web.stale") in response.text
    assert untouched(site, person) == before


def test_the_form_of_someone_without_a_cookie_is_refused(site: Site) -> None:
    """A token cannot be made for a browser that has none."""
    token = page_field(site.client().get("/").text, "token")
    assert site.client().post("/chat", data={"token": token, "action": "begin"}).status_code == 403
    assert site.rows() == []


def test_a_script_without_a_cookie_is_refused(site: Site) -> None:
    """It would make a new account with every press."""
    assert site.client().post("/chat", json={"action": "begin"}).status_code == 403
    assert site.rows() == []


# ---- too much ------------------------------------------------------------------------------------------


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_too_many_presses_wait_and_then_go_on(site: Site) -> None:
    clock = Seconds()
    limited = make_web_chat(site.door, handbook().speak, RateLimit(per_minute=30, burst=4, clock=clock))
    with TestClient(limited) as client:
        client.get("/")
        statuses = [client.post("/chat", json={"action": "begin"}).status_code for _ in range(6)]
        assert statuses == [200] * 4 + [429] * 2
        refusal = client.post("/chat", json={"text": "2"})
        assert refusal.headers["retry-after"] == "2"
        assert refusal.json() == {"error": handbook().speak("vi").plain("web.too_many"), "retry_after": 2}
        page = client.post("/chat", data={"token": page_field(client.get("/").text, "token"), "action": "begin"})
        assert page.status_code == 429
        assert page.headers["retry-after"] == "2"
        assert handbook().speak("vi").plain("web.too_many_wait", count=2) in page.text
        assert client.get("/files/0/result.png").status_code == 429
        clock.now += 2
        assert client.post("/chat", json={"text": "2"}).status_code == 200
        assert client.post("/chat", json={"text": "2"}).status_code == 429
        clock.now += 3600
        assert [client.post("/chat", json={"text": "2"}).status_code for _ in range(5)] == [200] * 4 + [429]


def test_one_address_does_not_slow_another() -> None:
    clock = Seconds()
    rate = RateLimit(per_minute=60, burst=1, clock=clock)
    assert rate.seconds_to_wait("10.0.0.1") == 0
    assert rate.seconds_to_wait("10.0.0.1") == 1
    assert rate.seconds_to_wait("10.0.0.2") == 0
    assert rate.seconds_to_wait("2001:db8::1") == 0
    assert rate.seconds_to_wait("2001:db8::ffff") == 1, "one subscriber has a whole /64"
    assert rate.seconds_to_wait("2001:db8:0:1::1") == 0
    assert rate.seconds_to_wait("::ffff:192.0.2.1") == 0
    assert rate.seconds_to_wait("::ffff:192.0.2.2") == 0, "IPv4 in IPv6 clothes is no common /64"
    assert rate.seconds_to_wait("192.0.2.1") == 1, "nor somebody else"


def test_many_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.webchat.rate.MOST_ADDRESSES", 100)
    clock = Seconds()
    rate = RateLimit(per_minute=60, burst=2, clock=clock)
    rate.seconds_to_wait("busy")
    rate.seconds_to_wait("busy")
    for number in range(1000):
        rate.seconds_to_wait(f"10.0.{number // 250}.{number % 250}")
    assert len(rate._buckets) <= 100
    assert rate.seconds_to_wait("busy") == 1, "who has sent most is remembered longest"
