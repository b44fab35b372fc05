"""SQLite's file under a running process: read-only for a while, or away."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from storage.database import Database, open_database
from storage.leases import end_lease
from storage.trouble import what_to_do


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a b#c.db"


def write(database: Database) -> None:
    with database.transaction() as transaction:
        end_lease(transaction, "bot", "a")


def test_a_connection_that_may_only_read_is_not_used_again(file: Path) -> None:
    """One that was opened while the file was read-only stays so when it can be written again."""
    database = open_database(f"sqlite:///{file}")
    for _ in range(3):
        with database.looking() as looking:
            looking.connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(OperationalError) as refused:
            write(database)
        assert "mount the disk writable" in str(what_to_do(refused.value))
        write(database)
    database.close()


def test_no_empty_file_takes_the_place_of_one_that_is_away(file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    database.close()
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(OperationalError) as refused:
        write(database)
    assert what_to_do(refused.value)
    assert not file.exists()
    away.rename(file)
    write(database)
    database.close()
