"""Campaigns, a row for each of their recipients, pictures, themes, how far the calendar is, reminder choices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_COUNTED = ("planned", "claimed", "waiting", "sent", "unreachable", "refused", "in_doubt", "dropped")


def upgrade() -> None:
    """Adds columns and tables. Code of revision 0003 runs on it unchanged."""
    op.add_column(
        "account",
        sa.Column(
            "reminder_kinds",
            sa.String(48),
            nullable=False,
            server_default=sa.text("'unfinished observances new_round'"),
        ),
    )
    op.add_column(
        "account", sa.Column("reminder_slot", sa.String(8), nullable=False, server_default=sa.text("'morning'"))
    )
    op.add_column("session", sa.Column("reminded", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _campaign(number)
    _delivery(number)
    op.create_table(
        "picture",
        sa.Column("id", number, nullable=False),
        sa.Column("media_type", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
    )
    op.create_table(
        "theme",
        sa.Column("observance", sa.String(32), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("observance", "year", name="pk_theme"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("done_until", sa.BigInteger()),
        sa.Column("holder", sa.String(128)),
        sa.Column("ends_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name="pk_calendar"),
        sqlite_with_rowid=False,
    )


def _campaign(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "campaign",
        sa.Column("id", number, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("first_hour", sa.String(5), nullable=False),
        sa.Column("last_hour", sa.String(5), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("written_by", sa.BigInteger()),
        sa.Column("submitted_by", sa.BigInteger()),
        sa.Column("approved_by", sa.BigInteger()),
        sa.Column("is_tested", sa.Boolean(), nullable=False),
        sa.Column("frozen_up_to", sa.BigInteger(), nullable=False),
        sa.Column("reach", sa.Text()),
        sa.Column("counted_at", sa.BigInteger()),
        sa.Column("size", sa.Integer(), nullable=False, server_default=sa.text("0")),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")) for name in _COUNTED),
        sa.CheckConstraint(f"size = {' + '.join(_COUNTED)}", name="ck_campaign_sum"),
        *(sa.CheckConstraint(f"{name} >= 0", name=f"ck_campaign_{name}") for name in _COUNTED),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("key", name="uq_campaign_key"),
    )
    op.create_index("ix_campaign_state", "campaign", ["state"])


def _delivery(number: sa.types.TypeEngine[int]) -> None:
    states = ", ".join(repr(name) for name in _COUNTED)
    op.create_table(
        "delivery",
        sa.Column("campaign_id", number, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", number),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(12)),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.String(32)),
        sa.Column("at", sa.BigInteger()),
        sa.CheckConstraint(f"state IN ({states})", name="ck_delivery_state"),
        sa.PrimaryKeyConstraint("campaign_id", "place", name="pk_delivery"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_delivery_campaign", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_delivery_account", ondelete="SET NULL"),
        sa.UniqueConstraint("account_id", "campaign_id", name="uq_delivery_account_id_campaign_id"),
        sqlite_with_rowid=False,
    )
    for name, columns, state in (
        ("ix_delivery_planned", ["campaign_id", "not_before", "place"], "planned"),
        ("ix_delivery_claimed", ["claimed_by"], "claimed"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)
