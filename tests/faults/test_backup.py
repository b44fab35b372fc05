"""Backups while people answer; backups, restores and copies that are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from bot.bootstrap import utc_now
from channels.webchat.visitor import COOKIE, Visitor
from handlers.copy_database import copy_database
from storage.backup_file import remove_unfinished
from storage.database import Database, connect, open_database
from storage.round_keys import RoundKeys
from storage.tables import account, session
from tests.backups import back_up, outer_keys, restored, sums
from tests.campaigns import add_people
from tests.server import ROOT, Person, running_server

pytestmark = pytest.mark.slow  # starts and kills processes

PEOPLE = 4
MANY = 20_000
HALF_WAY_BYTES = 200_000
DEADLINE_SECONDS = 60


def hoctap(folder: Path, *arguments: str, **settings: str) -> "subprocess.Popen[bytes]":
    """A command as a process of its own."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "HOCTAP_DATA": str(folder / "data"),
        "HOCTAP_KEY_DIR": str(folder / "keys"),
        "HOCTAP_BACKUP_DIR": str(folder / "backups"),
        "HOCTAP_BACKUP_KEY": outer_keys()[1],
        **settings,
    }
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)


def done(process: "subprocess.Popen[bytes]") -> None:
    _, said = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0, said.decode()


def kill_when(process: "subprocess.Popen[bytes]", has_come: Callable[[], bool]) -> None:
    """kill -9 as soon as it is so far."""
    until = time.monotonic() + DEADLINE_SECONDS
    while process.poll() is None and not has_come():
        assert time.monotonic() < until
        time.sleep(0.001)
    process.kill()
    process.communicate()


def crowd(folder: Path) -> Database:
    """A database with so many people that nothing is done with it in no time."""
    database = open_database(f"sqlite:///{folder}/data/hoctap.db")
    add_people(database, range(MANY), utc_now())
    return database


def test_what_was_acknowledged_before_it_began_is_in_it(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, ExitStack() as stack:
        clients = [stack.enter_context(httpx2.Client(base_url=server.url)) for _ in range(PEOPLE)]
        people = [Person(client) for client in clients]
        for person in people:
            person.begin()
        goes_on = threading.Event()
        goes_on.set()

        def answer(person: Person) -> None:
            while goes_on.is_set():
                if person.choices and person.screen["id"] == "question":
                    person.press(person.choices[0])
                else:
                    person.press("change:q20")

        threads = [threading.Thread(target=answer, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        before = {_address(person): person.client.get("/files/0/my-data.json").json() for person in people}
        done(hoctap(tmp_path, "backup"))
        goes_on.clear()
        for thread in threads:
            thread.join()
    (path,) = (tmp_path / "backups").glob("*.age")
    database, _ = restored(path, RoundKeys(tmp_path / "keys"), f"sqlite:///{tmp_path}/o.db", None, utc_now())
    with database.looking() as looking:
        query = select(account.c.address, session.c.answers).join_from(account, session)
        after = {row.address: row.answers for row in looking.connection.execute(query)}
    database.close()
    assert after.keys() == before.keys()
    for address, held in before.items():
        assert held["sessions"][0]["answers"].items() <= after[address].items()


def _address(person: Person) -> str:
    (cookie,) = (each.value for each in person.client.cookies.jar if each.name == COOKIE)
    assert cookie
    return Visitor(cookie, is_new=False).address


def test_a_killed_backup_leaves_no_half_file(tmp_path: Path) -> None:
    crowd(tmp_path).close()
    folder = tmp_path / "backups"
    backup = hoctap(tmp_path, "backup")
    kill_when(backup, lambda: any(path.stat().st_size for path in folder.glob(".*.unfinished")))
    assert not list(folder.glob("*.age"))
    (left,) = folder.glob(".*")
    remove_unfinished(folder, utc_now())
    assert left.exists()  # somebody may be writing it
    remove_unfinished(folder, utc_now() + timedelta(hours=2))
    assert not left.exists()


@pytest.mark.parametrize("command", ["restore", "copy"])
def test_what_is_killed_half_way_can_be_done_again(tmp_path: Path, command: str) -> None:
    source = crowd(tmp_path)
    keys = RoundKeys(tmp_path / "keys")
    path = back_up(source, keys, tmp_path / "b.age", utc_now())
    key = tmp_path / "private.key"
    key.write_text(outer_keys()[0])
    other = f"sqlite:///{tmp_path}/other.db"
    arguments = {
        "restore": ("restore", str(path), "--key", str(key), "--without-tombstones"),
        "copy": ("database", "copy", f"sqlite:///{tmp_path}/data/hoctap.db", other),
    }[command]
    journal = tmp_path / "other.db-wal"
    process = hoctap(tmp_path, *arguments, HOCTAP_DATABASE_URL=other)
    kill_when(process, lambda: journal.exists() and journal.stat().st_size > HALF_WAY_BYTES)
    assert process.returncode == -signal.SIGKILL
    if command == "copy":
        target = connect(other)
        copy_database(source, target, utc_now, list[str]().append)
    else:
        target, _ = restored(path, keys, other, None, utc_now())
    assert sums(source)["account"] == sums(target)["account"]
    source.close()
    target.close()
