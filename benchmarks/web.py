"""Whole presses a second over HTTP: `POST /chat` on the real server beside an empty page of the same kind."""

import json
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.browsers import CONNECTIONS, Seen, Visit, press
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import cpu_seconds, memory_mb
from benchmarks.processes import Server, empty_server, hoctap
from benchmarks.world import play_to_the_result
from content.read import read_handbook

_DIFFERENT_VISITS = 12


def measure(effort: Effort) -> list[Figure]:
    """Presses a second, processor time a press (it hardly feels what else the machine does), and the wait."""
    with ExitStack() as servers:
        ours = _Measured(servers.enter_context(hoctap()), last_screen="result")
        empty = _Measured(servers.enter_context(empty_server()), last_screen="")
        bodies = all_bodies()
        for measured in (ours, empty):
            measured.press_together(new_visits(bodies, CONNECTIONS))
            measured.forget()
        for _ in range(effort.repetitions):
            for measured in (ours, empty):
                measured.press_together(new_visits(bodies, effort.web_assessments))
                measured.press_alone(new_visits(bodies, -(-effort.web_assessments // 50)))
        memory, floor_memory = memory_mb(ours.server.process), memory_mb(empty.server.process)
    floor = "empty page, Starlette + uvicorn"
    presses = f"presses over HTTP, SQLite, {CONNECTIONS} browsers"
    return [
        Figure(presses, "presses/s", ours.rates, floor, empty.rates, memory),
        Figure("the server's processor time", "ms/press", ours.cpu_ms, floor, empty.cpu_ms),
        Figure("the client's share of a core meanwhile", "%", ours.client_percent, floor, empty.client_percent),
        Figure("a lone browser waits", "ms/press", ours.wait_ms, floor, empty.wait_ms),
        Figure("the server's memory after it", "MB", [memory], floor, [floor_memory]),
    ]


@dataclass
class _Measured:
    """A server, and what was seen of it so far."""

    server: Server
    last_screen: str
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    client_percent: list[float] = field(default_factory=list)
    wait_ms: list[float] = field(default_factory=list)

    def press_together(self, visits: Sequence[Visit]) -> None:
        """Many browsers at once: one value of each but the wait."""
        cpu_before = cpu_seconds(self.server.process)
        seen = self._press(visits, CONNECTIONS)
        self.rates.append(seen.presses / seen.seconds)
        self.cpu_ms.append((cpu_seconds(self.server.process) - cpu_before) / seen.presses * 1000)
        self.client_percent.append(seen.client_cpu_seconds / seen.seconds * 100)

    def press_alone(self, visits: Sequence[Visit]) -> None:
        """One browser after another: one value of the wait."""
        seen = self._press(visits, connections=1)
        self.wait_ms.append(seen.seconds / seen.presses * 1000)

    def _press(self, visits: Sequence[Visit], connections: int) -> Seen:
        seen = press(self.server.port, visits, connections)
        if set(seen.last_screens) != {self.last_screen}:
            raise RuntimeError(f"visits ended at {set(seen.last_screens)}, not at {self.last_screen}")
        return seen

    def forget(self) -> None:
        """What was seen so far was warming up."""
        for values in (self.rates, self.cpu_ms, self.client_percent):
            values.clear()


def all_bodies() -> list[list[str]]:
    """What different people press, from the greeting to the result."""
    handbook = read_handbook("son_la")
    visits = []
    for number in range(_DIFFERENT_VISITS):
        presses = play_to_the_result(handbook, number).presses
        visits.append(
            [json.dumps({"action": each.action} if each.action else {"text": each.text}) for each in presses]
        )
    return visits


def new_visits(bodies: list[list[str]], count: int) -> list[Visit]:
    """So many new browsers."""
    return [Visit(secrets.token_urlsafe(32), bodies[number % len(bodies)]) for number in range(count)]
