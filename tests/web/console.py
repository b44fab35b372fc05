"""Staff in the console, without a browser: signed in through its own form, pressing its own buttons."""

import re
from html import unescape

import httpx2
from starlette.testclient import TestClient

from engine.disclosure.released import PROVINCE
from engine.state import Role
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.web.conftest import Site

_TOKEN = re.compile(r'name="token" value="([^"]*)"')


def signed_in(site: Site, role: Role = "administrator", unit: str = PROVINCE) -> TestClient:
    """A client of somebody who was invited and has come in through the sign-in form."""
    code = f"inv_{role}{unit}{len(site.clients)}"
    invite_somebody(site.database, handbook(), unit, code.removeprefix("inv_"), site.clock.now, role)
    client = site.client()
    answer = enter(client, code)
    assert answer.headers["location"] == "/console", answer.text
    return client


def enter(client: TestClient, code: str) -> httpx2.Response:
    """Opens the link with a code, and presses the button there."""
    door = client.get(f"/console/sign-in/{code}")
    return client.post("/console/sign-in", data={"token": token_of(door), "code": code})


def token_of(page: httpx2.Response) -> str:
    """What our own pages put into their forms."""
    found = _TOKEN.search(page.text)
    assert found, f"{page.status_code}: there is no form on the page:\n{page.text[:500]}"
    return unescape(found[1])


def post(client: TestClient, path: str, **fields: object) -> httpx2.Response:
    """Sends a form of the console, with the token that this client's pages have. `path` is below /console."""
    token = token_of(client.get("/console/account"))
    files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
    data = {name: value for name, value in fields.items() if name not in files}
    return client.post(f"/console{path}", data={"token": token, **data}, files=files or None)


def problem_of(page: httpx2.Response) -> str:
    """What the page says was wrong, without tags; empty if nothing was."""
    found = re.search(r'class="problem" role="alert">(.*?)</p>', page.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""
