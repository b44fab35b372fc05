"""The rounds and how far their closing has got."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select, update

from engine.disclosure.catalogue import Detail
from storage.database import Transaction
from storage.tables import round_

RoundState = Literal["open", "closing", "closed"]


@dataclass(frozen=True, slots=True)
class Round:
    """One year's assessment. `step` is the next step of closing; `sealing` the token of a seal under way.

    `record` is what closing wrote down, step by step. `is_held`: restored from a backup, and nobody has said yet
    which release is the last that anybody has seen.
    """

    year: int
    state: RoundState
    step: str | None
    key_hash: str
    detail: Detail
    opened_on: date
    flushed_at: datetime | None
    sealing: str | None
    record: dict[str, Any] | None
    is_held: bool


def load_rounds(transaction: Transaction) -> list[Round]:
    """All rounds, the oldest first."""
    rows = transaction.connection.execute(select(round_).order_by(round_.c.year))
    return [Round(**row._mapping) for row in rows]


def lock_round(transaction: Transaction, year: int) -> Round | None:
    """A round, with its row locked until the transaction ends: one flush, seal or step at a time."""
    query = select(round_).where(round_.c.year == year).with_for_update()
    row = transaction.connection.execute(query).first()
    return None if row is None else Round(**row._mapping)


def add_round(transaction: Transaction, year: int, key_hash: str, detail: Detail, opened_on: date) -> None:
    """A new round, open; the one that another process opened a moment ago is left as it is."""
    values = {"year": year, "state": "open", "key_hash": key_hash, "detail": detail, "opened_on": opened_on}
    transaction.connection.execute(transaction.insert(round_).values(values).on_conflict_do_nothing())


def change_round(transaction: Transaction, year: int, **values: object) -> None:
    """Writes fields of a round."""
    transaction.connection.execute(update(round_).where(round_.c.year == year).values(values))


def hold_rounds(transaction: Transaction) -> None:
    """No round that is not closed is sealed until somebody has looked."""
    transaction.connection.execute(update(round_).where(round_.c.state != "closed").values(is_held=True))
