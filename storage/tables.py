"""The tables, as DESIGN §5 lists them. Their history is in migrations/; a test holds the two together."""

import json
import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
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


_NUMBER = BigInteger().with_variant(Integer, "sqlite")

account = Table(
    "account",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("language", String(16)),
    Column("commune", String(5)),
    Column("consent_version", String(16)),
    Column("consented_at", UtcSeconds),
    Column("reminders", String(12), nullable=False),
    Column("reminder_kinds", String(48), nullable=False, server_default=text("'unfinished observances new_round'")),
    Column("reminder_slot", String(8), nullable=False, server_default=text("'morning'")),
    Column("person", SmallInteger, nullable=False),
    Column("last_round", SmallInteger),
    Column("finished_people", SmallInteger, nullable=False, server_default=text("0")),
    Column("last_update", BigInteger),
    Column("seen_on", Date),
    Column("unreachable", String(12)),
    Column("secret", LargeBinary(16), default=partial(secrets.token_bytes, 16)),
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
    Column("reminded", SmallInteger, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)
Index(
    "ix_session_waiting",
    session.c.finished_at,
    sqlite_where=session.c.finished_at.is_not(None),
    postgresql_where=session.c.finished_at.is_not(None),
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

round_ = Table(
    "round",
    metadata,
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("state", String(8), nullable=False),
    Column("step", String(24)),
    Column("key_hash", String(64), nullable=False),
    Column("detail", String(8), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("flushed_at", UtcSeconds),
    Column("sealing", String(32)),
    Column("record", Json),
    Column("is_held", Boolean, nullable=False, server_default=false()),
)

SCORES = tuple(f"s{number}" for number in range(1, 11))

# No account, no time, no serial number, and rows lie in the order of their tags, which is chance.
ballot = Table(
    "ballot",
    metadata,
    Column("tag", LargeBinary(32), primary_key=True),
    Column("round", SmallInteger, nullable=False),
    Column("commune", String(5), nullable=False),
    Column("form", String(20), nullable=False),
    Column("sex", String(12), nullable=False),
    Column("age", String(12), nullable=False),
    *(Column(name, SmallInteger, nullable=False) for name in SCORES),
    Column("seal", SmallInteger),
    sqlite_with_rowid=False,
)

issued_row = Table(
    "issued_row",
    metadata,
    Column("round", SmallInteger, primary_key=True, autoincrement=False),
    Column("key", String(8), primary_key=True),
    Column("as_of_release", SmallInteger, nullable=False),
    Column("tally", Json, nullable=False),
    sqlite_with_rowid=False,
)

release = Table(
    "release",
    metadata,
    Column("round", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("document", Json, nullable=False),
)

release_file = Table(
    "release_file",
    metadata,
    Column("round", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("unit", String(8), primary_key=True),
    Column("format", String(4), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

adults = Table(
    "adults",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("adults", Integer, nullable=False),
    sqlite_with_rowid=False,
)

staff = Table(
    "staff",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("account_id", ForeignKey("account.id", ondelete="SET NULL"), unique=True),
    Column("invitation", String(64), unique=True),
    Column("invitation_ends_at", UtcSeconds),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("at", UtcSeconds, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("about", Text, nullable=False),
)

COUNTED = ("planned", "claimed", "waiting", "sent", "unreachable", "refused", "in_doubt", "dropped")

campaign = Table(
    "campaign",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("key", String(64), unique=True),
    Column("title", Text, nullable=False),
    Column("message", Json, nullable=False),
    Column("audience", Json, nullable=False),
    Column("unit", String(8), nullable=False),
    Column("first_hour", String(5), nullable=False),
    Column("last_hour", String(5), nullable=False),
    Column("starts_at", UtcSeconds),
    Column("expires_at", UtcSeconds),
    Column("written_by", BigInteger),
    Column("submitted_by", BigInteger),
    Column("approved_by", BigInteger),
    Column("is_tested", Boolean, nullable=False),
    Column("frozen_up_to", BigInteger, nullable=False),
    Column("reach", Json),
    Column("counted_at", UtcSeconds),
    Column("size", Integer, nullable=False, server_default=text("0")),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in COUNTED),
    # Whoever moves a recipient from one state to another must say both, or the database refuses.
    CheckConstraint(f"size = {' + '.join(COUNTED)}", name="ck_campaign_sum"),
    *(CheckConstraint(f"{name} >= 0", name=f"ck_campaign_{name}") for name in COUNTED),
)
Index("ix_campaign_state", campaign.c.state)

delivery = Table(
    "delivery",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", ForeignKey("account.id", ondelete="SET NULL")),
    Column("state", String(12), nullable=False),
    Column("reason", String(12)),
    Column("not_before", UtcSeconds, nullable=False),
    Column("claimed_by", String(32)),
    Column("at", UtcSeconds),
    CheckConstraint(f"state IN ({', '.join(repr(name) for name in COUNTED)})", name="ck_delivery_state"),
    UniqueConstraint("account_id", "campaign_id"),
    sqlite_with_rowid=False,
)
Index(
    "ix_delivery_planned",
    delivery.c.campaign_id,
    delivery.c.not_before,
    delivery.c.place,
    sqlite_where=delivery.c.state == "planned",
    postgresql_where=delivery.c.state == "planned",
)
Index(
    "ix_delivery_claimed",
    delivery.c.claimed_by,
    sqlite_where=delivery.c.state == "claimed",
    postgresql_where=delivery.c.state == "claimed",
)

picture = Table(
    "picture",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("media_type", String(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

theme = Table(
    "theme",
    metadata,
    Column("observance", String(32), primary_key=True),
    Column("year", SmallInteger, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),
    sqlite_with_rowid=False,
)

calendar = Table(
    "calendar",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("done_until", UtcSeconds),
    Column("holder", String(128)),
    Column("ends_at", UtcSeconds),
    sqlite_with_rowid=False,
)

console_session = Table(
    "console_session",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("began_at", UtcSeconds, nullable=False),
    Column("seen_at", UtcSeconds, nullable=False),
    Column("ends_at", UtcSeconds, nullable=False),
)

sign_in_code = Table(
    "sign_in_code",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("ends_at", UtcSeconds, nullable=False),
    sqlite_with_rowid=False,
)

form = Table(
    "form",
    metadata,
    Column("form", String(20), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("document", Json, nullable=False),
    Column("kept_at", UtcSeconds, nullable=False),
    Column("published_at", UtcSeconds),
)

pass_mark = Table(
    "pass_mark",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("points", SmallInteger, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    sqlite_with_rowid=False,
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Json, nullable=False),
)

voice = Table(
    "voice",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("words_hash", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("media_type", String(16), nullable=False),
    Column("seconds", SmallInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", UtcSeconds, nullable=False),
    UniqueConstraint("words_hash", "language"),
    sqlite_autoincrement=True,  # no number comes again: browsers keep what they heard
)

# What was erased: engine/tombstones.py.
tombstone = Table(
    "tombstone",
    metadata,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("until", Date, nullable=False),
    sqlite_with_rowid=False,
)
