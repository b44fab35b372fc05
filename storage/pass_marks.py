"""The pass marks that staff have entered for communes."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from storage.database import Transaction
from storage.tables import pass_mark


@dataclass(frozen=True, slots=True)
class KeptMark:
    """The points that a commune asks for; `confirmed_by` says who decided so, empty while it is assumed."""

    points: int
    confirmed_by: str


def load_pass_marks(transaction: Transaction) -> dict[str, KeptMark]:
    """Commune → its mark, of those that staff have entered."""
    rows = transaction.connection.execute(select(pass_mark))
    return {row.commune: KeptMark(row.points, row.confirmed_by) for row in rows}


def save_pass_mark(transaction: Transaction, commune: str, mark: KeptMark) -> None:
    """Keeps a commune's mark in place of the one before."""
    kept = transaction.insert(pass_mark).values(commune=commune, points=mark.points, confirmed_by=mark.confirmed_by)
    values = {name: kept.excluded[name] for name in ("points", "confirmed_by")}
    transaction.connection.execute(kept.on_conflict_do_update(index_elements=["commune"], set_=values))


def remove_pass_mark(transaction: Transaction, commune: str) -> bool:
    """The mark is again the one that hoctap is shipped with; whether there was another."""
    return bool(transaction.connection.execute(delete(pass_mark).where(pass_mark.c.commune == commune)).rowcount)
