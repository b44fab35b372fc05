"""How many SQL statements a turn takes: the same however many people and accounts there are. Counts, no times."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from benchmarks.citizens import CHANNEL, NO_KEYS, Citizen, check_that_it_counted
from benchmarks.databases import sqlite_database
from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.world import make_world, play
from content.read import read_handbook
from engine.handbook import Handbook
from engine.state import MOST_PEOPLE
from handlers.converse import converse
from storage.database import Database, Transaction
from storage.hot import run as run_hot
from storage.states import create_account, save_state

_PRESSES = 8  # into the questions


def measure(effort: Effort) -> list[Figure]:
    """RuntimeError if the number of statements grows."""
    handbook, accounts = read_handbook("son_la"), effort.many_accounts // 2
    with sqlite_database() as (database, _):
        alone = statements_of_a_turn(database, handbook, people=1)
        family = statements_of_a_turn(database, handbook, people=MOST_PEOPLE)
        make_world(database, handbook, accounts)
        crowd = statements_of_a_turn(database, handbook, people=1)
    if len({len(alone), len(family), len(crowd)}) > 1:
        raise RuntimeError(f"the statements of a turn grow: {alone}, {family}, {crowd}")
    unit = "statements"
    return [
        Figure(f"a turn of a family of {MOST_PEOPLE}", unit, [len(family)], "one person", [len(alone)]),
        Figure(f"a turn among {accounts:,} accounts", unit, [len(crowd)], "the only account", [len(alone)]),
    ]


def statements_of_a_turn(database: Database, handbook: Handbook, people: int) -> list[str]:
    """The SQL of one answer of a new account on which so many people are in the middle of an assessment."""
    half = play(handbook, 0, _PRESSES)
    state, address = half.state, f"family of {people} {datetime.now(UTC)}"
    for person in range(1, people):
        state = state.with_session(replace(state.sessions[0, False], person=person))
    with database.transaction() as transaction:
        before = create_account(transaction, CHANNEL, address)
        save_state(transaction, before, replace(state, account=replace(state.account, address=address)))
    answer = Citizen(0, address, half.screen).next()
    with recorded(database) as statements, database.transaction() as transaction:
        reply = converse(transaction, handbook, NO_KEYS, answer, datetime.now(UTC))
    check_that_it_counted(reply.events)
    return [sql for sql, _ in statements if not sql.startswith("BEGIN")]


@contextmanager
def recorded(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements, and what was put into them: into the first row, where there are several."""
    statements: list[tuple[str, Any]] = []

    def record(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, is_many: bool
    ) -> None:
        statements.append((statement, parameters[0] if is_many else parameters))

    def run_and_record(connection: Any, sql: str, values: Any) -> Any:
        statements.append((sql, values[0]))
        return run_hot(connection, sql, values)

    event.listen(database.engine, "before_cursor_execute", record)
    try:
        with patch("storage.hot.run", run_and_record):
            yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", record)


def plan_of(transaction: Transaction, statement: tuple[str, Any]) -> list[str]:
    """How the database would run it, a line for each step."""
    sql, parameters = statement
    explain = "EXPLAIN QUERY PLAN" if transaction.is_sqlite else "EXPLAIN"
    return [str(row) for row in transaction.connection.exec_driver_sql(f"{explain} {sql}", parameters)]


def reads_all_of(table: str, step: str) -> bool:
    """Whether a step of a plan reads a table, or an index of it, from end to end."""
    return f"SCAN {table}" in step or f"Seq Scan on {table}" in step
