"""A village on one database: people with phones, an open round, a clock; and what is done with their ballots."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from engine.ballots import Ballot
from engine.disclosure.released import PROVINCE, Release, ReleaseKind
from engine.state import AGE_BANDS, SEXES
from handlers.count_ballots import flush_ballots
from handlers.release_files import Scope
from handlers.rounds import ensure_round
from handlers.seal_round import SealOrder, seal_round
from storage.ballots import write_ballots
from storage.database import Transaction, open_database
from storage.releases import load_ledger
from storage.round_keys import RoundKeys
from storage.tables import ballot
from tests.chats import FARMER_IN_CHIENG_AN, Clock, DatabaseChat, finish, handbook, type_all

_Result = TypeVar("_Result")


class Village:
    """People on one database, a round that is open, and a clock."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock, self.keys, self.database = Clock(), RoundKeys(folder / "keys"), open_database(url)
        self.chats: dict[str, DatabaseChat] = {}
        self.strangers = 0
        with self.database.transaction() as transaction:
            ensure_round(transaction, self.keys, self.clock.now, random.Random(1).randbytes)

    def person(self, name: str) -> DatabaseChat:
        if name not in self.chats:
            chat = DatabaseChat("", name, self.keys, self.database)
            chat.clock = self.clock
            self.chats[name] = chat
        return self.chats[name]

    def finish(self, name: str, option: str = "4") -> None:
        type_all(self.person(name), *FARMER_IN_CHIENG_AN)
        finish(self.person(name), option)

    def flush(self, seed: int = 1) -> int:
        with self.database.transaction() as transaction:
            return flush_ballots(transaction, self.keys, self.clock.now, random.Random(seed).shuffle)

    def ballots(self) -> list[dict[str, object]]:
        with self.database.transaction() as transaction:
            return [dict(row) for row in transaction.connection.execute(select(ballot)).mappings()]

    def seal_all(self) -> None:
        """As a seal marks them."""
        with self.database.transaction() as transaction:
            transaction.connection.execute(ballot.update().values(seal=1))

    def close(self) -> None:
        self.database.close()

    def run(self, work: Callable[[Transaction], _Result]) -> _Result:
        """In a transaction of its own."""
        with self.database.transaction() as transaction:
            return work(transaction)

    def order(self, token: str = "this one", kind: ReleaseKind = "interim", *, weekly: bool = False) -> SealOrder:
        scope = Scope([PROVINCE, "03667"], ("json", "csv"))
        return SealOrder(2026, kind, token, "test", by_schedule=weekly, scope=scope)

    def seal(self, order: SealOrder | None = None) -> Release:
        shuffle = random.Random(1).shuffle
        return seal_round(self.run, handbook(), self.keys, order or self.order(), self.clock.now, shuffle)

    @property
    def ledger(self) -> list[Release]:
        return self.run(partial(load_ledger, round_=2026))

    def crowd(self, commune: str, people: int, points: int = 7) -> None:
        """So many ballots of people from elsewhere, as if counted already."""
        self.strangers += people
        made = [
            Ballot(
                tag=random.Random(f"{commune} {self.strangers} {number}").randbytes(32),
                round=2026,
                commune=commune,
                form="farmer",
                sex=SEXES[number % 2],
                age=AGE_BANDS[1 + number % 4],
                scores=(points,) * 10,
            )
            for number in range(people)
        ]
        self.run(partial(write_ballots, ballots=made))
