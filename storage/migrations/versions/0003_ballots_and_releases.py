"""Rounds, ballots without an account or a time, releases with their files, staff, and what staff did."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds a column and tables. Code of revision 0002 runs on it unchanged."""
    op.add_column(
        "account", sa.Column("finished_people", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.create_index(
        "ix_session_waiting",
        "session",
        ["finished_at"],
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    _rounds_and_ballots()
    _releases()
    _staff()


def _rounds_and_ballots() -> None:
    op.create_table(
        "round",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("step", sa.String(24)),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(8), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("flushed_at", sa.BigInteger()),
        sa.Column("sealing", sa.String(32)),
        sa.Column("record", sa.Text()),
        sa.PrimaryKeyConstraint("year", name="pk_round"),
    )
    scores = [sa.Column(f"s{number}", sa.SmallInteger(), nullable=False) for number in range(1, 11)]
    op.create_table(
        "ballot",
        sa.Column("tag", sa.LargeBinary(32), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("commune", sa.String(5), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("sex", sa.String(12), nullable=False),
        sa.Column("age", sa.String(12), nullable=False),
        *scores,
        sa.Column("seal", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("tag", name="pk_ballot"),
        sqlite_with_rowid=False,
    )


def _releases() -> None:
    op.create_table(
        "issued_row",
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.String(8), nullable=False),
        sa.Column("as_of_release", sa.SmallInteger(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", "key", name="pk_issued_row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release",
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", "number", name="pk_release"),
    )
    op.create_table(
        "release_file",
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("format", sa.String(4), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round", "number", "unit", "format", "language", name="pk_release_file"),
    )
    op.create_table(
        "adults",
        sa.Column("commune", sa.String(5), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("commune", name="pk_adults"),
        sqlite_with_rowid=False,
    )


def _staff() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "staff",
        sa.Column("id", number, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("account_id", number),
        sa.Column("invitation", sa.String(64)),
        sa.Column("invitation_ends_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_staff_account", ondelete="SET NULL"),
        sa.UniqueConstraint("account_id", name="uq_staff_account_id"),
        sa.UniqueConstraint("invitation", name="uq_staff_invitation"),
    )
    op.create_table(
        "audit",
        sa.Column("id", number, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
