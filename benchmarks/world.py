"""Many accounts with half-finished assessments, made quickly: a few are played, the others are their copies."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from benchmarks.citizens import CHANNEL, Citizen, check_that_it_counted
from channels.webchat.visitor import Visitor
from engine.conversation.turn import advance
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.state import Account, State
from storage.database import Database
from storage.states import create_account, save_state
from storage.tables import account, session

_PLAYED = 20
_FEWEST_PRESSES = 4  # greeting, consent, form, first question
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Played:
    """Where an assessment stands after these presses, and the screen that it stands at."""

    presses: Sequence[Incoming]
    state: State
    screen: Screen


def make_world(database: Database, handbook: Handbook, accounts: int) -> list[Citizen]:
    """Fills an empty database; returns the citizens, each about to press the next button."""
    halves = [play(handbook, number, _FEWEST_PRESSES + number % 10) for number in range(_PLAYED)]
    citizens = []
    for first in range(0, accounts, _BATCH):
        numbers = range(first, min(first + _BATCH, accounts))
        citizens += _copy(database, halves, numbers)
    return citizens


def cookie_of(number: int) -> str:
    """The browser cookie of the nth citizen of a world."""
    return f"{number:043}"


def play(handbook: Handbook, number: int, presses: int) -> Played:
    """So many presses of one citizen, without a database."""
    return next(itertools.islice(_presses(handbook, number), presses - 1, None))


def play_to_the_result(handbook: Handbook, number: int) -> Played:
    """A whole assessment of one citizen, without a database."""
    return next(played for played in _presses(handbook, number) if played.screen.id == "result")


def _presses(handbook: Handbook, number: int) -> Iterator[Played]:
    citizen, presses = Citizen(number), []
    state = State(Account(CHANNEL, citizen.address))
    while True:
        presses.append(citizen.next())
        turn = advance(handbook, state, presses[-1], datetime.now(UTC))
        check_that_it_counted(turn.events)
        if turn.state is None:
            raise RuntimeError("nobody asked to erase anything")
        state = turn.state
        citizen.see(turn.screens[-1])
        yield Played(presses, state, turn.screens[-1])


def _copy(database: Database, halves: list[Played], numbers: range) -> list[Citizen]:
    with database.transaction() as transaction:
        connection = transaction.connection
        account_rows, session_rows = [], []
        for place, half in enumerate(halves):
            # Written by the product's own functions, read back as plain rows, and taken away again.
            before = create_account(transaction, CHANNEL, f"pattern {place}")
            save_state(transaction, before, half.state)
            number = before.account.id
            account_rows.append(dict(connection.execute(select(account).filter_by(id=number)).mappings().one()))
            session_rows.append(
                dict(connection.execute(select(session).filter_by(account_id=number)).mappings().one())
            )
            account_rows[-1].pop("id")
            account_rows[-1].pop("secret")  # each has its own
            save_state(transaction, before, None)
        transaction.has_erased = False
        addresses = {number: Visitor(cookie_of(number), is_new=False).address for number in numbers}
        connection.execute(
            insert(account),
            [{**account_rows[n % _PLAYED], "address": address} for n, address in addresses.items()],
        )
        made = select(account.c.address, account.c.id).where(account.c.address.in_(addresses.values()))
        ids = {row.address: row.id for row in connection.execute(made)}
        connection.execute(
            insert(session),
            [{**session_rows[n % _PLAYED], "account_id": ids[address]} for n, address in addresses.items()],
        )
    return [Citizen(n % _PLAYED, address, halves[n % _PLAYED].screen) for n, address in addresses.items()]
