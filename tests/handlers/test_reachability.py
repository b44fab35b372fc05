"""The account follows what a messenger says of its chat, on both databases."""

import pytest

from engine.campaigns.ledger import Counts
from engine.messages import Incoming
from engine.state import State
from handlers.converse import converse
from handlers.reachability import move_account, note_reachability
from storage.database import Database
from storage.states import load_state
from tests.campaigns import approved, check_sums, deliver, state_of, tend
from tests.chats import Clock, handbook
from tests.counting import keys


def say(database: Database, address: str, *texts: str) -> None:
    for text in texts:
        with database.transaction() as transaction:
            converse(transaction, handbook(), keys(), Incoming("telegram", address, text=text), Clock().now)


def state(database: Database, address: str) -> State | None:
    with database.transaction() as transaction:
        return load_state(transaction, "telegram", address)


@pytest.fixture
def at_the_second_question(database: Database) -> Database:
    say(database, "7", "/start c03667", "bat dau", "dong y", "lam nong", "3")
    return database


def test_the_reason_is_kept_until_the_person_comes_back(at_the_second_question: Database) -> None:
    database = at_the_second_question
    with database.transaction() as transaction:
        note_reachability(transaction, "telegram", "7", "blocked")
    kept = state(database, "7")
    assert kept
    assert kept.account.unreachable == "blocked"
    assert kept.sessions[0, False].answers == {"q01": 3}
    say(database, "7", "/start")
    back = state(database, "7")
    assert back
    assert back.account.unreachable is None


def test_of_a_chat_that_nobody_knows_nothing_is_kept(database: Database) -> None:
    with database.transaction() as transaction:
        note_reachability(transaction, "telegram", "8", "gone")
        move_account(transaction, "telegram", "8", "9")
    assert state(database, "8") is None
    assert state(database, "9") is None


def test_a_chat_that_moved_keeps_its_answers(at_the_second_question: Database) -> None:
    database = at_the_second_question
    with database.transaction() as transaction:
        move_account(transaction, "telegram", "7", "70")
    moved = state(database, "70")
    assert moved
    assert moved.sessions[0, False].answers == {"q01": 3}
    assert state(database, "7") is None


def test_a_chat_that_moved_to_where_another_one_is_takes_nothing_from_it(at_the_second_question: Database) -> None:
    database = at_the_second_question
    say(database, "70", "/start c03667", "bat dau", "dong y")
    with database.transaction() as transaction:
        move_account(transaction, "telegram", "7", "70")
    old, other = state(database, "7"), state(database, "70")
    assert old
    assert other
    assert old.account.unreachable == "gone"
    assert other.sessions == {}


@pytest.mark.parametrize(("is_taken", "after"), [(False, Counts(sent=1)), (True, Counts(sent=1, unreachable=1))])
def test_what_is_sent_to_a_chat_that_moved_follows_it_once(
    at_the_second_question: Database, is_taken: bool, after: Counts
) -> None:
    database, now = at_the_second_question, Clock().now
    if is_taken:
        say(database, "70", "/start c03667", "bat dau", "dong y")
    number = approved(database, now)
    tend(database, handbook(), now)
    with database.transaction() as transaction:
        move_account(transaction, "telegram", "7", "70")
    left = deliver(database, handbook(), now)[number]
    assert [parcel.address for parcel in left] == ["70"]
    check_sums(database)
    assert state_of(database, number).counts == after
