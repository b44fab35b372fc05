"""A round is opened once, whoever tries, and its key stays the one that was announced."""

import random
import threading
from functools import partial
from pathlib import Path

import pytest

from engine.errors import SettingsProblem
from engine.state import day_of
from handlers.rounds import ensure_round, open_round, round_status
from storage.database import Database
from storage.round_keys import RoundKeys
from storage.rounds import load_rounds
from tests.chats import Clock
from tests.handlers.village import Village


def ensure(database: Database, keys: RoundKeys, seed: int) -> str | None:
    with database.transaction() as transaction:
        return ensure_round(transaction, keys, Clock().now, random.Random(seed).randbytes)


def test_two_processes_at_once_open_one_round_with_one_key(database: Database, tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path / "keys")
    together = threading.Barrier(2)
    failures: list[BaseException] = []

    def start(seed: int) -> None:
        together.wait()
        try:
            ensure(database, keys, seed)
        except BaseException as error:  # noqa: BLE001 -- looked at below
            failures.append(error)

    threads = [threading.Thread(target=start, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.transaction() as transaction:
        (only,) = load_rounds(transaction)
    assert keys.of(2026, only.key_hash)
    assert {path.suffix for path in keys.folder.iterdir()} == {".key"}


def test_opening_that_was_interrupted_goes_on_with_the_keys_it_made(database: Database, tmp_path: Path) -> None:
    keys = RoundKeys(tmp_path / "keys")
    announced = keys.make(2026, b"k" * 32, b"b" * 32)  # the process died before the database knew
    assert ensure(database, keys, 1) == announced


def test_a_closed_year_is_not_opened_again(village: Village) -> None:
    village.run(lambda transaction: transaction.connection.exec_driver_sql("UPDATE round SET state = 'closed'"))
    assert ensure(village.database, village.keys, 5) is None


def test_a_round_is_opened_once(village: Village) -> None:
    work = partial(
        open_round,
        keys=village.keys,
        year=2026,
        detail="coarse",
        today=day_of(village.clock.now),
        draw_bytes=random.Random(1).randbytes,
    )
    with pytest.raises(SettingsProblem, match="has been opened already"):
        village.run(work)
    assert [(status.round.detail, status.last_release) for status in village.run(round_status)] == [("fine", None)]


def test_without_the_key_of_an_open_round_hoctap_does_not_start(village: Village) -> None:
    (village.keys.folder / "round-2026.key").unlink()
    with pytest.raises(SettingsProblem, match="put the file back"):
        ensure(village.database, village.keys, 1)
