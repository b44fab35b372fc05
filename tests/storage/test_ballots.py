"""The ballot table tells nothing beyond its columns: no account, time or order. Keys are for their owner alone."""

import random
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from engine.ballots import Ballot
from engine.errors import SettingsProblem
from storage.ballots import forget_order, write_ballots
from storage.database import Database, open_database
from storage.round_keys import RoundKeys


def some(number: int) -> list[Ballot]:
    dice = random.Random(5)
    return [Ballot(dice.randbytes(32), 2026, "03667", "farmer", "female", "60+", (7,) * 10) for _ in range(number)]


def test_there_is_no_account_no_time_and_no_serial_number(database: Database) -> None:
    columns = {column["name"]: str(column["type"]) for column in inspect(database.engine).get_columns("ballot")}
    scores = {f"s{number}" for number in range(1, 11)}
    assert set(columns) == {"tag", "round", "commune", "form", "sex", "age", "seal", *scores}
    assert not inspect(database.engine).get_foreign_keys("ballot")


def test_rows_lie_in_the_order_of_their_tags(database: Database) -> None:
    ballots = some(300)
    with database.transaction() as transaction:
        write_ballots(transaction, ballots)
        forget_order(transaction)
    order = "tag" if database.is_sqlite else "ctid"
    with database.transaction() as transaction:
        found = transaction.connection.execute(text(f"SELECT tag FROM ballot ORDER BY {order}")).scalars().all()
    assert [bytes(tag) for tag in found] == sorted(each.tag for each in ballots)


def test_sqlite_keeps_no_row_numbers(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/hoctap.db")
    with database.transaction() as transaction:
        made = transaction.connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = 'ballot'")
        ).scalar_one()
        assert "WITHOUT ROWID" in made
        assert transaction.connection.execute(text("PRAGMA secure_delete")).scalar_one() == 1
    database.close()


def test_the_file_is_the_same_whatever_the_order_of_coming(tmp_path: Path) -> None:
    written = []
    for number, seed in enumerate((1, 2)):
        ballots = some(500)
        random.Random(seed).shuffle(ballots)
        path = tmp_path / f"{number}.db"
        database = open_database(f"sqlite:///{path}")
        for first in range(0, 500, 50):
            with database.transaction() as transaction:
                write_ballots(transaction, ballots[first : first + 50])
        database.rewrite()
        database.close()
        written.append(path.read_bytes()[100:])  # the head counts changes
    assert written[0] == written[1]


def test_keys_are_for_nobody_else(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path / "keys")
    keys.make(2026, b"k" * 32, b"b" * 32)
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_key_is_made_once(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path / "keys")
    first = keys.make(2026, b"k" * 32, b"b" * 32)
    assert keys.make(2026, b"x" * 32, b"y" * 32) == first
    assert keys.of(2026, first) == b"k" * 32


def test_a_destroyed_key_is_gone_and_was_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = RoundKeys(tmp_path / "keys")
    keys.make(2026, b"k" * 32, b"b" * 32)
    overwritten = []
    monkeypatch.setattr(Path, "unlink", lambda path: overwritten.append(path.read_bytes()))
    assert keys.destroy(2026, "round")
    assert overwritten == [b"\0" * 64]
    monkeypatch.undo()
    assert keys.destroy(2026, "round")
    assert not keys.destroy(2026, "round")
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["backup-2026.key"]


def test_what_is_no_key_is_not_used(tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path)
    for written in ("no hexadecimal", "00ff"):
        (tmp_path / "round-2026.key").write_text(written, encoding="ascii")
        with pytest.raises(SettingsProblem):
            keys.of(2026, "whatever")


def test_a_folder_that_cannot_be_written_says_so() -> None:
    with pytest.raises(SettingsProblem, match="HOCTAP_KEY_DIR"):
        RoundKeys(Path("/proc/keys")).make(2026, b"k" * 32, b"b" * 32)
