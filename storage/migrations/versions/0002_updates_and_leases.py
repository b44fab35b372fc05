"""What a messenger needs: which update was the last, whether a chat can be reached; leases between processes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds three columns and a table. Code of revision 0001 runs on it unchanged."""
    op.add_column("account", sa.Column("last_update", sa.BigInteger()))
    op.add_column("account", sa.Column("seen_on", sa.Date()))
    op.add_column("account", sa.Column("unreachable", sa.String(12)))
    op.create_table(
        "lease",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(128), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", "holder", name="pk_lease"),
        sqlite_with_rowid=False,
    )
