"""How long a server takes from the start of its process until it listens and shows its first page."""

import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.processes import Server, empty_server, hoctap


def measure(effort: Effort) -> list[Figure]:
    """hoctap with a new database, then with one that is there, as at every later start; beside an empty page."""
    floor = "empty page, Starlette + uvicorn"
    with tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder:
        first, later, empty = _Starts(hoctap), _Starts(partial(hoctap, Path(folder))), _Starts(empty_server)
        with hoctap(Path(folder)):
            pass
        for _ in range(effort.repetitions):
            for each in (first, later, empty):
                each.start()
    return [
        figure
        for name, ours in (("new database", first), ("every later start", later))
        for figure in (
            Figure(f"from process start to listening, {name}", "s", ours.listening, floor, empty.listening),
            Figure(f"from process start to the first page, {name}", "s", ours.page, floor, empty.page),
            Figure(f"memory after the first page, {name}", "MB", ours.memory, floor, empty.memory),
        )
    ]


@dataclass
class _Starts:
    """A kind of server, and what was seen of its starts."""

    serve: Callable[[], AbstractContextManager[Server]]
    listening: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def start(self) -> None:
        """One start: one value of each."""
        began = time.perf_counter()
        with self.serve() as server:
            self.listening.append(time.perf_counter() - began)
            _get_page(server.port)
            self.page.append(time.perf_counter() - began)
            self.memory.append(memory_mb(server.process))


def _get_page(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"the page came with status {response.status}")
