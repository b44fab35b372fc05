"""What must be true of a database whatever has happened to it."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Row, select, text

from engine.ballots import tag_of
from engine.handbook import Handbook
from engine.scoring import score
from engine.state import Account, round_of
from storage.database import Database, Transaction
from storage.round_keys import RoundKeys
from storage.rounds import load_rounds
from storage.states import load_state
from storage.tables import ballot
from tests.backups import back_up, check_is_all_there, list_of, restored, sums
from tests.campaigns import check_sums
from tests.chats import handbook
from tests.crowd import Citizen


def check_everything(database: Database) -> None:
    """At the end of every round of faults. What else must hold of any database belongs here."""
    check_sums(database)
    if database.is_sqlite:
        with database.looking() as transaction:
            assert transaction.connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert not transaction.connection.execute(text("PRAGMA foreign_key_check")).all()


@contextmanager
def backed_up_and_restored(database: Database, keys: RoundKeys, folder: Path, now: datetime) -> Iterator[Database]:
    """The database as a backup of it brings it back: nothing is missing, and its ledgers add up."""
    path = back_up(database, keys, folder / "backup.age", now)
    known = list_of(database, now)
    again, _ = restored(path, keys, f"sqlite:///{folder}/restored.db", known, now)
    with closing(again):
        check_is_all_there(sums(database), sums(again))
        check_everything(again)
        yield again


def check_citizens(
    database: Database, keys: RoundKeys, citizens: Iterable[Citizen], others: int, now: datetime
) -> int:
    """Each has finished; what they pressed is kept, or counted once. How many ballots there are.

    `others`: so many have finished beside them, and may be counted too.
    """
    with database.looking() as transaction:
        key = next(keys.of(each.year, each.key_hash) for each in load_rounds(transaction) if each.state == "open")
        counted = {row.tag: row for row in transaction.connection.execute(select(ballot))}
        found = set()
        for citizen in citizens:
            address = str(citizen.person.chat_id)
            tag = tag_of(key, round_of(now), Account("telegram", address), 0)
            _check_citizen(transaction, handbook(), citizen, counted.get(tag))
            found.add(tag)
        assert len(counted.keys() - found) <= others, "somebody was counted twice, or under a wrong tag"
        return len(counted)


def _check_citizen(
    transaction: Transaction, content: Handbook, citizen: Citizen, counted: Row[tuple[object, ...]] | None
) -> None:
    assert citizen.result is not None, f"stuck at {citizen.at}"
    assert citizen.asked == list(range(1, 21)), citizen.asked
    state = load_state(transaction, "telegram", str(citizen.person.chat_id), for_change=False)
    assert state
    session = state.sessions.get((0, True))
    assert (session is None) != (counted is None), "neither kept nor counted, or both"
    if session:
        assert session.answers == citizen.answers
        assert f"{sum(session.scores or ())}/100" in citizen.result.text
    if counted:
        scores = tuple(getattr(counted, f"s{number}") for number in range(1, 11))
        assert scores == score(content.criteria, content.forms[counted.form], citizen.answers)
