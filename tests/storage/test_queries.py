"""A turn takes the same few statements for one person and for a family; nothing reads a table from end to end."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from benchmarks.queries import plan_of, reads_all_of, recorded
from engine.campaigns.audience import AudienceRule
from engine.campaigns.ledger import Key, Outcome
from engine.state import MOST_PEOPLE, Account, Session, State
from handlers.deliver import Parcel, exchange
from storage.database import Database, Transaction, open_database
from storage.deliveries import waiting_for
from storage.states import create_account, load_state, save_state
from storage.tables import account
from tests.campaigns import add_people, approved, run, state_of, tend
from tests.chats import handbook

NOW = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
SESSION = Session(0, "farmer", "2026.1", 2026, NOW, {"q01": 1}, position="q02")
MANY = 2_000


def make_account(database: Database, address: str, people: int) -> None:
    sessions = [replace(SESSION, person=person) for person in range(people)]
    after = State(Account("web", address), {each.key: each for each in sessions})
    with database.transaction() as transaction:
        save_state(transaction, create_account(transaction, "web", address), after)


def statements_of_an_answer(database: Database, address: str) -> list[tuple[str, Any]]:
    with recorded(database) as statements, database.transaction() as transaction:
        before = load_state(transaction, "web", address)
        assert before
        answered = before.with_session(replace(before.sessions[0, False], answers={"q01": 2}))
        save_state(transaction, before, replace(answered, account=replace(before.account, turn=1)))
    return [(statement, parameters) for statement, parameters in statements if not statement.startswith("BEGIN")]


def fill(database: Database) -> None:
    alike = {"channel": "web", "turn": 0, "place": "form", "reminders": "not_asked", "person": 0}
    rows = [{**alike, "address": f"neighbour {number}"} for number in range(MANY)]
    with database.transaction() as transaction:
        transaction.connection.execute(insert(account), rows)


def test_a_family_takes_no_more_statements_than_one_person(database: Database) -> None:
    make_account(database, "one", people=1)
    make_account(database, "family", people=MOST_PEOPLE)
    one = statements_of_an_answer(database, "one")
    family = statements_of_an_answer(database, "family")
    assert [statement for statement, _ in family] == [statement for statement, _ in one]


def test_a_full_database_takes_no_more_statements_than_an_empty_one(database: Database) -> None:
    make_account(database, "first", people=1)
    alone = statements_of_an_answer(database, "first")
    fill(database)
    make_account(database, "last", people=1)
    assert [sql for sql, _ in statements_of_an_answer(database, "last")] == [sql for sql, _ in alone]


def test_no_statement_of_a_turn_reads_a_whole_table(tmp_path: Path) -> None:
    """On SQLite, whose plan does not depend on how full a table is; PostgreSQL has the same two indexes."""
    with closing(open_database(f"sqlite:///{tmp_path}/hoctap.db")) as database:
        fill(database)
        make_account(database, "somebody", people=MOST_PEOPLE)
        for statement in statements_of_an_answer(database, "somebody"):
            plan = plan_on(database, statement)
            assert not [row for row in plan if "SCAN" in row], plan


def test_what_waits_for_somebody_is_found_by_the_number_of_their_account(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path}/hoctap.db")) as database:
        with database.transaction() as transaction, recorded(database) as statements:
            waiting_for(transaction, 1, NOW, NOW)
        plan = plan_on(database, statements[-1])
    assert any("delivery USING INDEX" in row and "(account_id=?)" in row for row in plan), plan
    assert not [row for row in plan if "SCAN" in row], plan


def test_no_statement_of_a_sender_reads_a_whole_table(database: Database) -> None:
    statements = statements_of_a_sender(database)
    assert len(statements) > 10
    for statement in statements:
        plan = plan_on(database, statement)
        for table in ("account", "delivery", "session"):
            assert not [row for row in plan if reads_all_of(table, row)], plan


def test_who_is_next_is_found_among_those_who_wait(database: Database) -> None:
    """In the order in which they leave: without looking at those who had theirs, and without sorting."""
    nexts = [each for each in statements_of_a_sender(database) if "AS delivery_place" in each[0]]
    assert nexts
    for statement in nexts:
        plan = plan_on(database, statement)
        assert [row for row in plan if "ix_delivery_planned" in row], plan
        assert not [row for row in plan if "SORT" in row.upper() or "ORDER BY" in row], plan


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_else_somebody_gets_is_found_by_the_number_of_their_account(database: Database) -> None:
    others = [each for each in statements_of_a_sender(database) if "delivery.account_id IN" in each[0]]
    assert {sql.split("\n")[0] for sql, _ in others} == {
        "SELECT delivery.account_id, delivery.campaign_id, delivery.at ",
        "SELECT delivery.account_id, delivery.campaign_id, delivery.state, delivery.not_before ",
    }
    for statement in others:
        plan = plan_on(database, statement)
        assert [row for row in plan if "delivery USING INDEX" in row and "(account_id=?" in row], plan


def statements_of_a_sender(database: Database) -> list[tuple[str, Any]]:
    """An audience is written down; copies are claimed and marked while something more important waits."""
    add_people(database, range(MANY), NOW)
    observance = approved(database, NOW, kind="observance")
    approved(database, NOW, AudienceRule(communes=("03646",)), starts_at=NOW + timedelta(hours=1))
    with recorded(database) as statements:
        tend(database, handbook(), NOW)
        parcels = run(database, lambda transaction: pass_on(transaction, [], room=25))
        told = [(parcel.key, Outcome("sent")) for parcel in parcels]
        run(database, lambda transaction: pass_on(transaction, told, room=0))
    assert state_of(database, observance).counts.sent == 25
    return [each for each in statements if each[0].startswith(("SELECT", "INSERT", "UPDATE"))]


def pass_on(transaction: Transaction, outcomes: list[tuple[Key, Outcome]], room: int) -> list[Parcel]:
    return exchange(transaction, handbook(), "a sender", outcomes, room, 0, NOW)


def plan_on(database: Database, statement: tuple[str, Any]) -> list[str]:
    """As if the tables were large."""
    with database.transaction() as transaction:
        if not database.is_sqlite:
            transaction.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return plan_of(transaction, statement)
