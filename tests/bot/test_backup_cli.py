"""Backups, restores and copies as whoever runs hoctap types them."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from storage.database import open_database
from storage.round_keys import RoundKeys
from tests.campaigns import add_people
from tests.chats import FARMER_IN_CHIENG_AN, DatabaseChat, type_all

pytestmark = pytest.mark.slow


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with somebody in it, and settings with a key for backups."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOCTAP_DATA", "data")
    assert hoctap("round", "open", "2026").exit_code == 0
    made = hoctap("backup", "keys", "--out", "private.key").output
    monkeypatch.setenv("HOCTAP_BACKUP_KEY", made.rpartition("HOCTAP_BACKUP_KEY=")[2].strip())
    return f"sqlite:///{tmp_path}/data/hoctap.db"


def hoctap(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def only_backup() -> str:
    (path,) = Path("backups").glob("*.age")
    return str(path)


def test_back_up_lose_everything_and_restore(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = DatabaseChat(url, "leaves", RoundKeys(Path("keys")))
    add_people(chat.database, ["stays"], chat.clock.now)
    type_all(chat, *FARMER_IN_CHIENG_AN)
    said = hoctap("backup")
    assert said.exit_code == 0
    assert "keys are not in it" in said.output
    type_all(chat, "/erase", "xoa het")
    chat.close()
    assert hoctap("backup", "tombstones").exit_code == 0
    for path in Path("data").iterdir():
        path.unlink()
    options = (only_backup(), "--key", "private.key")
    assert "--without-tombstones" in hoctap("restore", *options).output
    restored = hoctap("restore", *options, "--tombstones", "backups/tombstones.txt")
    assert "1 accounts and ballots were erased again" in restored.output
    assert "hoctap round last-release 2026" in hoctap("round", "status").output
    assert hoctap("round", "last-release", "2026", "0").exit_code == 0
    assert "last-release" not in hoctap("round", "status").output
    again = hoctap("restore", *options, "--without-tombstones")
    assert (again.exit_code, "--replace" in again.output) == (1, True)
    assert hoctap("restore", *options, "--without-tombstones", "--replace").exit_code == 0


def test_nothing_is_written_without_a_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCTAP_BACKUP_KEY", "")
    said = hoctap("backup")
    assert (said.exit_code, "HOCTAP_BACKUP_KEY" in said.output) == (1, True)
    assert not Path("backups").exists()


def test_the_private_key_is_for_its_owner_and_never_overwritten(url: str) -> None:
    assert Path("private.key").stat().st_mode & 0o077 == 0
    before = Path("private.key").read_text()
    assert hoctap("backup", "keys", "--out", "private.key").exit_code == 1
    assert Path("private.key").read_text() == before


def test_a_wrong_private_key_is_said(url: str) -> None:
    hoctap("backup")
    hoctap("backup", "keys", "--out", "other.key")
    for key, why in (("other.key", "right private key"), ("keys/round-2026.key", "no private key")):
        said = hoctap("restore", only_backup(), "--key", key, "--without-tombstones", "--replace")
        assert (said.exit_code, why in said.output) == (1, True), said.output


def test_old_backups_are_removed_only_when_asked(url: str) -> None:
    old = Path("backups/hoctap-20250101T000000Z.age")
    others = Path("backups/hoctap-of-somebody.age")
    old.parent.mkdir()
    old.write_text("")
    others.write_text("")
    hoctap("backup")
    assert old.exists()
    assert hoctap("backup", "--keep-days", "30").exit_code == 0
    assert not old.exists()
    assert others.exists()
    assert hoctap("backup", "--keep-days", "1000").exit_code == 2


@pytest.mark.parametrize("broken", ["", "hoctap tombstones 2026-10-01T00:00:00+00:00\n", "what\nis\nthis\n"])
def test_a_list_that_is_not_whole_is_refused(url: str, broken: str) -> None:
    hoctap("backup")
    Path("list.txt").write_text(broken)
    said = hoctap("restore", only_backup(), "--key", "private.key", "--tombstones", "list.txt", "--replace")
    assert (said.exit_code, "list.txt" in said.output) == (1, True), said.output


def test_copy_and_copy_again(url: str) -> None:
    database = open_database(url)
    add_people(database, range(5), datetime(2026, 10, 1, tzinfo=UTC))
    database.close()
    target = f"sqlite:///{os.getcwd()}/copy.db"  # noqa: PTH109
    said = hoctap("database", "copy", url, target)
    assert said.exit_code == 0, said.output
    assert "with the same sums" in said.output
    assert hoctap("database", "copy", url, target).exit_code == 1
    assert hoctap("database", "copy", url, target, "--replace").exit_code == 0
    assert hoctap("database", "copy", url, url, "--replace").exit_code == 1
