"""What has been kept long enough goes, and nothing else; portion by portion. On both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from engine.campaigns.audience import AudienceRule
from handlers.retention import let_go
from storage.database import Database
from storage.states import load_state
from storage.tables import account, delivery, session
from tests.campaigns import add_officer, add_people, approved, deliver, run, state_of, tend
from tests.chats import handbook
from tests.handlers.village import Village

NOW = datetime(2026, 10, 1, 2, tzinfo=UTC)


def let_everything_go(database: Database, now: datetime = NOW) -> int:
    """How many portions it took."""
    portions = 0
    while run(database, lambda transaction: let_go(transaction, now)):
        portions += 1
    return portions


def rows(database: Database, table: object) -> int:
    with database.transaction() as transaction:
        return transaction.connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def begin(database: Database, account_id: int, days_ago: int, person: int = 0, **fields: object) -> None:
    """An assessment that was begun so long ago."""
    values = {
        "account_id": account_id,
        "person": person,
        "is_finished": False,
        "form": "farmer",
        "version": "2026.1",
        "round": 2026,
        "position": "q02",
        "answers": {"q01": 1},
        "started_at": NOW - timedelta(days=days_ago),
    }
    with database.transaction() as transaction:
        transaction.connection.execute(insert(session).values(values | fields))


# ---- ledgers ------------------------------------------------------------------------------------------------


def test_after_a_year_only_the_counts_of_a_campaign_are_left(database: Database) -> None:
    add_people(database, range(5), NOW)
    add_people(database, ["blocked"], NOW, unreachable="blocked")
    number = approved(database, NOW)
    tend(database, handbook(), NOW)
    deliver(database, handbook(), NOW, refuse=["3"])
    before = state_of(database, number).counts
    assert (before.sent, before.refused, before.unreachable) == (4, 1, 1)
    assert let_everything_go(database, NOW + timedelta(days=364)) == 0
    assert let_everything_go(database, NOW + timedelta(days=366)) == 1
    assert rows(database, delivery) == 0
    assert state_of(database, number).counts == before
    tend(database, handbook(), NOW + timedelta(days=366))
    assert state_of(database, number).counts == before


def test_younger_rows_and_those_that_wait_stay(database: Database) -> None:
    add_people(database, ["t"], NOW)
    add_people(database, ["w"], NOW, channel="web")
    long = approved(database, NOW, expires_at=NOW + timedelta(days=900))
    tend(database, handbook(), NOW)
    deliver(database, handbook(), NOW)
    later = NOW + timedelta(days=366)
    add_people(database, ["new"], later)
    approved(database, later, AudienceRule(channels=("telegram",)))
    tend(database, handbook(), later)
    deliver(database, handbook(), later)
    let_everything_go(database, later)
    with database.transaction() as transaction:
        left = transaction.connection.execute(select(delivery.c.campaign_id, delivery.c.state)).all()
    assert sorted((row[0] == long, row[1]) for row in left) == [(False, "sent"), (False, "sent"), (True, "waiting")]
    assert state_of(database, long).counts.sent == 1


def test_a_large_ledger_goes_portion_by_portion(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.retention.ROWS_AT_ONCE", 7)
    add_people(database, range(20), NOW)
    numbers = [approved(database, NOW), approved(database, NOW)]
    for day in range(2):
        tend(database, handbook(), NOW + timedelta(days=day))
        deliver(database, handbook(), NOW + timedelta(days=day))
    assert let_everything_go(database, NOW + timedelta(days=400)) == 6
    assert rows(database, delivery) == 0
    assert [state_of(database, number).counts.sent for number in numbers] == [20, 20]


# ---- assessments --------------------------------------------------------------------------------------------


def test_an_assessment_that_nobody_finished_goes_after_ninety_days(database: Database) -> None:
    old, young = add_people(database, ["old", "young"], NOW, seen_on=date(2026, 6, 1))
    begin(database, old, days_ago=91)
    begin(database, young, days_ago=89)
    assert let_everything_go(database) == 1
    with database.transaction() as transaction:
        assert transaction.connection.execute(select(session.c.account_id)).scalars().all() == [young]
    assert rows(database, account) == 2


def test_who_was_here_in_the_last_week_keeps_it(database: Database) -> None:
    here, away = add_people(database, ["here"], NOW, seen_on=date(2026, 9, 24)) + add_people(
        database, ["away"], NOW, seen_on=date(2026, 9, 23)
    )
    begin(database, here, days_ago=200)
    begin(database, away, days_ago=200)
    let_everything_go(database)
    with database.transaction() as transaction:
        assert transaction.connection.execute(select(session.c.account_id)).scalars().all() == [here]


def test_a_result_that_could_not_be_counted_goes_after_ninety_days_too(database: Database) -> None:
    [number] = add_people(database, ["p"], NOW, seen_on=date(2026, 6, 1))
    common = {"is_finished": True, "scores": [5] * 10}
    begin(database, number, 120, 0, finished_at=NOW - timedelta(days=89), **common)
    begin(database, number, 120, 1, finished_at=NOW - timedelta(days=91), **common)
    let_everything_go(database)
    with database.transaction() as transaction:
        assert transaction.connection.execute(select(session.c.person)).scalars().all() == [0]


def test_whose_assessment_has_gone_finds_a_way_on(village: Village) -> None:
    chat = village.person("someone")
    for text in ("/start c03667", "Bắt đầu", "Đồng ý", "Làm nông, làm rừng", "3"):
        chat.type(text)
    village.clock.move(days=100)
    assert let_everything_go(village.database, village.clock.now) == 1
    assert chat.look()[0].id == "form"
    assert chat.type("Làm nông, làm rừng")[-1].id == "question"


# ---- accounts -----------------------------------------------------------------------------------------------


def test_after_two_years_of_silence_an_account_goes_with_all_that_is_its(database: Database) -> None:
    gone, here = add_people(database, ["gone"], NOW, seen_on=date(2024, 9, 30)) + add_people(
        database, ["here"], NOW, seen_on=date(2024, 10, 1)
    )
    begin(database, gone, days_ago=10)
    number = approved(database, NOW)
    tend(database, handbook(), NOW)
    assert let_everything_go(database) == 1
    with database.transaction() as transaction:
        assert load_state(transaction, "telegram", "gone") is None
        assert transaction.connection.execute(select(account.c.id)).scalars().all() == [here]
    counts = state_of(database, number).counts
    assert (counts.planned, counts.unreachable, counts.size) == (1, 1, 2)
    assert rows(database, session) == 0


def test_staff_are_not_erased_for_being_silent(database: Database) -> None:
    [number] = add_people(database, ["officer"], NOW, seen_on=date(2020, 1, 1))
    add_officer(database, number)
    assert let_everything_go(database) == 0


def test_many_go_portion_by_portion(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.retention.ACCOUNTS_AT_ONCE", 10)
    add_people(database, range(25), NOW, seen_on=date(2023, 1, 1))
    assert let_everything_go(database) == 3
    assert rows(database, account) == 0


def test_the_ballot_of_a_silent_account_stays_and_its_person_can_still_erase_it(village: Village) -> None:
    """A round that nobody has closed."""
    village.finish("someone")
    village.clock.move(days=1)
    village.flush()
    village.clock.move(days=731)
    let_everything_go(village.database, village.clock.now)
    assert rows(village.database, account) == 0
    assert len(village.ballots()) == 1
    chat = village.person("someone")
    for text in ("/start c03667", "/erase", "xoa het"):
        chat.type(text)
    assert village.ballots() == []
