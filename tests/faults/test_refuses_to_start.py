"""Where hoctap cannot work it does not start, and says in one line what to do."""

import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.rounds import ensure_round
from storage.database import open_database
from storage.round_keys import RoundKeys
from tests.faults.disks import small_disk
from tests.server import ROOT

pytestmark = pytest.mark.slow  # starts processes


def start(data: Path, **settings: str) -> str:
    """`hoctap run`, which ends at once: what it says."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOCTAP_PORT": "0",
        "HOCTAP_DATA": str(data),
        "HOCTAP_KEY_DIR": str(data / "keys"),
        **settings,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    said = ended.stderr.decode()
    assert "Traceback" not in said
    return said


def test_where_the_database_may_only_be_read(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 16) as disk:
        open_database(f"sqlite:///{disk.folder}/hoctap.db").close()
        disk.remount("ro")
        assert "Let hoctap's user write its file and folder" in start(disk.folder)
        disk.remount("rw")
        open_database(f"sqlite:///{disk.folder}/hoctap.db").close()


def test_where_there_is_no_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", 16) as disk:
        disk.fill()
        assert "Make room" in start(disk.folder)
        disk.make_room()
        open_database(f"sqlite:///{disk.folder}/hoctap.db").close()


@pytest.mark.parametrize("is_there", [False, True])
def test_where_a_key_is_gone_or_cannot_be_read(is_there: bool, tmp_path: Path) -> None:
    database, keys = open_database(f"sqlite:///{tmp_path}/hoctap.db"), RoundKeys(tmp_path / "keys")
    with database.transaction() as transaction:
        ensure_round(transaction, keys, datetime.now(UTC), secrets.token_bytes)
    database.close()
    (key,) = keys.folder.glob("round-*.key")
    key.unlink()
    if is_there:
        key.mkdir()  # root reads any file
    assert "put the file back, or set HOCTAP_KEY_DIR to its folder" in start(tmp_path)


def test_where_postgresql_is_away(tmp_path: Path) -> None:
    url = f"postgresql://postgres@/hoctap?host={tmp_path}"
    assert "PostgreSQL does not answer. Start it" in start(tmp_path, HOCTAP_DATABASE_URL=url)


def test_where_the_file_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "hoctap.db").write_bytes(b"Not what it was. " * 1000)
    assert "restore a backup" in start(tmp_path)
