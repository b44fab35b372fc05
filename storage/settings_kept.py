"""What staff have set in the console, by name; and the edition, which rises with whatever changes the handbook."""

from typing import Any

from sqlalchemy import Integer, Text, cast, select, type_coerce

from storage.database import Transaction
from storage.tables import setting

_EDITION = "edition"


def load_setting(transaction: Transaction, name: str) -> Any:
    """The value kept under a name; None if there is none."""
    return transaction.connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar()


def save_setting(transaction: Transaction, name: str, value: Any) -> None:
    """Keeps a value (anything that JSON can say) in place of the one before."""
    kept = transaction.insert(setting).values(name=name, value=value)
    changed = kept.on_conflict_do_update(index_elements=["name"], set_={"value": kept.excluded.value})
    transaction.connection.execute(changed)


def keep_first(transaction: Transaction, name: str, value: Any) -> Any:
    """Keeps a value if there is none under this name; the one that is kept. All processes get the same."""
    first = transaction.insert(setting).values(name=name, value=value).on_conflict_do_nothing()
    transaction.connection.execute(first)
    return load_setting(transaction, name)


def load_edition(transaction: Transaction) -> int:
    """How often what staff decide has changed: a process that knows another number has an old handbook."""
    return load_setting(transaction, _EDITION) or 0


def raise_edition(transaction: Transaction) -> None:
    """Something of the handbook has changed: every process reads it anew. Two at once raise it twice."""
    first = transaction.insert(setting).values(name=_EDITION, value=1)
    # JSON says a number as SQL does; the row is locked by the first of two, and the second reads what it wrote.
    next_one = cast(cast(setting.c.value, Integer) + 1, Text)
    raised = first.on_conflict_do_update(index_elements=["name"], set_={"value": type_coerce(next_one, Text)})
    transaction.connection.execute(raised)
