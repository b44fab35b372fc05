"""Presses on Telegram end to end over HTTP, polling and by webhook: hoctap beside other bots on aiogram."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from statistics import quantiles

from benchmarks.bot_api import Seen
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import cpu_seconds, memory_mb
from benchmarks.processes import ROOT, hoctap_bot, peer_bot

PEOPLE = 64
TELEGRAMS_PACE = 25.0
"""Presses a second that Telegram lets one bot answer without trouble."""

BARE = "bare aiogram, stores nothing"
ORM = "aiogram, SQLAlchemy's async ORM on SQLite, a commit a press"


def measure(effort: Effort) -> list[Figure]:
    """Each press is one edit and one answer. Rates at saturation, waits at Telegram's own pace."""
    return [*_compare(effort, "polling", webhook=False), *_compare(effort, "webhook", webhook=True)]


def _compare(effort: Effort, way: str, *, webhook: bool) -> list[Figure]:
    ours = _Measured(partial(hoctap_bot, webhook=webhook))
    bare = _Measured(partial(peer_bot, "bare_bot", webhook=webhook))
    orm = _Measured(partial(peer_bot, "orm_bot", webhook=webhook))
    for _ in range(effort.repetitions):
        for measured in (ours, bare, orm):
            measured.press(effort)
    presses, unit = f"presses on Telegram, {way}, SQLite, {PEOPLE} people", "presses/s"
    waits = [
        Figure(
            f"{way}: a press waits at {TELEGRAMS_PACE:.0f} a second, {name}",
            "ms",
            [percentile(seen.waits_ms, percent) for seen in ours.seen],
            BARE,
            [percentile(seen.waits_ms, percent) for seen in bare.seen],
        )
        for name, percent in (("p50", 50), ("p95", 95), ("p99", 99))
    ]
    return [
        Figure(presses, unit, ours.rates, BARE, bare.rates, ours.memory[-1]),
        Figure("the same", unit, ours.rates, ORM, orm.rates),
        Figure(f"{way}: the bot's processor time", "ms/press", ours.cpu_ms, BARE, bare.cpu_ms),
        *waits,
        Figure(f"{way}: the bot's memory after it", "MB", ours.memory, BARE, bare.memory),
    ]


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass
class _Measured:
    """A kind of bot, and what was seen of it so far."""

    run: Callable[[int], AbstractContextManager[int]]
    seen: list[Seen] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        """Presses a second, of each run."""
        return [seen.presses_per_second for seen in self.seen]

    def press(self, effort: Effort) -> None:
        """One run: one value of each."""
        sizes = [str(PEOPLE), str(effort.telegram_presses), str(TELEGRAMS_PACE), str(effort.paced_presses)]
        command = [sys.executable, "-m", "benchmarks.bot_api", *sizes]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as api:
            printed = api.stdout
            assert printed
            with self.run(int(printed.readline())) as process:
                printed.readline()  # warm
                before = cpu_seconds(process)
                printed.readline()  # pressed
                spent = cpu_seconds(process) - before
                self.seen.append(Seen(**json.loads(printed.read())))
                self.memory.append(memory_mb(process))
        self.cpu_ms.append(spent / effort.telegram_presses * 1000)
