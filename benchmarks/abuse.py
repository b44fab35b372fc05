"""Citizens on the real server while somebody sends junk, beside the same citizens on the same server in peace."""

from contextlib import AbstractContextManager, nullcontext

from benchmarks.browsers import CONNECTIONS, press
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.junk import PER_SECOND, Junk, Origin, attack
from benchmarks.machine import memory_mb
from benchmarks.processes import hoctap
from benchmarks.web import all_bodies, new_visits

_LIMITS = {"HOCTAP_REQUESTS_PER_MINUTE": "120000", "HOCTAP_REQUEST_BURST": "10000"}
"""The browsers of this benchmark share one address, so it may do more than a village; junk comes from others."""

_KINDS: dict[str, Origin] = {"one address": "one", "an address each": "many"}


def measure(effort: Effort) -> list[Figure]:
    """Presses a second, and what a lone browser waits, under junk and without; how much junk was answered."""
    figures = []
    with hoctap(more=_LIMITS) as server:
        visits = all_bodies()
        press(server.port, new_visits(visits, CONNECTIONS))
        for name, origin in _KINDS.items():
            rates: list[float] = []
            calm_rates: list[float] = []
            waits: list[float] = []
            calm_waits: list[float] = []
            junk: list[float] = []

            def under_attack(origin: Origin = origin) -> AbstractContextManager[Junk]:
                return attack(server.port, origin)

            for _ in range(effort.repetitions):
                for begin, rate, wait in (
                    (_in_peace, calm_rates, calm_waits),
                    (under_attack, rates, waits),
                ):
                    with begin() as seen:
                        many = press(server.port, new_visits(visits, effort.web_assessments))
                        alone = press(server.port, new_visits(visits, max(1, effort.web_assessments // 50)), 1)
                    rate.append(many.presses / many.seconds)
                    wait.append(1000 * alone.seconds / alone.presses)
                    if seen.per_second:
                        junk.append(seen.per_second)
            figures += [
                Figure(f"presses under junk from {name}", "presses/s", rates, "in peace", calm_rates),
                Figure(f"a lone browser waits, junk from {name}", "ms/press", waits, "in peace", calm_waits),
                Figure(f"junk answered meanwhile, of {PER_SECOND:,} a second, from {name}", "requests/s", junk),
            ]
        figures.append(Figure("the server's memory after it", "MB", [memory_mb(server.process)]))
    return figures


def _in_peace() -> AbstractContextManager[Junk]:
    return nullcontext(Junk())
