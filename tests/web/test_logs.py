"""No log line says who someone is or what they said: not when all is well, and not when everything fails."""

import io
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.bootstrap import Hoctap
from storage.database import Transaction
from tests.chats import handbook
from tests.counting import keys
from tests.logged import everything_logged
from tests.server import Person, Server, page_field, running_server
from tests.web.conftest import Site
from tests.web.test_responses import BrokenDoor, address_of

MARKER = "xoài-kín-7731"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything, from every library."""
    with everything_logged(monkeypatch) as written:
        yield written


def check_log_is_silent_about(person: Person, log: str) -> None:
    secrets = [MARKER, "7731", person.client.cookies["hoctap"], address_of(person)]
    assert not [secret for secret in secrets if secret in log]
    assert not [secret for secret in secrets if json.dumps(secret).strip('"') in log]


@contextmanager
def failing_runner(site: Site, failures: int) -> Iterator[None]:
    """The next turns fail, each with an exception that holds the whole incoming."""

    class Failing:
        left = failures

        def submit(self, work: Callable[[Transaction], Any], chat: Any = None) -> "Future[Any]":
            del chat
            future: Future[Any] = Future()
            if self.left:
                self.left -= 1
                future.set_exception(ValueError(f"{MARKER} {work}"))
                return future
            with site.database.transaction() as transaction:
                future.set_result(work(transaction))
            return future

        look = submit

        def close(self) -> None:
            pass

    door, site.door = site.door, Hoctap(handbook(), Failing(), site.clock, keys())
    yield
    site.door = door


def test_a_whole_assessment_leaves_nothing_in_the_log(site: Site, log: io.StringIO) -> None:
    person = site.person()
    person.begin()
    person.type(MARKER)
    person.post({"action": MARKER, "turn": person.turn})
    person.answer_all()
    person.press("finish")
    person.client.get(f"/files/0/{MARKER}", params={"c": MARKER}, headers={b"user-agent": MARKER.encode()})
    person.client.get("/files/0/result.png")
    person.type("/erase")
    person.press("erase_all")
    check_log_is_silent_about(person, log.getvalue())


@pytest.mark.parametrize("kind", ["json", "form", "page", "file"])
def test_a_door_that_fails_tells_the_log_where_and_not_what(site: Site, log: io.StringIO, kind: str) -> None:
    """As uvicorn does it: it logs what the application raises."""
    person = site.person()
    person.begin()
    token = page_field(person.client.get("/").text, "token")
    site.door = BrokenDoor(MARKER)  # type: ignore[assignment]
    client = site.client()
    client.cookies = person.client.cookies
    requests: dict[str, Callable[[], httpx2.Response]] = {
        "json": lambda: client.post("/chat", json={"text": MARKER}),
        "form": lambda: client.post("/chat", data={"text": MARKER, "token": token}),
        "page": lambda: client.get("/", params={"c": MARKER}),
        "file": lambda: client.get("/files/0/result.pdf"),
    }
    with pytest.raises(RuntimeError, match=MARKER) as raised:
        requests[kind]()
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=raised.value)
    assert "RuntimeError at " in log.getvalue()
    check_log_is_silent_about(person, log.getvalue())


def test_a_turn_that_fails_is_logged_without_words_and_changes_nothing(site: Site, log: io.StringIO) -> None:
    person = site.person()
    person.begin()
    before = site.rows()
    with failing_runner(site, failures=1):
        client = site.client()
        client.cookies.set("hoctap", person.client.cookies["hoctap"])
        response = client.post("/chat", json={"text": MARKER, "turn": person.turn})
        assert response.status_code == 500
        assert response.json() == {"error": handbook().speak("vi").plain("failed")}
        assert site.rows() == before
        assert client.post("/chat", json={"text": "2", "turn": person.turn}).status_code == 200
    line = json.loads(log.getvalue().splitlines()[-1])
    assert "action=converse" in log.getvalue()
    assert line["room"]
    check_log_is_silent_about(person, log.getvalue())


def test_the_log_of_a_real_server_says_nothing(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, ExitStack() as browsers:
        clients = [browsers.enter_context(httpx2.Client(base_url=server.url)) for _ in range(2)]
        persons = [Person(client) for client in clients]
        for person in persons:
            person.begin()
            person.type(MARKER)
            person.client.post("/chat", content=MARKER.encode(), headers={"content-type": "multipart/form-data"})
            person.client.get("/", params={"c": MARKER}, headers={b"x-forwarded-for": MARKER.encode()})
            person.press(person.choices[0])
        break_database(server)
        for person in persons:
            person.client.headers["connection"] = "close"  # uvicorn hangs up after an error: no race with that
            assert person.post({"text": MARKER, "turn": person.turn}).status_code == 500
            assert person.client.get("/").status_code == 500
            assert person.client.post("/chat", data={"text": MARKER}).status_code == 500
        server.stop()
        log = server.log.read_text()
        assert '"level": "error"' in log
        assert "Traceback" not in log
        for person in persons:
            check_log_is_silent_about(person, log)
        assert all(set(line) <= {"time", "level", "room", "message", "error", "do"} for line in server.log_lines())
        server.log.write_text("")  # these errors were expected


def break_database(server: Server) -> None:
    connection = sqlite3.connect(server.data / "hoctap.db")
    connection.execute("ALTER TABLE session RENAME TO elsewhere")
    connection.close()
