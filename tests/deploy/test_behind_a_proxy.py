"""hoctap behind the proxies of deploy/, as a citizen and an officer meet it. Only where they are installed."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from bot.bootstrap import utc_now
from engine.disclosure.released import PROVINCE
from storage.database import Database, open_database
from storage.tables import campaign
from tests.campaigns import approved
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.deploy.proxies import Proxy, caddy_before, nginx_before
from tests.server import LINK, Person, Server, page_field, running_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("proxies")]

BEFORE = {"nginx": nginx_before, "caddy": caddy_before}
CODE = "0123456789abcdef"
PRESSES = 5
"""What one address may send at once."""


@pytest.fixture(scope="module", params=list(BEFORE))
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Proxy]]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    with (
        running_server(folder / "data", HOCTAP_PRESSES_PER_MINUTE="1", HOCTAP_PRESS_BURST=str(PRESSES)) as server,
        BEFORE[request.param](server.url.removeprefix("http://").rstrip("/"), folder) as proxy,
    ):
        yield server, proxy
    assert "127.0.0.3" not in logged(folder)


def logged(folder: Path) -> str:
    """All that proxy and program wrote down."""
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.log"))


def test_a_citizen_presses_and_the_cookie_is_for_tls_alone(site: tuple[Server, Proxy]) -> None:
    _, proxy = site
    with proxy.client("127.0.0.2") as client:
        page = client.get("/")
        assert "; secure" in page.headers["set-cookie"].lower()
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert Person(client).begin()["id"] == "question"
        with proxy.client("127.0.0.2", cookie=f"hoctap={client.cookies['hoctap']}") as again:
            form = again.get("/").text
            fields = {name: page_field(form, name) for name in ("token", "turn")}
            assert again.post("/chat", data={**fields, "text": "1"}).status_code in (200, 303)


def test_the_rate_is_counted_for_each_address_whatever_a_client_says(site: tuple[Server, Proxy]) -> None:
    _, proxy = site
    for presses, status in ((PRESSES, 200), (1, 429)):
        for _ in range(presses):
            with proxy.client("127.0.0.3", **{"X-Forwarded-For": "203.0.113.9"}) as client:
                person = Person(client)
                person.look(f"/?c={LINK}")
                assert person.post({"action": "help", "turn": person.turn}).status_code == status
    with proxy.client("127.0.0.4") as client:
        person = Person(client)
        person.look(f"/?c={LINK}")
        assert person.post({"action": "help", "turn": person.turn}).status_code == 200


def test_what_is_too_long_hears_it_from_hoctap(site: tuple[Server, Proxy]) -> None:
    _, proxy = site
    with proxy.client("127.0.0.5") as client:
        refused = client.post("/chat", json={"text": "x" * 20_000})
        assert (refused.status_code, list(refused.json())) == (413, ["error"])
        assert client.post("/chat", content=b"x" * 100_000).status_code in (413, 502)  # Caddy 2.6 says 502
        assert client.get("/", headers={"cookie": "x=" + "x" * 40_000}).status_code in (400, 431)


def test_the_progress_of_a_campaign_comes_as_it_happens(site: tuple[Server, Proxy]) -> None:
    server, proxy = site
    with closing(open_database(f"sqlite:///{server.data / 'hoctap.db'}")) as database, proxy.client() as client:
        number = approved(database, utc_now() + timedelta(days=1), state="scheduled")
        _sign_in(database, client)
        with client.stream("GET", f"/console/campaigns/{number}/events") as stream:
            said = stream.iter_lines()
            assert "event: progress" in said
            with database.transaction() as transaction:
                is_it = campaign.c.id == number
                transaction.connection.execute(update(campaign).where(is_it).values(state="cancelled"))
            assert "event: over" in said, "a proxy has held the first event back"


def test_browsers_speak_http_2(site: tuple[Server, Proxy]) -> None:
    _, proxy = site
    assert proxy.protocol() == "h2"


@pytest.mark.parametrize("name", list(BEFORE))
def test_while_hoctap_is_away_no_address_is_written_down(name: str, tmp_path: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    nobody = "127.0.0.1:9"
    with BEFORE[name](nobody, tmp_path) as proxy, proxy.client("127.0.0.3") as client:
        assert client.get("/").status_code == 502
    assert "127.0.0.3" not in logged(tmp_path)


def _sign_in(database: Database, client: httpx2.Client) -> None:
    invite_somebody(database, handbook(), PROVINCE, CODE, utc_now(), "campaigns")
    door = client.get(f"/console/sign-in/inv_{CODE}")
    answer = client.post("/console/sign-in", data={"token": page_field(door.text, "token"), "code": f"inv_{CODE}"})
    assert answer.headers["location"] == "/console", answer.text
    assert "; secure" in answer.headers["set-cookie"].lower()
