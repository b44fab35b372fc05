"""What is saved is what is loaded, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.state import AGE_BANDS, SEXES, Account, Place, Session, State
from storage.database import Database, Transaction
from storage.states import create_account, load_ahead, load_state, save_state
from storage.tables import account

NOW = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
NAMES = st.text("abcdefgh_", min_size=1, max_size=12)

answers = st.dictionaries(
    st.from_regex(r"\A[a-z][a-z0-9]{1,9}\Z"),
    st.one_of(st.integers(0, 10**9), st.lists(st.integers(1, 9), unique=True).map(tuple)),
    max_size=25,
)
moments = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    is_finished = draw(st.booleans())
    return Session(
        person=draw(st.integers(0, 7)),
        form=draw(NAMES),
        version="2026.1",
        round=draw(st.integers(2020, 2100)),
        started_at=draw(moments),
        answers=draw(answers),
        position=draw(st.from_regex(r"\A[a-z0-9]{0,10}\Z")),
        sex=draw(st.sampled_from([None, *SEXES])),
        age=draw(st.sampled_from([None, *AGE_BANDS])),
        finished_at=draw(moments) if is_finished else None,
        scores=tuple(draw(st.lists(st.integers(0, 10), min_size=10, max_size=10))) if is_finished else None,
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    account = Account(
        "test",
        "somebody",
        turn=draw(st.integers(0, 10**6)),
        place=Place(draw(NAMES), tuple(draw(st.lists(NAMES, max_size=4)))),
        language=draw(st.sampled_from([None, "vi", "en"])),
        commune=draw(st.sampled_from([None, "03667"])),
        consent_version=draw(st.sampled_from([None, "2026.1"])),
        consented_at=draw(st.one_of(st.none(), moments)),
        reminders=draw(st.sampled_from(["not_asked", "wanted", "stopped"])),
        person=draw(st.integers(0, 7)),
        last_round=draw(st.one_of(st.none(), st.integers(2020, 2100))),
    )
    drawn = draw(st.lists(sessions(), max_size=5))
    return State(account, {each.key: each for each in drawn})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(states(), min_size=1, max_size=3))
def test_what_is_saved_is_loaded(database: Database, history: list[State]) -> None:
    with database.transaction() as transaction:
        before = create_account(transaction, "test", "somebody")
        for state in history:
            after = replace(state, account=replace(state.account, id=before.account.id))
            save_state(transaction, before, after)
            loaded = load_state(transaction, "test", "somebody")
            assert loaded == after
            before = after
        save_state(transaction, before, None)
        assert load_state(transaction, "test", "somebody") is None


def test_what_was_not_committed_is_not_there(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as transaction:
            create_account(transaction, "test", "somebody")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.transaction() as transaction:
        assert load_state(transaction, "test", "somebody") is None


def test_two_first_messages_at_once_make_one_account(database: Database) -> None:
    def arrive(_: int) -> int | None:
        with database.transaction() as transaction:
            return create_account(transaction, "web", "the same").account.id

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(arrive, range(16)))
    assert len(numbers) == 1


def test_turns_of_one_account_never_run_side_by_side(database: Database) -> None:
    with database.transaction() as transaction:
        new = create_account(transaction, "web", "the same")
        save_state(transaction, new, new.with_session(Session(0, "farmer", "2026.1", 2026, NOW)))

    def count(_: int) -> None:
        with database.transaction() as transaction:
            take_turn(transaction, "the same")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(64)))
    with database.transaction() as transaction:
        state = load_state(transaction, "web", "the same")
    assert state
    assert state.account.turn == 64
    assert len(state.sessions[0, False].answers) == 64


def take_turn(transaction: Transaction, address: str) -> None:
    """One more answer."""
    before = load_state(transaction, "web", address)
    assert before
    turn = before.account.turn + 1
    session = before.sessions[0, False]
    answered = before.with_session(replace(session, answers={**session.answers, f"q{turn}": 1}))
    save_state(transaction, before, replace(answered, account=replace(before.account, turn=turn)))


def test_turns_of_one_transaction_see_what_the_ones_before_them_changed(database: Database) -> None:
    everybody = [f"somebody {number}" for number in range(5)]
    with database.transaction() as transaction:
        for address in everybody:
            new = create_account(transaction, "web", address)
            save_state(transaction, new, new.with_session(Session(0, "farmer", "2026.1", 2026, NOW)))
    with database.transaction() as transaction:
        if not database.is_sqlite:
            load_ahead(transaction, {("web", address) for address in [*everybody, "nobody"]})
        assert load_state(transaction, "web", "nobody") is None
        for address in [*everybody, *everybody]:
            take_turn(transaction, address)
        turns = transaction.connection.execute(select(account.c.turn)).scalars().all()
        assert turns == [2] * len(everybody)
        states = [load_state(transaction, "web", address) for address in everybody]
    assert all(state and len(state.sessions[0, False].answers) == 2 for state in states)


def test_accounts_of_others_are_left_alone(database: Database) -> None:
    session = Session(0, "farmer", "2026.1", 2026, NOW, {"q01": 2}, "q02")
    with database.transaction() as transaction:
        mine = create_account(transaction, "web", "mine")
        other = create_account(transaction, "web", "other")
        for each in (mine, other):
            save_state(transaction, each, each.with_session(session))
        save_state(transaction, mine, None)
        kept = load_state(transaction, "web", "other")
    assert kept
    assert kept.sessions == {(0, False): session}
