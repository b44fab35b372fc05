"""The server dies in the middle: what was acknowledged is there afterwards, and the same browser goes on."""

import random
import signal
import threading
from pathlib import Path

import httpx2
import pytest

from tests.server import STOP_SECONDS, Person, running_server

pytestmark = pytest.mark.slow  # starts and kills servers

KILLS = 30


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


class Restless(Person):
    """Answers for ever: who stands at the end goes back and changes an answer."""

    def __init__(self, client: httpx2.Client, chance: random.Random) -> None:
        super().__init__(client)
        self.chance = chance
        self.acknowledged: dict[str, int] = {}
        self.unsure: tuple[str, int] | None = None
        """The answer that was sent when the server died: it may have been kept or not."""

    def press_until_it_dies(self) -> None:
        try:
            while True:
                self._press_something()
        except httpx2.TransportError:
            pass

    def _press_something(self) -> None:
        answers = [action for action in self.choices if action.startswith("a:")]
        if not answers:
            self.press({"sex": "sex:undisclosed", "age": "age:undisclosed"}.get(self.screen["id"], "change:q20"))
            return
        # Backwards now and then, so that answers are also changed and not only given.
        if self.screen["progress"]["now"] > 1 and self.chance.random() < 0.5:
            self.press(answers[0].replace("a:", "b:").rpartition(":")[0])
            return
        action = self.chance.choice(answers)
        _, question, option = action.split(":")
        self.unsure = (question, int(option))
        self.press(action)
        self.acknowledged[question] = int(option)
        self.unsure = None

    def check_nothing_is_lost(self) -> None:
        """After the restart: all that was acknowledged, and nothing that was never sent."""
        kept = self.held()["sessions"][0]["answers"]
        expected = [self.acknowledged]
        if self.unsure:
            question, option = self.unsure
            expected.append({**self.acknowledged, question: option})
        assert kept in expected
        self.acknowledged, self.unsure = dict(kept), None
        self.post({"action": "home", "turn": None})  # draws the present screen: the page has been loaded again


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_acknowledged_answer_is_lost_in_30_kills(tmp_path: Path) -> None:
    chance = random.Random(7731)
    with running_server(tmp_path / "data") as server, httpx2.Client(base_url=server.url, timeout=5) as client:
        person = Restless(client, chance)
        person.begin()
        pressed = 0
        for _ in range(KILLS):
            killer = threading.Timer(chance.uniform(0.0, 0.3), server.kill)
            killer.start()
            person.press_until_it_dies()
            killer.join()
            server.start()
            person.look()
            person.check_nothing_is_lost()
            pressed = person.turn or 0
        assert pressed > 3 * KILLS, "the kills came before anything was pressed"


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
