"""The first tables: account and session."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates both."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("commune", sa.String(5)),
        sa.Column("consent_version", sa.String(16)),
        sa.Column("consented_at", sa.BigInteger()),
        sa.Column("reminders", sa.String(12), nullable=False),
        sa.Column("person", sa.SmallInteger(), nullable=False),
        sa.Column("last_round", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("channel", "address", name="uq_account_channel_address"),
    )
    op.create_table(
        "session",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("person", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.String(10), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(12)),
        sa.Column("age", sa.String(12)),
        sa.Column("scores", sa.Text()),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "person", "is_finished", name="pk_session"),
        sqlite_with_rowid=False,
    )
