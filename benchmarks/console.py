"""Pages of the console in a large province: the time for each beside an empty page, what a first load weighs."""

import re
import secrets
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2

from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.processes import console_server
from benchmarks.recipients import add_approved, add_recipients
from benchmarks.seal import begin_round, on_sqlite
from content.read import read_handbook
from engine.disclosure.released import PROVINCE
from engine.state import Role, Staff
from handlers.staff import hash_of
from handlers.tend_campaigns import tend_campaigns
from storage.database import Transaction
from storage.staff import add_invitation, write_audit
from web.pages import PAGES

_VISITS = 5
"""To each page make one measured value, after one that is not measured."""
_AUDITED = 100
"""One line of the audit is there for so many people."""
_PLACES = {
    "unit": "03646",
    "year:int": "2026",
    "form": "farmer",
    "version": "2026.1",
    "language": "vi",
}
_LEFT_OUT = (
    "/campaigns/{number:int}/events",  # goes on and on
    "/campaigns/{number:int}/picture",  # there is none
    "/campaigns/{number:int}/again",  # no copy is in doubt
    "/communes/{unit}/poster",  # a drawing
)
_ASSET = re.compile(r'(?:href|src)="(/console/static/[^"]+)"')


def measure(effort: Effort) -> list[Figure]:
    """Each page of a province's officer and administrator, on SQLite; and the heaviest first load."""
    with on_sqlite(read_handbook("son_la")) as place:
        begin_round(place, replace(effort, repetitions=1))  # two releases are enough to look at
        now = datetime.now(UTC)
        communes = list(place.handbook.province.by_code)
        place.run(partial(add_recipients, communes=communes, many=effort.recipients, now=now))
        place.run(partial(_fill_audit, lines=effort.recipients // _AUDITED, now=now))
        for state in ("approved", "draft"):
            place.run(partial(add_approved, now=now, state=state))
        while place.run(partial(tend_campaigns, handbook=place.handbook, now=now)):
            pass
        links = {role: place.run(partial(_invite, role=role, now=now)) for role in ("campaigns", "administrator")}
        with console_server(Path(str(place.database.engine.url.database)).parent) as server:
            base = f"http://127.0.0.1:{server.port}"
            with ExitStack() as stack:
                return _pages(
                    [stack.enter_context(closing(_signed_in(base, link))) for link in links.values()], effort
                )


def _fill_audit(transaction: Transaction, lines: int, now: datetime) -> None:
    for line in range(lines):
        write_audit(
            transaction, now, f"staff {line % 90}", "file_downloaded", f"hoctap-2026-release-{line % 50}.xlsx"
        )


def _invite(transaction: Transaction, role: Role, now: datetime) -> str:
    token = secrets.token_hex(16)
    add_invitation(transaction, Staff(role, PROVINCE), hash_of(token), now + timedelta(hours=1))
    return f"inv_{token}"


def _signed_in(base: str, code: str) -> httpx2.Client:
    client = httpx2.Client(base_url=base, timeout=60)
    token = re.search(r'name="token" value="([^"]+)"', client.get(f"/console/sign-in/{code}").text)
    if token is None or client.post("/console/sign-in", data={"token": token[1], "code": code}).status_code != 303:
        raise RuntimeError("nobody is let in")
    return client


def _pages(visitors: list[httpx2.Client], effort: Effort) -> list[Figure]:
    figures, heaviest = [], 0.0
    paths = sorted(page.path for page in PAGES if page.method == "GET" and page.path not in _LEFT_OUT)
    for path in paths:
        visitor, address = _find(visitors, path)
        taken = [_wait_ms(visitor, address) for _ in range(effort.repetitions)]
        floor = [_wait_ms(visitor, "/empty") for _ in range(effort.repetitions)]
        figures.append(Figure(f"/console{path}", "ms", taken, "an empty page of the same server", floor))
        heaviest = max(heaviest, _first_load_kb(visitor, address))
    return [*figures, Figure("the heaviest first load, uncompressed", "kB", [heaviest])]


def _find(visitors: list[httpx2.Client], path: str) -> tuple[httpx2.Client, str]:
    """Who may see a page, and where one is: of the campaigns, the one on its way or the draft."""
    for number in ("1", "2"):
        address = f"/console{path}"
        for place, value in {**_PLACES, "number:int": number}.items():
            address = address.replace(f"{{{place}}}", value)
        for visitor in visitors:
            if visitor.get(address).status_code == 200:
                return visitor, address
    raise RuntimeError(f"nobody sees {path}")


def _wait_ms(visitor: httpx2.Client, address: str) -> float:
    began = time.perf_counter()
    for _ in range(_VISITS):
        visitor.get(address)
    return (time.perf_counter() - began) / _VISITS * 1000


def _first_load_kb(visitor: httpx2.Client, address: str) -> float:
    """The page and what it loads from us."""
    page = visitor.get(address)
    assets = {address: visitor.get(address) for address in _ASSET.findall(page.text)}
    return sum(len(each.content) for each in (page, *assets.values())) / 1000
