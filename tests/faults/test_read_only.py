"""The database's file may only be read for a while, under a running process: it says so, and goes on by itself."""

import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.bot.test_health import Watched, free_port
from tests.chats import handbook
from tests.faults.web_people import WebPeople
from tests.server import Person, running_server

RECOVERS_SECONDS = 60.0
ADVICE = "Let hoctap's user write its file and folder"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """Nobody may write them, root included, even who has opened them before.

    `chmod` holds back neither of the two, and a disk is not mounted anew as long as somebody writes on it.
    """
    names = [str(path) for path in paths]
    subprocess.run(["chattr", "+i", *names], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *names], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A folder on a disk that keeps what is immutable from those who have it open, as ext4 does."""
    path = tmp_path / "tried"
    with path.open("wb", buffering=0) as file:
        try:
            with read_only(path):
                file.write(b"x")
        except PermissionError:
            return tmp_path
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("only root may make a file immutable: sudo make faults, with TMPDIR on ext4")
    pytest.skip("this disk lets those write an immutable file who have it open: TMPDIR on ext4")


def wait_until_all_go_on(people: WebPeople) -> None:
    before, until = people.pressed, time.monotonic() + RECOVERS_SECONDS
    while not all(now > then for now, then in zip(people.pressed, before, strict=True)):
        people.check()
        assert time.monotonic() < until, f"not served again: {before} {people.pressed}"
        time.sleep(0.05)


def test_a_file_that_may_only_be_read_for_a_while(disk: Path) -> None:
    port = free_port()
    with (
        running_server(disk / "data", is_calm=False, HOCTAP_METRICS_PORT=str(port)) as server,
        httpx2.Client(base_url=server.url) as client,
        httpx2.Client(base_url=server.url, headers={"accept-language": "en"}) as english,
    ):
        watched = Watched(server, port)
        watched.wait_for([])
        people = WebPeople([server.url] * 3, random.Random(7731))
        people.begin()
        person, reader = Person(client), Person(english)
        person.begin()
        person.press(person.choices[1])
        reader.begin()
        wait_until_all_go_on(people)

        # Not the third file, which is in memory: there the kernel ends whoever writes.
        with read_only(disk / "data/hoctap.db", disk / "data/hoctap.db-wal"):
            for each, language in ((person, "vi"), (reader, "en")):
                refused = each.post({"action": each.choices[2], "turn": each.turn})
                assert refused.status_code == 500
                assert refused.json() == {"error": handbook().speak(language).plain("failed")}
            watched.wait_for(["database"])
            (problem,) = watched.get("/ready").json()["problems"]
            assert ADVICE in problem["do"]
            assert httpx2.get(watched.url + "/health").status_code == 200

        wait_until_all_go_on(people)
        watched.wait_for([])
        for each in (person, reader):  # what may only be read must not have stayed behind in any connection
            for _ in range(10):
                each.press(each.choices[2])
        assert list(person.held()["sessions"][0]["answers"].values()) == [2] + [3] * 10
        people.end()
        people.close()
        assert any(ADVICE in line.get("do", "") for line in server.log_lines())
