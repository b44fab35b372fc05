"""The releases as they were published, their files, and the exact sums of the rows that stand issued."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, delete, insert, select

from engine.disclosure.pooling import IssuedRow, Standing
from engine.disclosure.released import POOLED, PROVINCE, Release, document, reopen
from engine.disclosure.tally import Tally
from storage.database import Transaction
from storage.tables import adults, issued_row, release, release_file


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release: for the province or a commune, in a format and a language ("" where it has none)."""

    unit: str
    format: str
    language: str
    content: bytes


def load_ledger(transaction: Transaction, round_: int) -> list[Release]:
    """All releases of a round, in order."""
    query = select(release.c.document).where(release.c.round == round_).order_by(release.c.number)
    return [reopen(written) for written in transaction.connection.execute(query).scalars()]


def load_last_release(transaction: Transaction, round_: int | None = None) -> Release | None:
    """The newest release of a round, or of the newest round that has one."""
    query = select(release.c.document).order_by(release.c.round.desc(), release.c.number.desc()).limit(1)
    if round_ is not None:
        query = query.where(release.c.round == round_)
    written = transaction.connection.execute(query).scalar()
    return None if written is None else reopen(written)


def load_release(transaction: Transaction, round_: int, number: int) -> Release | None:
    """One release of a round; None if there is none of this number."""
    query = select(release.c.document).where(release.c.round == round_, release.c.number == number)
    written = transaction.connection.execute(query).scalar()
    return None if written is None else reopen(written)


def last_release_number(transaction: Transaction) -> tuple[int, int] | None:
    """Round and number of the newest release: much less to read than the release itself."""
    query = select(release.c.round, release.c.number).order_by(release.c.round.desc(), release.c.number.desc())
    row = transaction.connection.execute(query.limit(1)).first()
    return None if row is None else (row.round, row.number)


def load_standing(transaction: Transaction, round_: int, last: Release | None) -> Standing:
    """The rows that stand issued; who is in the pooled one, the last release says."""
    rows = transaction.connection.execute(select(issued_row).where(issued_row.c.round == round_))
    table = last.table("T1") if last else None
    pooled = table.row(commune=POOLED) if table else None
    return Standing(
        {row.key: IssuedRow(_tally(row.tally), row.as_of_release) for row in rows},
        frozenset(pooled.members if pooled else ()),
    )


def _tally(written: Mapping[str, Any]) -> Tally:
    return Tally(written["n"], written["passed"], written["total"], tuple(written["indicators"]))


def save_release(transaction: Transaction, published: Release, standing: Standing) -> None:
    """Publishes: appends to the ledger, and keeps the exact sums of the rows that stand issued now."""
    connection = transaction.connection
    values = {
        "round": published.round,
        "number": published.number,
        "kind": published.kind,
        "as_of": published.as_of,
        "document": document(published),
    }
    connection.execute(insert(release).values(values))
    forget_standing(transaction, published.round)
    rows = [
        {
            "round": published.round,
            "key": key,
            "as_of_release": row.as_of_release,
            "tally": asdict(row.tally),
        }
        for key, row in standing.rows.items()
    ]
    if rows:
        connection.execute(insert(issued_row), rows)


def forget_standing(transaction: Transaction, round_: int) -> None:
    """The exact sums are gone."""
    transaction.connection.execute(delete(issued_row).where(issued_row.c.round == round_))
    transaction.has_erased = True


def save_files(transaction: Transaction, published: Release, files: Iterable[ReleaseFile]) -> None:
    """Keeps the files of a release. Those of communes in the release before it make room: they are many.

    Tables of all releases stay for ever, and so do the province's files and those of final releases.
    """
    connection = transaction.connection
    is_older = and_(
        release_file.c.round == published.round,
        release_file.c.number < published.number,
        release_file.c.unit != PROVINCE,
    )
    connection.execute(delete(release_file).where(is_older))
    about = {"round": published.round, "number": published.number}
    connection.execute(insert(release_file), [about | asdict(file) for file in files])


def load_file(transaction: Transaction, of: Release, unit: str, file_format: str, language: str) -> bytes | None:
    """The bytes of a file as they were made at the seal; None if they are not kept."""
    query = select(release_file.c.content).where(
        release_file.c.round == of.round,
        release_file.c.number == of.number,
        release_file.c.unit == unit,
        release_file.c.format == file_format,
        release_file.c.language.in_((language, "")),
    )
    content = transaction.connection.execute(query).scalar()
    return None if content is None else bytes(content)


def load_adults(transaction: Transaction) -> dict[str, int]:
    """Adults by commune, where the association has entered them."""
    return {row.commune: row.adults for row in transaction.connection.execute(select(adults))}


def save_adults(transaction: Transaction, entered: Mapping[str, int]) -> None:
    """Enters or changes adults of communes."""
    new = transaction.insert(adults)
    changed = new.on_conflict_do_update(index_elements=["commune"], set_={"adults": new.excluded.adults})
    rows = [{"commune": commune, "adults": number} for commune, number in entered.items()]
    transaction.connection.execute(changed, rows)


def remove_adults(transaction: Transaction, communes: Iterable[str]) -> None:
    """Forgets the adults of communes."""
    transaction.connection.execute(delete(adults).where(adults.c.commune.in_(list(communes))))
