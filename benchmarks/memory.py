"""What 100,000 open sessions cost: time, bytes on the disk, memory of the server; a turn among a million."""

import json
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.browsers import Visit, press
from benchmarks.citizens import Citizen, take_turns
from benchmarks.databases import sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.processes import hoctap
from benchmarks.world import cookie_of, make_world
from bot.runner import make_runner
from content.read import read_handbook
from engine.handbook import Handbook
from storage.database import Database

_PRESSES_EACH = 2


def measure(effort: Effort) -> list[Figure]:
    """Turns and presses of citizens spread over few and over many accounts."""
    handbook = read_handbook("son_la")
    few, many = effort.few_accounts, effort.many_accounts
    spread = many // few
    every = effort.most_accounts // few
    with sqlite_database() as (small, _), sqlite_database() as (large, file), sqlite_database() as (largest, _):
        empty_bytes = _bytes(large, file)
        citizens, crowd = make_world(small, handbook, few), make_world(large, handbook, many)
        bytes_each = (_bytes(large, file) - empty_bytes) / many
        # Where there are most, each repetition has as many turns as among the few, of accounts far from each other.
        scattered = make_world(largest, handbook, effort.most_accounts, every // effort.repetitions)
        few_ms, many_ms, most_ms = [], [], []
        for repetition in range(effort.repetitions):
            few_ms.append(_turn_ms(small, handbook, citizens))
            many_ms.append(_turn_ms(large, handbook, crowd[repetition::spread]))
            most_ms.append(_turn_ms(largest, handbook, scattered[repetition :: effort.repetitions]))
        fresh = [number for number in range(many) if number % spread >= effort.repetitions]
        warm, others = fresh[: few // 10], fresh[few // 10 : effort.server_accounts]
        start_mb, warm_mb, after_mb = _server_memory(file, [_visits(crowd, warm), _visits(crowd, others)])
    held = f"the server with {many:,} open sessions in its database"
    return [
        Figure(f"one turn, {many:,} open sessions", "ms", many_ms, f"{few:,} open sessions", few_ms),
        Figure(
            f"one turn, {effort.most_accounts:,} open sessions", "ms", most_ms, f"{few:,} open sessions", few_ms
        ),
        Figure("an open session on the disk, with account and indexes", "bytes", [bytes_each]),
        Figure(f"{held}, after its start", "MB", [start_mb]),
        Figure(
            f"{held}, {len(others):,} of them have pressed",
            "MB",
            [after_mb],
            f"{len(warm):,} have pressed",
            [warm_mb],
        ),
    ]


def _turn_ms(database: Database, handbook: Handbook, citizens: Sequence[Citizen]) -> float:
    turns = len(citizens) * _PRESSES_EACH
    with closing(make_runner(database)) as runner:
        began = time.perf_counter()
        take_turns(runner, handbook, citizens, turns)
        return (time.perf_counter() - began) / turns * 1000


def _bytes(database: Database, file: Path) -> int:
    database.scrub()  # what is in the journal goes into the file
    return file.stat().st_size


def _visits(crowd: Sequence[Citizen], numbers: Sequence[int]) -> list[Visit]:
    """One press of each."""
    return [Visit(cookie_of(number), [json.dumps({"action": crowd[number].next().action})]) for number in numbers]


def _server_memory(file: Path, groups: Sequence[Sequence[Visit]]) -> list[float]:
    """What the server holds at its start, and after the presses of each group."""
    with hoctap(file.parent) as server:
        held = [memory_mb(server.process)]
        for visits in groups:
            press(server.port, visits)
            held.append(memory_mb(server.process))
    return held
