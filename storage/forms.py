"""The forms that were published from the console, and the drafts that are not yet: each as one document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage.database import Transaction
from storage.tables import form


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One version of a form. `published_at` is None for a draft."""

    form: str
    version: str
    document: Mapping[str, Any]
    kept_at: datetime
    published_at: datetime | None


def load_published_forms(transaction: Transaction) -> list[KeptForm]:
    """All published versions, in the order in which they were published."""
    query = select(form).where(form.c.published_at.is_not(None))
    rows = transaction.connection.execute(query.order_by(form.c.published_at, form.c.form, form.c.version))
    return [KeptForm(**row._mapping) for row in rows]


def load_drafts(transaction: Transaction) -> dict[str, KeptForm]:
    """The drafts, by the form that they would change."""
    rows = transaction.connection.execute(select(form).where(form.c.published_at.is_(None)))
    return {row.form: KeptForm(**row._mapping) for row in rows}


def keep_draft(
    transaction: Transaction, name: str, version: str, document: Mapping[str, Any], now: datetime
) -> None:
    """The draft of a form; the one before it is gone. A version that is published stays as it is."""
    drop_draft(transaction, name)
    values = {"form": name, "version": version, "document": document, "kept_at": now}
    transaction.connection.execute(transaction.insert(form).values(values).on_conflict_do_nothing())


def drop_draft(transaction: Transaction, name: str) -> None:
    """The draft of a form is gone, if there was one."""
    is_draft = (form.c.form == name) & form.c.published_at.is_(None)
    transaction.connection.execute(delete(form).where(is_draft))


def publish_draft(transaction: Transaction, name: str, version: str, now: datetime) -> bool:
    """The draft of this version is published; False if there is none."""
    is_draft = (form.c.form == name) & (form.c.version == version) & form.c.published_at.is_(None)
    changed = transaction.connection.execute(update(form).where(is_draft).values(published_at=now))
    return changed.rowcount == 1
