"""Tombstones of what was erased; and a round whose seals wait until somebody has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_DRAW = {
    "sqlite": "UPDATE account SET secret = randomblob(16)",
    "postgresql": "UPDATE account SET secret = uuid_send(gen_random_uuid())",
}


def upgrade() -> None:
    """Adds a table and two columns. Code of revision 0005 runs on it; the accounts that it makes have no secret."""
    op.create_table(
        "tombstone",
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_tombstone"),
        sqlite_with_rowid=False,
    )
    op.add_column("account", sa.Column("secret", sa.LargeBinary(16)))
    op.execute(_DRAW[op.get_bind().dialect.name])
    op.add_column("round", sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()))
