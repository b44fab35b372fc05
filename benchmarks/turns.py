"""Whole turns a second in the process: load, decide, draw the screen, save, durable commit."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from benchmarks import floors
from benchmarks.citizens import ASSESSMENT, WAITING, Citizen, take_turns
from benchmarks.databases import postgresql_database, sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.world import make_world, play
from bot.runner import make_runner
from content.read import read_handbook
from engine.handbook import Handbook
from storage.database import Database


def measure(effort: Effort) -> list[Figure]:
    """SQLite and PostgreSQL, each beside its bare driver; the engine alone."""
    handbook = read_handbook("son_la")
    return [*_on_sqlite(effort, handbook), *_on_postgresql(effort, handbook)]


def _on_sqlite(effort: Effort, handbook: Handbook) -> list[Figure]:
    with sqlite_database() as (database, file):
        addresses = [citizen.address for citizen in make_world(database, handbook, effort.citizens)]
        floor = partial(floors.sqlite_turns, file, addresses, effort.turns)
        with _whole_turns(database, handbook, effort) as turns:
            measured = _side_by_side(effort, turns, floor, partial(_engine_alone, handbook, effort.turns))
            memory = memory_mb()
    turn, bare, engine = measured
    return [
        Figure(
            f"whole turns on SQLite, {WAITING} waiting", "turns/s", turn,
            "sqlite3: one writer, same rows, same groups, synchronous=FULL", bare, memory,
        ),
        Figure("the same turns", "turns/s", turn, "engine alone: decide and draw, nothing kept", engine),
    ]  # fmt: skip


def _on_postgresql(effort: Effort, handbook: Handbook) -> list[Figure]:
    with postgresql_database("turns") as (database, url):
        addresses = [citizen.address for citizen in make_world(database, handbook, effort.citizens)]
        floor = partial(floors.postgresql_turns, url, addresses, effort.turns)
        with _whole_turns(database, handbook, effort) as turns:
            turn, bare = _side_by_side(effort, turns, floor)
            memory = memory_mb()
    floor_name = "psycopg: same threads, one select for update, one update, one commit"
    return [Figure(f"whole turns on PostgreSQL, {WAITING} waiting", "turns/s", turn, floor_name, bare, memory)]


@contextmanager
def _whole_turns(database: Database, handbook: Handbook, effort: Effort) -> Iterator[Callable[[], None]]:
    citizens = [Citizen(number) for number in range(effort.citizens)]
    with closing(make_runner(database)) as runner:
        take_turns(runner, handbook, citizens, effort.turns // 10)  # statements compiled, connections open
        yield partial(take_turns, runner, handbook, citizens, effort.turns)


def _engine_alone(handbook: Handbook, turns: int) -> None:
    for number in range(turns // ASSESSMENT):
        play(handbook, number, ASSESSMENT)


def _side_by_side(effort: Effort, *works: Callable[[], None]) -> list[list[float]]:
    """Turns a second of each work, one after another in every repetition."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(effort.repetitions):
        for work, seen in zip(works, rates, strict=True):
            began = time.perf_counter()
            work()
            seen.append(effort.turns / (time.perf_counter() - began))
    return rates
