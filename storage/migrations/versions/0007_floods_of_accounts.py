"""Accounts that came in a flood of new ones, and whether a round leaves them out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds columns. Code of the revision before runs on it unchanged."""
    op.add_column("account", sa.Column("flood_round", sa.SmallInteger()))
    op.add_column("round", sa.Column("leaves_out_floods", sa.Boolean(), nullable=False, server_default=sa.false()))
