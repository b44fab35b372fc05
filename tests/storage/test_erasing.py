"""What is erased is gone from the disk: from the file, from its journal, from everything beside it."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from engine.state import SEXES
from storage.database import Database, open_database
from storage.states import create_account, has_accounts
from tests.chats import FARMER_IN_CHIENG_AN, DatabaseChat, closing, finish, type_all

MARK = "an-address-nobody-else-has-7731"


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_erase_leaves_no_bytes(tmp_path: Path) -> None:
    with closing(DatabaseChat(f"sqlite:///{tmp_path}/hoctap.db", address=MARK)) as chat:
        type_all(chat, *FARMER_IN_CHIENG_AN)
        finish(chat)
        held = bytes_on_disk(tmp_path)
        assert MARK.encode() in held
        assert b'"q01":4' in held
        type_all(chat, "/erase", "xoa het")
        left = bytes_on_disk(tmp_path)
    for trace in (MARK.encode(), b'"q01"', b"03667", SEXES[2].encode()):
        assert trace not in left


def test_saying_no_leaves_nothing_but_the_chat(tmp_path: Path) -> None:
    with closing(DatabaseChat(f"sqlite:///{tmp_path}/hoctap.db", address=MARK)) as chat:
        type_all(chat, "/start c03667", "English", "Begin", "No")
        held = bytes_on_disk(tmp_path)
    assert MARK.encode() in held
    assert b"03667" not in held


_FULL = sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("error", [_FULL, OperationalError("PRAGMA", None, _FULL)])
def test_what_is_committed_does_not_fail_where_the_journal_cannot_be_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whoever waits for the turn would do it once more."""

    def disk_is_full(_: Database) -> None:
        raise error

    monkeypatch.setattr(Database, "scrub", disk_is_full)
    database = open_database(f"sqlite:///{tmp_path}/hoctap.db")
    with database.transaction() as transaction:
        create_account(transaction, "web", MARK)
        transaction.has_erased = True
    with database.looking() as transaction:
        assert has_accounts(transaction)
    database.close()
