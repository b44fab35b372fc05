"""The migrations make just the tables that the code knows, on both databases, and can be run again."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.errors import SettingsProblem
from storage.database import Database, open_database
from storage.tables import metadata

pytestmark = pytest.mark.usefixtures("every_migration")


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_opening_again_changes_nothing(url: str) -> None:
    open_database(url).close()
    open_database(url).close()


def test_a_start_at_the_newest_schema_does_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hoctap.db"
    opens = f"import sys; from storage.database import open_database; open_database({url!r}).close()"
    for expected in (True, False):
        says = subprocess.check_output(
            [sys.executable, "-c", f"{opens}; print('alembic' in sys.modules)"], text=True
        )
        assert says.strip() == str(expected)


@pytest.mark.parametrize(
    "url",
    ["what is this", "mysql://localhost/hoctap", "sqlite:////proc/no/such/folder/hoctap.db", "sqlite:////proc"],
)
def test_a_database_that_cannot_be_opened_says_so(url: str) -> None:
    with pytest.raises(SettingsProblem):
        open_database(url)


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "hoctap.db"
    path.write_text("Thư gửi bà con " * 100, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(SettingsProblem, match="not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_nobody_else_on_the_machine_can_read_the_file(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path}/new/hoctap.db").close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new/hoctap.db").stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_not_printed() -> None:
    with pytest.raises(SettingsProblem) as caught:
        open_database("postgresql://someone:very-secret@127.0.0.1:1/none")
    assert "very-secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
