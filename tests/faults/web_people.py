"""People with a browser who answer for ever, through everything: what was acknowledged must be there afterwards."""

import random
import threading

import httpx2

from tests.server import Person

PATIENCE_SECONDS = 5.0
READS_SECONDS = 0.1
"""At most, before each press: two people who never stop would be all that one core can serve."""


class ServerFails(httpx2.TransportError):
    """An answer 5xx: for whoever presses the same as no answer. It may have been kept or not."""


def browser(url: str) -> httpx2.Client:
    """With a cookie jar of its own."""
    hooks = {"response": [_raise_if_it_fails]}
    return httpx2.Client(base_url=url, timeout=PATIENCE_SECONDS, event_hooks=hooks)


def _raise_if_it_fails(response: httpx2.Response) -> None:
    if response.status_code >= 500:
        raise ServerFails(f"{response.status_code}")


class Restless(Person):
    """Answers for ever: who stands at the end goes back and changes an answer."""

    def __init__(self, client: httpx2.Client, chance: random.Random) -> None:
        super().__init__(client)
        self.chance = chance
        self.pressed = 0
        """How many presses were acknowledged."""
        self.acknowledged: dict[str, int] = {}
        self.unsure: tuple[str, int] | None = None
        """The answer that was sent when the server died: it may have been kept or not."""

    def press_until_it_dies(self) -> None:
        try:
            while True:
                self.press_something()
        except httpx2.TransportError:
            pass

    def press_something(self) -> None:
        answers = [action for action in self.choices if action.startswith("a:")]
        if not answers:
            self.press({"sex": "sex:undisclosed", "age": "age:undisclosed"}.get(self.screen["id"], "change:q20"))
        # Backwards now and then, so that answers are also changed and not only given.
        elif self.screen["progress"]["now"] > 1 and self.chance.random() < 0.5:
            self.press(answers[0].replace("a:", "b:").rpartition(":")[0])
        else:
            self._answer(self.chance.choice(answers))
        self.pressed += 1

    def _answer(self, action: str) -> None:
        _, question, option = action.split(":")
        self.unsure = (question, int(option))
        self.press(action)
        self.acknowledged[question] = int(option)
        self.unsure = None

    def check_nothing_is_lost(self) -> None:
        """All that was acknowledged is there, and nothing that was never sent."""
        kept = self.held()["sessions"][0]["answers"]
        expected = [self.acknowledged]
        if self.unsure:
            question, option = self.unsure
            expected.append({**self.acknowledged, question: option})
        assert kept in expected
        self.acknowledged, self.unsure = dict(kept), None
        self.post({"action": "home", "turn": None})  # draws the present screen: the page has been loaded again


class WebPeople:
    """So many at once, each in a thread. Whenever something fails they look what was kept, and go on."""

    def __init__(self, urls: list[str], chance: random.Random) -> None:
        self.people = [Restless(browser(url), random.Random(chance.random())) for url in urls]
        self._is_over = threading.Event()
        self._broken: list[Exception] = []
        self._threads = [threading.Thread(target=self._live, args=(each,), daemon=True) for each in self.people]

    def begin(self) -> None:
        for each in self.people:
            each.begin()
        for thread in self._threads:
            thread.start()

    def _live(self, person: Restless) -> None:
        while not self._is_over.is_set():
            try:
                person.look()
                person.check_nothing_is_lost()
                while not self._is_over.wait(person.chance.uniform(0.0, READS_SECONDS)):
                    person.press_something()
            except httpx2.TransportError:
                self._is_over.wait(0.1)
            except Exception as error:  # noqa: BLE001 -- raised where the test can see it
                self._broken.append(error)
                return

    def check(self) -> None:
        """Nobody has seen anything that must not be."""
        if self._broken:
            raise self._broken[0]

    @property
    def pressed(self) -> list[int]:
        """How many presses of each were acknowledged so far."""
        return [each.pressed for each in self.people]

    def end(self) -> None:
        """All that they have been told was kept is there."""
        self.leave()
        self.check()
        for each in self.people:
            each.look()
            each.check_nothing_is_lost()

    def leave(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(4 * PATIENCE_SECONDS)

    def close(self) -> None:
        self.leave()
        for each in self.people:
            each.client.close()
