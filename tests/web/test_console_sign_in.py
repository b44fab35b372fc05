"""Coming into the console and leaving it: codes, invitations, cookies, forged forms, other people's addresses."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from channels.webchat.rate import RateLimit
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.server import Person
from tests.web.conftest import Site
from tests.web.console import enter, post, problem_of, signed_in, token_of
from web.browser import COOKIE


def code_in_chat(site: Site, person: Person) -> str:
    """What the bot answers to /console."""
    answer = person.post({"text": "/console", "turn": person.turn})
    way_in = answer.json()["screens"][0]
    assert way_in["id"] == "console_link"
    found = re.search(r"<b>([a-z0-9-]{14})</b>", way_in["html"])
    assert found, way_in
    return found[1]


@pytest.fixture
def officer(site: Site) -> Person:
    """Somebody who became an officer in the web chat."""
    invite_somebody(site.database, handbook(), "03667", "a-token", site.clock.now, "campaigns")
    person = site.person()
    person.look()
    person.type("/start inv_a-token")
    return person


def test_a_code_from_the_chat_lets_in_once(site: Site, officer: Person) -> None:
    code = code_in_chat(site, officer)
    client = site.client()
    assert enter(client, code).headers["location"] == "/console"
    assert "Phường Chiềng An" in client.get("/console/account").text
    again = enter(site.client(), code)
    assert again.status_code == 403
    assert "đã dùng rồi" in problem_of(again)


@pytest.mark.parametrize("typed", [str.upper, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
def test_a_code_may_be_typed_in_any_way(site: Site, officer: Person, typed: "object") -> None:
    assert callable(typed)
    assert enter(site.client(), typed(code_in_chat(site, officer))).status_code == 303


def test_a_code_lasts_ten_minutes(site: Site, officer: Person) -> None:
    code = code_in_chat(site, officer)
    site.clock.now += timedelta(minutes=10, seconds=1)
    assert enter(site.client(), code).status_code == 403


def test_a_new_code_ends_the_one_before(site: Site, officer: Person) -> None:
    first, second = code_in_chat(site, officer), code_in_chat(site, officer)
    assert enter(site.client(), first).status_code == 403
    assert enter(site.client(), second).status_code == 303


def test_looking_at_a_link_uses_nothing_up(site: Site, officer: Person) -> None:
    """A messenger fetches links to show what is behind them."""
    code = code_in_chat(site, officer)
    for method in ("GET", "HEAD", "GET"):
        site.client().request(method, f"/console/sign-in/{code}")
    assert enter(site.client(), code).status_code == 303


def test_in_the_web_chat_a_link_leads_straight_in(site: Site, officer: Person) -> None:
    officer.type("/help")
    answer = officer.post({"action": "console", "turn": officer.turn}).json()["screens"][0]
    link = re.search(r'<a href="(/console/sign-in/[a-z0-9]{12})">', answer["html"])
    assert link
    client = site.client()
    door = client.get(link[1])
    assert "Mã đã sẵn sàng" in door.text


def test_citizens_have_no_such_command(site: Site) -> None:
    person = site.person()
    person.begin()
    assert "console" not in str(person.type("/console"))


def test_codes_and_cookies_are_kept_nowhere(site: Site, officer: Person) -> None:
    code = code_in_chat(site, officer)
    client = site.client()
    enter(client, code)
    kept = site.bytes_on_disk()
    assert code.replace("-", "").encode() not in kept
    assert client.cookies[COOKIE].encode() not in kept


def test_a_session_lasts_eight_hours(site: Site) -> None:
    client = signed_in(site)
    site.clock.now += timedelta(hours=8)
    assert client.get("/console/account").status_code == 200
    site.clock.now += timedelta(seconds=1)
    assert client.get("/console/account").headers["location"] == "/console/sign-in"


def test_the_cookie_is_new_after_signing_in(site: Site) -> None:
    """Session fixation: whoever planted a cookie before has nothing of it afterwards."""
    invite_somebody(site.database, handbook(), "province", "fresh", site.clock.now, "administrator")
    victim, attacker = site.client(), site.client()
    attacker.get("/console/sign-in")
    victim.cookies.set(COOKIE, attacker.cookies[COOKIE], path="/console")
    enter(victim, "inv_fresh")
    assert attacker.get("/console/account").headers["location"] == "/console/sign-in"


def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(site: Site) -> None:
    client = site.client("https://testserver")
    flags = client.get("/console/sign-in").headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/console", "secure"} <= {part.strip() for part in flags.split(";")}


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    client = signed_in(site)
    token = token_of(client.get("/console/account"))
    path = "/console/account/sessions/end-others"
    forged = {
        "no token": client.post(path),
        "another's token": client.post(path, data={"token": token_of(signed_in(site).get("/console/account"))}),
        "from elsewhere": client.post(path, data={"token": token}, headers={"sec-fetch-site": "cross-site"}),
        "from a neighbour": client.post(path, data={"token": token}, headers={"sec-fetch-site": "same-site"}),
    }
    assert {how: answer.status_code for how, answer in forged.items()} == dict.fromkeys(forged, 403)
    good = client.post(path, data={"token": token}, headers={"sec-fetch-site": "same-origin"})
    assert good.status_code == 303


def test_signing_somebody_in_from_another_site_is_refused(site: Site, officer: Person) -> None:
    """Else an attacker could sign a victim in as themself, and read what the victim writes there."""
    code = code_in_chat(site, officer)
    victim = site.client()
    victim.get("/console/sign-in")
    assert victim.post("/console/sign-in", data={"code": code}).status_code == 403
    assert victim.post("/console/sign-in", data={"code": code, "token": "0" * 64}).status_code == 403


def test_guessing_is_slowed_down(site: Site) -> None:
    site.tries = RateLimit(6, 5, lambda: 0.0)
    client = site.client()
    answers = [enter(client, "aaaabbbbcccc") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_one_sees_and_ends_ones_sessions(site: Site, officer: Person) -> None:
    first, second = site.client(), site.client()
    enter(first, code_in_chat(site, officer))
    enter(second, code_in_chat(site, officer))
    assert first.get("/console/account").text.count('/end"') == 2
    post(first, "/account/sessions/end-others")
    assert second.get("/console/account").headers["location"] == "/console/sign-in"
    number = re.search(r"/account/sessions/(\d+)/end", first.get("/console/account").text)
    assert number
    assert post(first, f"/account/sessions/{number[1]}/end").headers["location"] == "/console/sign-in"
    assert first.get("/console/account").headers["location"] == "/console/sign-in"


def test_nobody_ends_sessions_of_others(site: Site) -> None:
    one, other = signed_in(site), signed_in(site)
    assert [post(one, f"/account/sessions/{number}/end").status_code for number in (2, 99)] == [404, 404]
    assert other.get("/console/account").status_code == 200


def test_whoever_is_dismissed_is_out_at_once(site: Site) -> None:
    from handlers.staff import dismiss

    client = signed_in(site)
    with site.database.transaction() as transaction:
        dismiss(transaction, 1, site.clock.now)
    assert client.get("/console/account").headers["location"] == "/console/sign-in"


def test_no_address_leads_away(site: Site) -> None:
    """Whatever stands in an address, a redirect stays on this machine."""
    client = signed_in(site)
    evil = "https://evil.example/"
    for path in (f"/console/{evil}", f"/console/sign-in/{evil}", f"/console//{evil[8:]}", f"/console?next={evil}"):
        answer = client.get(path)
        assert "evil" not in answer.headers.get("location", "")
    answer = post(client, "/account/language", language="vi", next=evil)
    assert answer.headers["location"] == "/console/account"


def test_a_note_in_the_address_says_only_what_we_wrote(site: Site) -> None:
    client = signed_in(site)
    page = client.get("/console/account?note=console.done.signed_out_elsewhere&n_count=<script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    for note in ("console.sign_in.none", "no.such.key", "console.done.signed_out_elsewhere"):
        assert 'role="status"' not in client.get(f"/console/account?note={note}").text


def test_the_language_is_chosen_in_the_browser(site: Site) -> None:
    client = signed_in(site)
    assert "My account" in client.get("/console/account", headers={"accept-language": "en-GB"}).text
    post(client, "/account/language", language="en")
    assert "My account" in client.get("/console/account").text
    post(client, "/account/language", language="../../etc")
    assert "My account" in client.get("/console/account").text


def test_a_form_may_not_be_endless(site: Site) -> None:
    client = signed_in(site)
    token = token_of(client.get("/console/account"))
    many = {"token": token, "language": "x" * 100_000}
    assert client.post("/console/account/language", data=many).status_code == 413

    def endless() -> "object":
        yield f"token={token}&language=".encode()
        for _ in range(100_000):
            yield b"x" * 1000
            sent.append(1)

    sent: list[int] = []
    head = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/console/account/language", content=endless(), headers=head)  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_who_is_not_signed_in_learns_of_no_address(site: Site) -> None:
    client: TestClient = site.client()
    for path in ("/console", "/console/account", "/console/no/such/page", "/console/campaigns/1"):
        assert client.get(path).headers["location"] == "/console/sign-in"


def test_no_number_in_an_address_is_too_large(site: Site) -> None:
    client = signed_in(site)
    assert post(client, f"/account/sessions/{10**30}/end").status_code == 404


def test_what_was_typed_is_not_lost_when_the_session_is_over(site: Site) -> None:
    client = signed_in(site, "campaigns")
    token = token_of(client.get("/console/account"))
    site.clock.now += timedelta(hours=9)
    words = "Chào bà con, lời này <b>dài</b> và không gõ lại được."
    page = client.post("/console/campaigns/1/write", data={"token": token, "text_vi": words, "title": "Tin"})
    assert page.status_code == 403
    assert "lời này &lt;b&gt;dài&lt;/b&gt;" in page.text
    assert token not in page.text
    assert client.get("/console/campaigns/1/write").headers["location"] == "/console/sign-in"


def test_a_slash_too_many_leads_to_the_page(site: Site) -> None:
    assert signed_in(site).get("/console/").headers["location"] == "/console"
