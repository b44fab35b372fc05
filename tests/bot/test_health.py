"""`/ready` tells the truth within seconds, and says what to do; roles; one process for one SQLite file."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from bot.bootstrap import Hoctap
from bot.health import Health
from bot.roles import ROLES, roles_of
from bot.runner import make_runner
from engine.errors import SettingsProblem
from handlers.senders import LEASE_SECONDS
from storage.database import open_database
from tests.chats import Clock, handbook
from tests.counting import keys
from tests.server import ROOT, Person, Server, running_server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


class Watched:
    """A server with a port for watchers."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.url + path, timeout=20)

    def failing(self) -> list[str]:
        """The checks that /ready says fail."""
        response = self.get("/ready")
        said: dict[str, Any] = response.json()
        assert response.status_code == (200 if said["ready"] else 503)
        assert all(each["what"] and each["do"] for each in said["problems"])
        return [each["check"] for each in said["problems"]]

    def wait_for(self, failing: list[str]) -> None:
        until = time.monotonic() + 20
        while (found := self.failing()) != failing:
            assert time.monotonic() < until, found
            time.sleep(0.2)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    port = free_port()
    with running_server(tmp_path / "data", is_calm=False, HOCTAP_METRICS_PORT=str(port)) as server:
        yield Watched(server, port)


@pytest.mark.slow
def test_it_says_what_is_wrong_and_when_it_is_well_again(watched: Watched, tmp_path: Path) -> None:
    watched.wait_for([])
    assert watched.get("/health").json() == {"alive": True}
    assert watched.get("/").status_code == 404
    assert httpx2.get(watched.server.url + "health").text == "ok\n"

    key = next((tmp_path / "keys").glob("round-*.key"))
    key.rename(key.with_suffix(".away"))
    watched.wait_for(["keys"])
    key.with_suffix(".away").rename(key)
    watched.wait_for([])

    with closing(sqlite3.connect(tmp_path / "data/hoctap.db", isolation_level=None)) as someone:
        someone.execute("BEGIN EXCLUSIVE")
        watched.wait_for(["database"])
        someone.execute("ROLLBACK")
        watched.wait_for([])
        someone.execute("UPDATE alembic_version SET version_num = 'of tomorrow'")
        watched.wait_for(["schema"])

    with httpx2.Client(base_url=watched.server.url) as client:
        Person(client).begin()
    page = watched.get("/metrics").text
    assert 'hoctap_turn_seconds_count{channel="web"} 4.0' in page
    assert 'hoctap_check_failing{check="schema"} 1.0' in page
    assert 'hoctap_role_processes{role="web"} 1.0' in page


@pytest.mark.slow
def test_a_second_process_on_the_same_file_is_told_what_to_do(watched: Watched) -> None:
    server = watched.server
    second = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={**server.settings, "HOCTAP_DATA": str(server.data), "HOCTAP_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert "is served by another hoctap already" in second.stderr
    assert "PostgreSQL" in second.stderr
    assert "Traceback" not in second.stderr
    server.kill()
    server.start()  # the lock goes with its process


def test_roles_are_named_or_refused() -> None:
    assert roles_of("web, sender") == {"web", "sender"}
    assert roles_of(",".join(ROLES)) == set(ROLES)
    with pytest.raises(SettingsProblem, match="no role 'cook'"):
        roles_of("web,cook")


def health(folder: Path, *, missing_seconds: float = 0.0) -> Health:
    presence: Any = SimpleNamespace(missing_seconds=lambda _: missing_seconds)
    nobody: Any = None
    return Health(nobody, nobody, presence, [folder], lambda: "")


def test_a_process_that_does_not_run_is_not_ready(tmp_path: Path) -> None:
    assert [each.check for each in health(tmp_path).problems()] == ["process"]


def test_a_full_disk_and_one_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.health.LEAST_FREE_BYTES", 1 << 60)
    assert "disk" in [each.check for each in health(tmp_path).problems()]
    gone = health(tmp_path / "gone").problems()
    assert "cannot be looked at" in gone[0].what


def test_a_role_that_nobody_has_is_named(tmp_path: Path) -> None:
    assert list(health(tmp_path, missing_seconds=119)._roles()) == []
    found = list(health(tmp_path, missing_seconds=120)._roles())
    assert any("hoctap run --roles sender" in each.do for each in found)


def test_a_sender_whose_lease_has_ended_is_not_ready_and_one_without_a_lease_is() -> None:
    """Any number of senders have a lease at once: another's takes nothing away, unless its clock is ahead."""
    database, clock = open_database("sqlite://"), Clock()
    runner = make_runner(database)
    ours, theirs = (Hoctap(handbook(), runner, clock, keys()) for _ in range(2))
    presence: Any = SimpleNamespace(missing_seconds=lambda _: 0)
    office: Any = SimpleNamespace(keys=keys())
    checked = Health(office, ours, presence, [], lambda: "")

    def failing() -> list[str]:
        return [each.check for each in runner.look(checked._read).result()]

    try:
        asyncio.run(theirs.keep_sender("theirs"))
        assert failing() == [], "no bot, or Telegram has not answered yet"
        asyncio.run(ours.keep_sender("ours"))
        assert failing() == []

        clock.move(seconds=LEASE_SECONDS + 1)
        assert failing() == ["sender"], "it could not renew its lease"
        asyncio.run(ours.keep_sender("ours"))
        assert failing() == []

        clock.move(seconds=LEASE_SECONDS + 1)
        asyncio.run(theirs.keep_sender("theirs"))
        clock.move(seconds=-LEASE_SECONDS - 1)
        assert failing() == ["sender"], "a process whose clock is ahead has ended it"
        asyncio.run(ours.keep_sender("ours"))
        assert failing() == []

        asyncio.run(ours.leave_senders("ours"))
        assert failing() == []
    finally:
        runner.close()
        database.close()


def test_an_empty_port_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.settings import read_settings

    monkeypatch.setenv("HOCTAP_METRICS_PORT", "")
    assert read_settings().metrics_port == 0


@pytest.mark.slow
def test_a_process_without_pages_ends_calmly(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--roles", "scheduler"],
        cwd=ROOT,
        env={
            "HOCTAP_DATA": str(tmp_path / "data"),
            "HOCTAP_KEY_DIR": str(tmp_path / "keys"),
            "HOCTAP_METRICS_PORT": str(port),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url, until = f"http://127.0.0.1:{port}/ready", time.monotonic() + 30
        while True:
            try:
                if httpx2.get(url, timeout=20).status_code == 200:
                    break
            except httpx2.TransportError:
                assert time.monotonic() < until
                time.sleep(0.1)
        process.terminate()
        printed, logged = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert "hoctap: scheduler; no page" in printed
    assert [line for line in map(json.loads, logged.splitlines()) if line["level"] != "info"] == []
