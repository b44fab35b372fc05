"""Databases with many recipients, and what is done with them in the process: counted, frozen, moved, dropped."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg
from sqlalchemy import insert

from benchmarks.databases import postgresql_database, sqlite_database
from benchmarks.recipients import add_approved, add_recipients
from engine.campaigns.ledger import Key, Outcome
from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.state import HOME_ZONE
from handlers.campaigns import Desk
from handlers.deliver import exchange
from handlers.staff import find_officer
from handlers.tend_campaigns import tend_campaigns
from storage.database import Database, Transaction
from storage.tables import staff

NOW = datetime.combine(datetime.now(HOME_ZONE), time_of_day(9), HOME_ZONE)
"""As for the process that sends."""

_WRITE_DOWN = (
    "INSERT INTO delivery (campaign_id, place, account_id, state, not_before)"
    " SELECT {number}, id % 64 * 33554432 + id / 64, id, 'planned', {now} FROM account"
)
_DROP = (
    "UPDATE delivery SET state = 'dropped', reason = 'cancelled', at = {now}"
    " WHERE campaign_id = {number} AND state = 'planned'"
)
_NEXT = (
    "SELECT delivery.place, address, language, commune FROM delivery JOIN account ON account_id = id"
    " WHERE campaign_id = {number} AND state = 'planned' AND not_before <= {now}"
    " ORDER BY not_before, delivery.place LIMIT {room}"
)
_MOVE = (
    "UPDATE delivery SET state = '{state}', claimed_by = 'bare', at = {now}"
    " WHERE campaign_id = {number} AND place = {mark}"
)
_COUNTS = (
    "UPDATE campaign SET planned = planned - {claimed}, claimed = claimed + {claimed} - {sent},"
    " sent = sent + {sent} WHERE id = {number}"
)

_Result = TypeVar("_Result")


class Freezing(NamedTuple):
    """A campaign and how many seconds each transaction took in which its audience was written down."""

    number: int
    portions: list[float]


@dataclass(frozen=True, slots=True)
class Place:
    """A database with its driver's own connection; `data` and `settings` are for a process that opens it, too.

    `mark` is where a value goes in a statement of the driver; `size` is bytes on the disk.
    """

    name: str
    handbook: Handbook
    database: Database
    driver: Any
    mark: str
    size: Callable[[], int]
    data: Path
    settings: Mapping[str, str]

    def run(self, work: Callable[[Transaction], _Result]) -> _Result:
        """Runs work in a transaction of its own."""
        with self.database.transaction() as transaction:
            return work(transaction)

    def at_desk(self, look: Callable[[Desk], _Result]) -> _Result:
        """An officer does something."""
        return self.run(lambda transaction: look(Desk(transaction, self.handbook, _officer(transaction), NOW)))

    def bare(self, statement: str, **values: object) -> Any:
        """A statement of the driver alone, committed at once unless it is between BEGIN and COMMIT."""
        return self.driver.execute(self._filled(statement, values))

    def bare_many(self, statement: str, rows: list[tuple[int]], **values: object) -> None:
        """The same for each row."""
        self.driver.cursor().executemany(self._filled(statement, values), rows)

    def _filled(self, statement: str, values: Mapping[str, object]) -> str:
        return statement.format(now=int(NOW.timestamp()), mark=self.mark, **values)


def _officer(transaction: Transaction) -> Any:
    new = insert(staff).values(role="campaigns", unit=PROVINCE).returning(staff.c.id)
    return find_officer(transaction, transaction.connection.execute(new).scalar_one())


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


# ---- an audience ---------------------------------------------------------------------------------------------


def freeze(place: Place) -> Freezing:
    """A new campaign to everybody, until it is on its way."""
    number = place.run(partial(add_approved, now=NOW))
    return Freezing(number, tend(place))


def tend(place: Place) -> list[float]:
    """Everything that is due: how many seconds each transaction took."""
    once = partial(place.run, partial(tend_campaigns, handbook=place.handbook, now=NOW))
    taken, is_more = [], True
    while is_more:
        seconds, is_more = timed(once)
        taken.append(seconds)
    return taken


def freeze_bare(place: Place) -> int:
    """The same rows in one statement; what is in them is no concern of any sender. The campaign's number."""
    number = place.run(partial(add_approved, now=NOW, state="done"))
    place.bare(_WRITE_DOWN, number=number)
    return number


def drop_bare(place: Place, number: int) -> None:
    """The rows of `freeze_bare` in one statement."""
    place.bare(_DROP, number=number)


# ---- copies on their way -------------------------------------------------------------------------------------


def pass_on(place: Place, room: int, times: int) -> int:
    """Claims so many copies so many times, writes them, and marks them as sent. Returns how many."""
    outcomes: list[tuple[Key, Outcome]] = []
    copies = 0
    for left in range(times, -1, -1):
        work = partial(
            exchange,
            handbook=place.handbook,
            sender="benchmark",
            outcomes=outcomes,
            room=room if left else 0,
            turn=0,
            now=NOW,
        )
        parcels = place.run(work)
        outcomes = [(parcel.key, Outcome("sent")) for parcel in parcels]
        copies += len(parcels)
    return copies


def pass_on_bare(place: Place, number: int, room: int, times: int) -> int:
    """Such rows claimed and marked, and the counts, by the driver alone; nothing is written for anybody."""
    claimed: list[tuple[int]] = []
    copies = 0
    for left in range(times, -1, -1):
        sent = claimed
        place.bare("BEGIN")
        place.bare_many(_MOVE, sent, state="sent", number=number)
        found = place.bare(_NEXT, number=number, room=room).fetchall() if left else []
        claimed = [(row[0],) for row in found]
        place.bare_many(_MOVE, claimed, state="claimed", number=number)
        place.bare(_COUNTS, claimed=len(claimed), sent=len(sent), number=number)
        place.bare("COMMIT")
        copies += len(claimed)
    return copies


# ---- places --------------------------------------------------------------------------------------------------


@contextmanager
def on_sqlite(handbook: Handbook, recipients: int) -> Iterator[Place]:
    """A file in a folder of its own."""
    with sqlite_database() as (database, file), closing(sqlite3.connect(file, isolation_level=None)) as driver:

        def size() -> int:
            database.scrub()  # what is in the journal goes into the file
            return file.stat().st_size

        place = Place("SQLite", handbook, database, driver, "?", size, file.parent, {})
        _fill(place, recipients)
        yield place


@contextmanager
def on_postgresql(handbook: Handbook, recipients: int) -> Iterator[Place]:
    """A server of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder,
        postgresql_database("campaign") as (database, url),
        psycopg.connect(url, autocommit=True) as driver,
    ):

        def size() -> int:
            found = driver.execute("SELECT pg_database_size(current_database())").fetchone()
            return int(found[0]) if found else 0

        settings = {"HOCTAP_DATABASE_URL": url}
        place = Place("PostgreSQL", handbook, database, driver, "%s", size, Path(folder), settings)
        _fill(place, recipients)
        driver.execute("VACUUM ANALYZE")
        yield place


def _fill(place: Place, recipients: int) -> None:
    communes = list(place.handbook.province.by_code)
    place.run(partial(add_recipients, communes=communes, many=recipients, now=NOW))
