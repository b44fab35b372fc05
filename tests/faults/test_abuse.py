"""The real server under attack, by real sockets: slow clients, huge bodies, junk. Citizens go on being answered."""

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.server import LINK, Person, Server, running_server

SLOW = 1000
CONNECTIONS = 400
PATIENCE_SECONDS = 30.0
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
HALF_A_BODY = b"POST /chat HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\nx"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@contextlib.contextmanager
def citizen(server: Server, **headers: str) -> Iterator[Person]:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_SECONDS, headers=headers) as client:
        yield Person(client)


def connect(server: Server, first_bytes: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", int(server._port)), timeout=PATIENCE_SECONDS)
    connection.sendall(first_bytes)
    return connection


@contextlib.contextmanager
def slow_clients(server: Server, number: int, first_bytes: bytes) -> Iterator[list[socket.socket]]:
    """So many who begin a request and do not end it."""
    with contextlib.ExitStack() as opened:
        yield [opened.enter_context(connect(server, first_bytes)) for _ in range(number)]


@pytest.fixture
def many_files() -> Iterator[None]:
    """This process may open enough sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 3 * SLOW)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has let go of it within our patience."""
    connection.settimeout(PATIENCE_SECONDS)
    try:
        return connection.recv(1000) == b""
    except ConnectionError:
        return True


@pytest.mark.usefixtures("many_files")
def test_slow_clients_do_not_keep_citizens_out(tmp_path: Path) -> None:
    """More than there may be connections: those that ask for nothing go first, and the others soon."""
    with (
        running_server(tmp_path / "data", HOCTAP_MOST_CONNECTIONS=str(CONNECTIONS)) as server,
        slow_clients(server, CONNECTIONS // 2, HALF_A_BODY) as of_bodies,
        slow_clients(server, SLOW, HALF_A_HEAD) as of_heads,
        slow_clients(server, SLOW, b"") as silent,
        citizen(server) as person,
    ):
        assert person.begin()["id"] == "question"
        assert is_closed(of_heads[0])
        assert is_closed(silent[0])
        assert of_bodies


def test_nobody_is_waited_for_for_ever(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, contextlib.ExitStack() as opened:
        slow = [opened.enter_context(connect(server, begun)) for begun in (b"", HALF_A_HEAD, HALF_A_BODY)]
        assert all(is_closed(each) for each in slow)


def test_a_long_head_and_a_huge_body_are_refused_and_the_log_stays_calm(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        junk = {
            b"\x16\x03\x01" + b"\x00" * 200: b"400",
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000: b"400",
            b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n": b"400",
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: x\r\n" * 9000 + b"\r\n": b"400",
            b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": b"400",
            b"GET /junk HTTP/1.1\r\nHost: x\r\n\r\n" * 5000: b"400",
            b"POST /chat HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 100_000: b"413",
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n": b"200",
        }
        for sent, status in junk.items():
            with contextlib.closing(connect(server, sent)) as connection:
                assert connection.recv(12) == b"HTTP/1.1 " + status, sent[:60]
        for _ in range(20):  # gone in the middle of a body
            connect(server, HALF_A_BODY).close()
        with citizen(server) as person:
            assert person.begin()["id"] == "question"


def test_one_address_cannot_use_up_what_its_neighbours_with_an_account_need(tmp_path: Path) -> None:
    """A whole village may be behind one address; so may whoever sends junk."""
    with (
        running_server(tmp_path / "data", HOCTAP_REQUESTS_PER_MINUTE="6", HOCTAP_REQUEST_BURST="40") as server,
        citizen(server) as person,
    ):
        person.begin()
        with citizen(server) as junk:
            statuses = [junk.client.get(f"/junk{number}").status_code for number in range(45)]
            assert statuses[0] == 404
            assert statuses[-1] == 429
            assert junk.client.get("/").status_code == 429
        assert person.press(person.choices[0])["id"] == "question"
        with citizen(server, **{"x-forwarded-for": "203.0.113.7"}) as elsewhere:
            assert elsewhere.begin()["id"] == "question"


def test_junk_never_reaches_the_database(tmp_path: Path) -> None:
    """It is answered although the database answers nobody."""
    with running_server(tmp_path / "data", is_calm=False) as server, citizen(server) as junk:
        junk.client.get("/")
        junk.client.cookies.clear()
        with locked_database(server):
            began = time.monotonic()
            for method, path, status in (
                ("GET", "/wp-login.php", 404),
                ("GET", f"/?c={LINK}", 200),
                ("DELETE", "/chat", 405),
                ("POST", "/chat", 403),
                ("GET", "/files/0/result.png", 404),
            ):
                junk.client.cookies.clear()
                assert junk.client.request(method, path).status_code == status
            junk.client.cookies.clear()
            assert junk.client.post("/chat", json={"action": "begin"}).status_code == 403
            assert time.monotonic() - began < PATIENCE_SECONDS


@contextlib.contextmanager
def locked_database(server: Server) -> Iterator[None]:
    """Nobody can write, and hoctap's writer waits."""
    import sqlite3

    connection = sqlite3.connect(server.data / "hoctap.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()
