"""What 100,000 open sessions cost: memory of the server, bytes on the disk, time of a turn."""

import json
import time
from contextlib import closing
from pathlib import Path

from benchmarks.browsers import CONNECTIONS, Visit, press
from benchmarks.citizens import Citizen, take_turns
from benchmarks.databases import sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.processes import hoctap
from benchmarks.world import make_world, web_cookie
from bot.runner import make_runner
from content.read import read_handbook
from engine.handbook import Handbook
from storage.database import Database


def measure(effort: Effort) -> list[Figure]:
    """The same presses on few and on many accounts."""
    handbook = read_handbook("son_la")
    few, many = effort.few_accounts, effort.many_accounts
    with sqlite_database() as (small, small_file), sqlite_database() as (large, large_file):
        empty_bytes = _bytes(large, large_file)
        few_citizens = make_world(small, handbook, few)
        many_citizens = make_world(large, handbook, many)
        bytes_each = (_bytes(large, large_file) - empty_bytes) / many
        few_ms, many_ms = [], []
        for repetition in range(effort.repetitions):
            few_ms.append(_turn_ms(small, handbook, few_citizens, few))
            fresh = many_citizens[repetition * few : (repetition + 1) * few]
            many_ms.append(_turn_ms(large, handbook, fresh, few))
        last = [citizen.next() for citizen in many_citizens[-few:]]
    return [
        Figure(f"one turn, {many:,} open sessions", "ms", many_ms, f"the same with {few:,}", few_ms),
        Figure("an open session on the disk, with its account", "bytes", [bytes_each]),
        *_server_memory(effort),
    ]
