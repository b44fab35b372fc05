"""How many SQL statements a turn takes: the same however many people and accounts there are. Counts, no times."""

from collections.abc import Iterator
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
from storage.database import Database
from storage.states import create_account, load_state, save_state

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
    return [Figure("SQL statements of a turn, whoever's it is", "statements", [one])]


def _statements_of_a_turn(database: Database, handbook: Handbook, half: Played, people: int) -> int:
    """Statements of one press of an account with assessments of so many people; the account is then erased."""
    address = f"counted with {people}"
    with database.transaction() as transaction:
        before = create_account(transaction, "web", address)
        state = replace(half.state, account=replace(half.state.account, address=address))
        for person in range(people):
            [session] = half.state.sessions.values()
            state = state.with_session(replace(session, person=person))
        save_state(transaction, before, state)
    press = next(button for button in half.screen.flat_buttons if button.kind == "choice")
    with _counted(database) as statements, database.transaction() as transaction:
        incoming = Incoming("web", address, action=press.action)
        check_that_it_counted(converse(transaction, handbook, incoming, datetime.now(UTC)).events)
    _erase(database, address)
    return len(statements)


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)


def _erase(database: Database, address: str) -> None:
    with database.transaction() as transaction:
        state = load_state(transaction, "web", address)
        if state:
            save_state(transaction, state, None)
