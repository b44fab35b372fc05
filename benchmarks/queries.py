"""How many SQL statements a turn takes: the same however many people and accounts there are. Counts, no times."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from benchmarks.citizens import check_that_it_counted
from benchmarks.databases import sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.world import Played, make_world, play
from content.read import read_handbook
from engine.handbook import Handbook
from engine.messages import Incoming
from engine.state import MOST_PEOPLE
from handlers.converse import converse
from storage.database import Database, Transaction
from storage.states import create_account, save_state

_PRESSES = 8  # into the questions


def measure(effort: Effort) -> list[Figure]:
    """RuntimeError if the number of statements grows."""
    handbook = read_handbook("son_la")
    half = play(handbook, 0, _PRESSES)
    with sqlite_database() as (database, _):
        one = _statements_of_a_turn(database, handbook, half, people=1)
        eight = _statements_of_a_turn(database, handbook, half, people=MOST_PEOPLE)
        make_world(database, handbook, effort.many_accounts)
        among_many = _statements_of_a_turn(database, handbook, half, people=1)
    if not one == eight == among_many:
        raise RuntimeError(f"a turn takes {one} statements, with 8 people {eight}, among many {among_many}")
    ...
