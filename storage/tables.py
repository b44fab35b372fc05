"""The tables, as DESIGN §5 lists them. Their history is in migrations/; a test holds the two together."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcSeconds(TypeDecorator[datetime]):
    """An aware time, kept as whole seconds since 1970 UTC: alike on every database, and small."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """In."""
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Out."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Json(TypeDecorator[Any]):
    """JSON without spaces, as text: the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """In."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Out."""
        return None if value is None else json.loads(value)


account = Table(
    "account",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("language", String(16)),
    Column("commune", String(5)),
    Column("consent_version", String(16)),
    Column("consented_at", UtcSeconds),
    Column("reminders", String(12), nullable=False),
    Column("person", SmallInteger, nullable=False),
    Column("last_round", SmallInteger),
    Column("last_update", BigInteger),
    Column("seen_on", Date),
    Column("unreachable", String(12)),
    UniqueConstraint("channel", "address"),
)

session = Table(
    "session",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("person", SmallInteger, primary_key=True, autoincrement=False),
    Column("is_finished", Boolean, primary_key=True),
    Column("form", String(20), nullable=False),
    Column("version", String(16), nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("position", String(10), nullable=False),
    Column("answers", Json, nullable=False),
    Column("sex", String(12)),
    Column("age", String(12)),
    Column("scores", Json),
    Column("started_at", UtcSeconds, nullable=False),
    Column("finished_at", UtcSeconds),
    sqlite_with_rowid=False,
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(128), primary_key=True),
    Column("ends_at", UtcSeconds, nullable=False),
    Column("closed_until", UtcSeconds),
    sqlite_with_rowid=False,
)
