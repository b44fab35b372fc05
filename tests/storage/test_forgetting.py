"""An account that is erased stays in the ledgers as somebody: without its number, and every sum still holds."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep

from sqlalchemy import select

from engine.campaigns.ledger import Counts, Outcome
from storage.database import Database
from storage.deliveries import Ledger
from storage.states import load_state, save_state
from storage.tables import delivery
from tests.campaigns import add_people, approved, check_sums, state_of, tend
from tests.chats import handbook

NOW = datetime(2026, 10, 1, 2, tzinfo=UTC)


def send(database: Database) -> int:
    number = approved(database, NOW)
    tend(database, handbook(), NOW)
    return number


def places_of(database: Database, campaign: int, accounts: Collection[int]) -> list[int]:
    of_them = (delivery.c.campaign_id == campaign, delivery.c.account_id.in_(accounts))
    with database.transaction() as transaction:
        return list(transaction.connection.execute(select(delivery.c.place).where(*of_them)).scalars())


def erase(database: Database, channel: str, address: str) -> None:
    with database.transaction() as transaction:
        state = load_state(transaction, channel, address)
        assert state
        save_state(transaction, state, None)


def test_what_was_planned_or_waited_is_unreachable_now(database: Database) -> None:
    add_people(database, ["t", "u"], NOW)
    add_people(database, ["w"], NOW, channel="web")
    number = send(database)
    assert state_of(database, number).counts == Counts(planned=2, waiting=1)
    erase(database, "telegram", "t")
    erase(database, "web", "w")
    check_sums(database)
    assert state_of(database, number).counts == Counts(planned=1, unreachable=2)
    with database.transaction() as transaction:
        gone = select(delivery.c.reason).where(delivery.c.account_id.is_(None))
        assert list(transaction.connection.execute(gone).scalars()) == ["erased", "erased"]


def test_what_was_sent_stays_sent(database: Database) -> None:
    (account,) = add_people(database, ["w"], NOW, channel="web")
    number = send(database)
    (place,) = places_of(database, number, [account])
    with database.transaction() as transaction:
        ledger = Ledger(transaction)
        ledger.show(number, place, NOW)
        ledger.write()
    erase(database, "web", "w")
    check_sums(database)
    assert state_of(database, number).counts == Counts(sent=1)


def test_a_sender_that_marks_at_the_same_moment_is_not_in_the_way(database: Database) -> None:
    """Each wants what the other has: the sender the counts of one campaign, the other the row in its hands."""
    gone, here = add_people(database, ["gone", "here"], NOW)
    first, second = send(database), send(database)
    (in_hand,), (next_one,) = places_of(database, second, [gone]), places_of(database, first, [here])
    with database.transaction() as transaction:
        ledger = Ledger(transaction)
        ledger.claim(second, [in_hand], "sender", NOW)
        ledger.write()
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as transaction:
            ledger = Ledger(transaction)
            ledger.mark("sender", [((second, in_hand), Outcome("sent"))], NOW, again=NOW)
            erasing = pool.submit(erase, database, "telegram", "gone")
            sleep(0.3)  # until it waits for the row
            ledger.claim(first, [next_one], "sender", NOW)
            ledger.write()
        erasing.result()
    check_sums(database)
    assert state_of(database, first).counts == Counts(claimed=1, unreachable=1)
    assert state_of(database, second).counts == Counts(planned=1, sent=1)
