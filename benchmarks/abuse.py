"""Citizens on the real server while somebody sends junk, beside the same citizens on the same server in peace."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from benchmarks.browsers import CONNECTIONS, press
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.junk import PER_SECOND, Junk, Origin, attack
from benchmarks.machine import memory_mb
from benchmarks.nginx import nginx_before
from benchmarks.processes import hoctap
from benchmarks.web import all_bodies, new_visits

_LIMITS = {"HOCTAP_REQUESTS_PER_MINUTE": "120000", "HOCTAP_REQUEST_BURST": "10000"}
"""The browsers of this benchmark share one address, so it may do more than a village; junk comes from others."""

_KINDS: dict[str, Origin] = {"one address": "one", "an address each": "many"}

_Attack = Callable[[], AbstractContextManager[Junk]]


def measure(effort: Effort) -> list[Figure]:
    """Presses a second, and what a lone browser waits, under junk and without; how much junk there was.

    First junk that waits for answers. Then junk that does not, through nginx with our file if it is installed: no
    single process of Python could even read that much.
    """
    figures = []
    with hoctap(more=_LIMITS) as server:
        press(server.port, new_visits(all_bodies(), CONNECTIONS))
        for name, origin in _KINDS.items():
            seen = _under(partial(attack, server.port, origin), server.port, effort)
            figures += seen.figures(f"junk from {name}", "answered")
        if shutil.which("nginx"):
            with nginx_before(server.port) as port:
                for name, origin in _KINDS.items():
                    seen = _under(partial(attack, port, origin, "benchmarks.flood"), port, effort)
                    figures += seen.figures(f"junk from {name} that does not wait, behind nginx", "sent")
        figures.append(Figure("the server's memory after it", "MB", [memory_mb(server.process)]))
    return figures


@dataclass
class _Seen:
    """Of each repetition: presses a second and the wait of a lone browser in peace, then under junk; the junk."""

    calm: list[tuple[float, float]] = field(default_factory=list)
    attacked: list[tuple[float, float]] = field(default_factory=list)
    junk: list[float] = field(default_factory=list)

    def figures(self, attack: str, done: str) -> list[Figure]:
        """Three rows."""
        calm, attacked = list(zip(*self.calm, strict=True)), list(zip(*self.attacked, strict=True))
        return [
            Figure(f"presses under {attack}", "presses/s", attacked[0], "in peace", calm[0]),
            Figure(f"a lone browser waits, {attack}", "ms/press", attacked[1], "in peace", calm[1]),
            Figure(f"{done} meanwhile, of {PER_SECOND:,} a second: {attack}", "requests/s", self.junk),
        ]


def _under(attack: _Attack, port: int, effort: Effort) -> _Seen:
    seen = _Seen()
    for _ in range(effort.repetitions):
        seen.calm.append(_press(port, effort))
        with attack() as junk:
            seen.attacked.append(_press(port, effort))
        seen.junk.append(junk.per_second)
    return seen


def _press(port: int, effort: Effort) -> tuple[float, float]:
    visits = all_bodies()
    many = press(port, new_visits(visits, effort.web_assessments))
    alone = press(port, new_visits(visits, max(1, effort.web_assessments // 50)), 1)
    return many.presses / many.seconds, 1000 * alone.seconds / alone.presses
