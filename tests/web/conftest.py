"""The web chat in this process, on a database that tests can look into; and the real server for browsers."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.bootstrap import Hoctap
from bot.runner import make_runner
from channels.door import Door
from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from channels.webchat.static_files import serve_static
from storage.database import Database, open_database
from tests.chats import Clock, handbook
from tests.counting import keys
from tests.server import Person, Server, running_server
from web.console import make_console


@dataclass
class Site:
    """The web chat and what is behind it."""

    database: Database
    door: Door
    clock: Clock
    rate: RateLimit
    tries: RateLimit
    folder: Path
    loop: BlockingPortal
    """One for all requests: without it TestClient begins a thread and an event loop for each."""
    clients: list[TestClient] = field(default_factory=list)

    def client(self, base_url: str = "http://testserver", *, raises: bool = True) -> TestClient:
        """A browser with no cookies yet. Without `raises` it sees the 500 that a browser would see."""
        console = make_console(self.door, self.tries, serve_static) if isinstance(self.door, Hoctap) else []
        app = make_web_chat(self.door, handbook().speak, self.rate, console)
        client = TestClient(app, base_url, raise_server_exceptions=raises, follow_redirects=False)
        client.portal = self.loop
        self.clients.append(client)
        return client

    def person(self) -> Person:
        """Somebody who has opened the page, and so has a cookie."""
        person = Person(self.client())
        person.client.get("/")
        return person

    def rows(self) -> list[str]:
        """All that the database holds, a line a row."""
        with self.database.transaction() as transaction:
            return [
                str(tuple(row))
                for table in ("account", "session")
                for row in transaction.connection.execute(text(f"SELECT * FROM {table}"))
            ]

    def bytes_on_disk(self) -> bytes:
        """Everything in the files of the SQLite database, its journals included."""
        files = sorted(self.folder.glob("hoctap.db*"))
        assert files
        return b"".join(path.read_bytes() for path in files)


@contextmanager
def open_site(url: str, folder: Path) -> Iterator[Site]:
    database = open_database(url)
    runner = make_runner(database)
    clock = Clock()
    rate, tries = (RateLimit(1_000_000, 1_000_000, time.monotonic) for _ in range(2))
    door = Hoctap(handbook(), runner, clock, keys())
    try:
        with start_blocking_portal() as loop:
            site = Site(database, door, clock, rate, tries, folder, loop)
            yield site
            for client in site.clients:
                client.close()
    finally:
        runner.close()
        database.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """On SQLite, in a file."""
    with open_site(f"sqlite:///{tmp_path / 'hoctap.db'}", tmp_path) as site:
        yield site


@pytest.fixture(params=["sqlite", "postgresql"])
def either_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """On both databases, one after the other."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'hoctap.db'}"
    else:
        migrated: Callable[[], str] = request.getfixturevalue("migrated_postgres")
        url = migrated()
    with open_site(url, tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server for all browser tests; each has its own cookie and so its own account."""
    with running_server(tmp_path_factory.mktemp("server") / "data") as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A real server that a test may stop and start."""
    with running_server(tmp_path / "data") as server:
        yield server


def count_rows(server: Server, table: str) -> int:
    connection = sqlite3.connect(server.data / "hoctap.db")
    try:
        counted: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return counted
    finally:
        connection.close()
