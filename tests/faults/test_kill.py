"""The server dies or is stopped in the middle: the same browser goes on. Many kills under load: test_storm.py."""

import random
import signal
import threading
from pathlib import Path

import httpx2
import pytest

from tests.faults.web_people import Restless
from tests.server import STOP_SECONDS, Person, running_server

pytestmark = pytest.mark.slow  # starts and kills servers


def test_the_same_browser_goes_on_at_the_same_question(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, httpx2.Client(base_url=server.url) as client:
        person = Person(client)
        person.begin()
        for option in (0, 1, 2, 3, 0, 1, 2):
            person.press(person.choices[option])
        question, given = person.screen, person.held()["sessions"][0]["answers"]
        turn = person.turn
        server.kill()
        with pytest.raises(httpx2.TransportError):
            client.get("/")
        server.start()
        assert question["html"] in person.look()
        assert person.turn == turn
        assert person.held()["sessions"][0]["answers"] == given
        assert list(given.values()) == [1, 2, 3, 4, 1, 2, 3]
        person.press(question["buttons"][0][0]["action"])
        assert person.screen["progress"] == {"now": 9, "of": 20}
        person.answer_all()
        assert person.press("finish")["id"] == "result"


@pytest.mark.parametrize("is_busy", [False, True])
def test_sigterm_stops_it_soon_and_calmly(tmp_path: Path, is_busy: bool) -> None:
    with running_server(tmp_path / "data") as server, httpx2.Client(base_url=server.url) as client:
        person = Restless(client, random.Random(7731))
        person.begin()
        workers = [threading.Thread(target=person.press_until_it_dies)] if is_busy else []
        for worker in workers:
            worker.start()
        assert server.stop() in (0, -signal.SIGTERM)
        for worker in workers:
            worker.join(STOP_SECONDS)
        server.check_log_is_calm()
        server.start()
        person.look()
        person.check_nothing_is_lost()
