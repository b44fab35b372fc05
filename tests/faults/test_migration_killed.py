"""A migration that is killed half-way: the next start finishes it, and what was there is there."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from storage.database import open_database
from storage.schema import MIGRATIONS
from storage.tables import metadata
from tests.postgres import FreshPostgres
from tests.server import ROOT

OLD = "0002"
"""The schema that somebody has who has not updated for long."""
PEOPLE = 200
_ACCOUNTS = text(
    "INSERT INTO account (channel, address, turn, place, reminders, person)"
    " VALUES ('telegram', :address, 3, '[\"question\"]', 'not_asked', 0)"
)
_SESSIONS = text(
    "INSERT INTO session (account_id, person, is_finished, form, version, round, position, answers, started_at)"
    " SELECT id, 0, false, 'farmer', '2026.1', 2026, 'q02', '{\"q01\": 3}', 0 FROM account"
)

pytestmark = pytest.mark.slow  # starts processes and kills them


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of an old hoctap, with people in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/hoctap.db"
    else:
        fresh_postgres: FreshPostgres = request.getfixturevalue("fresh_postgres")
        url = fresh_postgres()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
        connection.execute(_ACCOUNTS, [{"address": str(number)} for number in range(PEOPLE)])
        connection.execute(_SESSIONS)
    engine.dispose()
    return url


def open_until(url: str, statement: int) -> int:
    """In a process of its own that dies before this statement. Its exit code."""
    program = [sys.executable, "-m", "tests.faults.dies_while_migrating", url, str(statement)]
    return subprocess.run(program, cwd=ROOT, check=False, timeout=60).returncode


def test_the_next_start_finishes_it(url: str) -> None:
    chance = random.Random(random.getrandbits(32))
    for statement in sorted(chance.sample(range(8, 40), 3)):
        assert open_until(url, statement) == -signal.SIGKILL, "all was over before it died"
    database = open_database(url)
    with database.engine.connect() as connection:
        kept = connection.execute(
            text("SELECT count(*), min(answers) FROM session JOIN account ON id = account_id")
        )
        assert kept.one() == (PEOPLE, '{"q01": 3}')
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
