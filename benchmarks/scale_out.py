"""Several processes on one PostgreSQL: how much more they do together. Each press goes to another one of them."""

import tempfile
from contextlib import ExitStack

from benchmarks.browsers import CONNECTIONS, press
from benchmarks.databases import postgresql_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.processes import Server, hoctap
from benchmarks.web import all_bodies, new_visits

PROCESSES = (1, 2, 4)


def measure(effort: Effort) -> list[Figure]:
    """Presses a second of one, two and four processes with the role `web`, in turns.

    Every assessment must come to its result though no two presses of it in a row meet the same process: a turn
    lost, done twice or out of order would end elsewhere. Database, client and all processes share the cores.
    """
    bodies = all_bodies()
    rates: dict[int, list[float]] = {count: [] for count in PROCESSES}
    with ExitStack() as running:
        _, url = running.enter_context(postgresql_database("scale_out"))
        keys = running.enter_context(tempfile.TemporaryDirectory(prefix="hoctap-bench-"))
        shared, program = {"HOCTAP_DATABASE_URL": url, "HOCTAP_KEY_DIR": keys}, ("bot", "run", "--roles", "web")
        servers = [running.enter_context(hoctap(more=shared, program=program)) for _ in range(max(PROCESSES))]
        _presses_a_second(servers, bodies, CONNECTIONS)
        for _ in range(effort.repetitions):
            for count in PROCESSES:
                rates[count].append(_presses_a_second(servers[:count], bodies, effort.web_assessments))
        memory = sum(memory_mb(server.process) for server in servers) / len(servers)
    one = "one process, in the same run"
    return [
        Figure(
            f"presses over HTTP, PostgreSQL, {count} processes", "presses/s", rates[count], one, rates[1], memory
        )
        for count in PROCESSES
    ]


def _presses_a_second(servers: list[Server], bodies: list[list[str]], assessments: int) -> float:
    ports = [server.port for server in servers]
    seen = press(ports[0], new_visits(bodies, assessments), CONNECTIONS, *ports[1:])
    if set(seen.last_screens) != {"result"}:
        raise RuntimeError(f"assessments ended at {set(seen.last_screens)}: a turn was lost or came twice")
    return seen.presses / seen.seconds
