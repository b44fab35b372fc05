"""Brings the tables to the schema that this program works on. Their history is in migrations/."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from engine.errors import SettingsProblem

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 4_707_711  # any fixed number: PostgreSQL's advisory lock, so that one process migrates


@cache
def newest_revision() -> str:
    """The schema that this program works on: the last of the numbered migrations."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def has_newest_schema(connection: Connection) -> bool:
    """Whether the database is at the schema that this program works on. False for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    present = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return present == [newest_revision()]


def migrate(connection: Connection, revision: str = "head") -> None:
    """Brings the tables to a revision. SettingsProblem if there is no such revision."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if revision == "head" and has_newest_schema(connection):
        return
    # Half a second and 10 MB, and hardly any start needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise SettingsProblem(f"this hoctap does not know the schema {revision!r}: {error}") from error
