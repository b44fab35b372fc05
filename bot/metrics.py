"""Counts what goes by, for Prometheus. Imported only where metrics are on.

No series has a commune, a campaign or a person in it, and none counts finished assessments: who knows when a
neighbour took theirs must learn nothing from a count that moved in that minute. docs/operations.md lists them.
"""

import platform
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.bootstrap import Hoctap
from bot.presence import Presence
from bot.roles import ROLES
from engine.pacing import Lane
from storage.trouble import is_trouble

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WAITS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """See `channels.watch.Watch`. `page` is what Prometheus fetches."""

    def __init__(self, version: str, database: str) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        about = {"version": version, "python": platform.python_version(), "database": database}
        Gauge("hoctap_build_info", "What runs.", list(about), registry=registry).labels(**about).set(1)
        self._turns = Histogram(
            "hoctap_turn_seconds",
            "Turns, until they are on the disk.",
            ["channel"],
            buckets=SECONDS,
            registry=registry,
        )
        self._failures = Counter("hoctap_turns_failed", "Turns that went wrong.", ["channel"], registry=registry)
        self._database_errors = Counter("hoctap_database_errors", "What the database refused.", registry=registry)
        self._waits = Histogram(
            "hoctap_lane_wait_seconds", "Waits for the flood clock.", ["lane"], buckets=WAITS, registry=registry
        )
        self._lanes = Gauge("hoctap_lane_waiting", "Messages waiting for it now.", ["lane"], registry=registry)
        self._too_many = Counter("hoctap_telegram_429", "How often Telegram said: too many.", registry=registry)
        self._under_way = Gauge(
            "hoctap_turns_under_way", "Work given to the database, not done.", registry=registry
        )
        self._observe: dict[str, Callable[[float], None]] = {}
        self._observe_wait = {lane: self._waits.labels(lane.name.lower()).observe for lane in Lane}

    def turn(self, channel: str, seconds: float, *, failed: bool) -> None:
        """See `Watch`."""
        observe = self._observe.get(channel)
        if observe is None:
            observe = self._observe[channel] = self._turns.labels(channel).observe
            self._failures.labels(channel)
        observe(seconds)
        if failed:
            self._failures.labels(channel).inc()

    def failed(self, error: Exception) -> None:
        """See `Watch`."""
        if is_trouble(error):
            self._database_errors.inc()

    def waited(self, lane: Lane, seconds: float) -> None:
        """See `Watch`."""
        self._observe_wait[lane](seconds)

    def told_to_wait(self) -> None:
        """See `Watch`."""
        self._too_many.inc()

    def lanes(self, waiting: Callable[[Lane], int]) -> None:
        """See `Watch`."""
        for lane in Lane:
            self._lanes.labels(lane.name.lower()).set_function(partial(waiting, lane))

    def add(self, hoctap: Hoctap, presence: Presence, failing: Callable[[], dict[str, bool]]) -> None:
        """What is asked for when somebody looks. `failing`: check → whether it fails, as it was found last."""
        self._under_way.set_function(lambda: hoctap.under_way)
        self._registry.register(_Standing(presence, failing))

    def page(self) -> bytes:
        """All of it as text."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """The gauges of the database, as they were read last."""

    def __init__(self, presence: Presence, failing: Callable[[], dict[str, bool]]) -> None:
        self._presence = presence
        self._failing = failing

    def collect(self) -> Iterator[Metric]:
        """See `Collector`."""
        presence, gauges = self._presence, self._presence.gauges
        failing = {check: float(fails) for check, fails in self._failing().items()}
        missing = {role: presence.missing_seconds(role) for role in ROLES}
        yield _by("hoctap_check_failing", "1: /ready says what is wrong.", "check", failing)
        yield _by("hoctap_role_missing_seconds", "Work waits, and no process has the role.", "role", missing)
        yield _one("hoctap_gauges_age_seconds", "Since the figures below were read.", presence.gauges_age_seconds)
        if gauges is None:
            return
        yield _by("hoctap_role_processes", "Processes that have a role.", "role", gauges.processes)
        yield _by("hoctap_copies", "Copies of all campaigns.", "state", gauges.copies)
        yield _one("hoctap_copies_due", "Copies that could leave now.", gauges.copies_due)
        yield _one("hoctap_senders", "Senders that hold a lease.", gauges.senders)
        yield _one(
            "hoctap_calendar_overdue_seconds", "Since nobody keeps the calendar.", gauges.calendar_overdue_seconds
        )
        yield _one("hoctap_ballots_waiting", "Finished, not counted; in tens.", gauges.ballots_waiting)
        yield _one("hoctap_ballots_overdue_seconds", "Counting is late by this.", gauges.ballots_overdue_seconds)
        if gauges.seal_age_seconds is not None:
            yield _one("hoctap_seal_age_seconds", "Since the last release; whole days.", gauges.seal_age_seconds)


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _by(name: str, about: str, label: str, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
