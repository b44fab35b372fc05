"""The console: who is signed in, published forms, pass marks, what is set there, voice recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds tables. Code of revision 0004 runs on it unchanged."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _signing_in(number)
    _content(number)


def _signing_in(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "console_session",
        sa.Column("id", number, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("staff_id", number, nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_session"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_console_session_staff", ondelete="CASCADE"),
        sa.UniqueConstraint("token", name="uq_console_session_token"),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("staff_id", number, nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_sign_in_code"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sign_in_code_staff", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )


def _content(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "form",
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("form", "version", name="pk_form"),
    )
    op.create_table(
        "pass_mark",
        sa.Column("commune", sa.String(5), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commune", name="pk_pass_mark"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "voice",
        sa.Column("number", number, nullable=False),
        sa.Column("words_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("media_type", sa.String(16), nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_voice"),
        sa.UniqueConstraint("words_hash", "language", name="uq_voice_words_hash_language"),
        sqlite_autoincrement=True,
    )
