"""Closing: what is published stays, what could tell who is who goes; killed at any step it is taken up again."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.ballots import tag_of
from engine.errors import ReleaseRefused, SettingsProblem
from engine.state import Account
from handlers.close_round import Closing, close_round, digest, what_closing_would_do
from handlers.count_ballots import CLOSING_STEPS
from storage.rounds import Round, load_rounds
from tests.chats import finish, handbook, type_all
from tests.handlers.village import Village

pytestmark = pytest.mark.slow

MARK = "an-address-nobody-else-has-5521"


@pytest.fixture
def full(village: Village) -> Village:
    """A sealed round, somebody who is counted, and somebody who has just finished."""
    for commune, people in (("03667", 30), ("03646", 20), ("03670", 4), ("03679", 5), ("03688", 6)):
        village.crowd(commune, people)
    village.finish(MARK)
    village.clock.move(days=1)
    village.seal()
    village.clock.move(days=60)
    village.finish("just finished")
    return village


def closing_of(village: Village, **changes: Any) -> Closing:
    given: dict[str, Any] = {
        "run": village.run,
        "rewrite": village.database.rewrite,
        "handbook": handbook(),
        "keys": village.keys,
        "shuffle": random.Random(1).shuffle,
        "say": lambda _: None,
    }
    return Closing(**given | changes)


def close(village: Village, **changes: Any) -> dict[str, Any]:
    order = village.order("the close", "final")
    return close_round(closing_of(village, **changes), order, ("Lò Thị A", "Vàng A B"), village.clock.now)


def this_round(village: Village) -> Round:
    return village.run(load_rounds)[0]


def tables_hold(village: Village) -> dict[str, int]:
    def count(transaction: Any) -> dict[str, int]:
        return {
            table: transaction.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("ballot", "issued_row", "release")
        }

    return village.run(count)


def test_what_is_published_stays_and_the_rest_goes(full: Village) -> None:
    record = close(full)
    assert tables_hold(full) == {"ballot": 0, "issued_row": 0, "release": 2}
    assert full.ledger[-1].kind == "final"
    assert full.ledger[-1].province.n == 66  # the late one is alone: fewer than ten are dropped
    assert list(full.keys.folder.iterdir()) == []
    assert this_round(full).state == "closed"
    assert list(record["steps"]) == list(CLOSING_STEPS)
    assert record["witnesses"] == ["Lò Thị A", "Vàng A B"]
    assert record["sha256"] == digest(record) == digest(dict(reversed(record.items())))


def test_closing_twice_says_so(full: Village) -> None:
    close(full)
    with pytest.raises(SettingsProblem, match="round 2026 is closed already"):
        close(full)
    with pytest.raises(ReleaseRefused, match="has its final release"):
        full.seal()


class KilledError(Exception):
    """The process ends here."""


def dying_at(run: Callable[..., Any], number: int) -> Callable[..., Any]:
    """Ends at the nth transaction: before its commit."""
    left = [number]

    def run_or_die(work: Callable[..., Any]) -> Any:
        def die_inside(transaction: Any) -> Any:
            result = work(transaction)
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            return result

        return run(die_inside)

    return run_or_die


def test_killed_at_any_transaction_it_is_taken_up_again(full: Village) -> None:
    """Every time one step further, so that each one is interrupted once."""
    deaths = 0
    while this_round(full).state != "closed" and deaths < 60:
        try:
            close(full, run=dying_at(full.run, 1 + deaths % 7))
        except KilledError:
            deaths += 1
    assert deaths > 6
    assert tables_hold(full) == {"ballot": 0, "issued_row": 0, "release": 2}
    assert list(full.keys.folder.iterdir()) == []
    assert list((this_round(full).record or {})["steps"]) == list(CLOSING_STEPS)


@pytest.mark.parametrize("step", ["destroy_key", "rewrite"])
def test_killed_outside_the_database_it_is_taken_up_again(
    full: Village, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> Any:
        raise KilledError

    with monkeypatch.context() as patch:
        if step == "destroy_key":
            patch.setattr("storage.round_keys.RoundKeys.destroy", die)
        with pytest.raises(KilledError):
            close(full, **({"rewrite": die} if step == "rewrite" else {}))
    close(full)
    assert tables_hold(full)["ballot"] == 0
    assert list(full.keys.folder.iterdir()) == []


def test_a_dry_run_says_what_would_be_done_and_does_nothing(full: Village) -> None:
    lines = full.run(partial(what_closing_would_do, year=2026))
    assert [line.partition(":")[0] for line in lines] == list(CLOSING_STEPS)
    assert "erase 66 ballots" in "\n".join(lines)
    assert this_round(full).state == "open"
    close(full)
    assert full.run(partial(what_closing_would_do, year=2026)) == []


def test_an_unsafe_final_release_stops_it_unless_the_last_one_is_to_stay(
    full: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise ReleaseRefused("audit", "made up")

    monkeypatch.setattr("handlers.seal_round.seal", refuse)
    with pytest.raises(ReleaseRefused, match="made up"):
        close(full)
    assert tables_hold(full)["ballot"] > 0
    record = close(full, needs_release=False)
    assert record["steps"]["final_release"]["done"] == "no final release: made up"
    assert tables_hold(full) == {"ballot": 0, "issued_row": 0, "release": 1}


def test_a_round_with_hardly_anybody_is_closed_without_a_release(village: Village) -> None:
    village.finish("the only one")
    record = close(village)
    assert record["steps"]["final_release"]["done"].startswith("no final release")
    assert tables_hold(village) == {"ballot": 0, "issued_row": 0, "release": 0}


def test_people_go_on_afterwards_and_may_erase_what_is_left(full: Village) -> None:
    close(full)
    assert type_all(full.person(MARK), "/result")[-1].id == "counted"
    type_all(full.person(MARK), "lam lan nua", "Làm nông, làm rừng")
    assert finish(full.person(MARK))[-1].id == "result"
    assert type_all(full.person(MARK), "/erase", "xoa het")[-1].id == "erased"


def test_nothing_on_the_disk_tells_who_somebody_was(tmp_path: Path) -> None:
    """A12: tags, answers and keys are searched for in every file; then every seeded address is tried."""
    village = Village(f"sqlite:///{tmp_path}/hoctap.db", tmp_path)
    key = (village.keys.folder / "round-2026.key").read_bytes()
    backup = (village.keys.folder / "backup-2026.key").read_bytes()
    for commune, people in (("03667", 30), ("03646", 20), ("03670", 4), ("03679", 5), ("03688", 6)):
        village.crowd(commune, people)
    village.finish(MARK, "3")
    village.clock.move(days=1)
    village.seal()
    tags = [bytes(each["tag"]) for each in village.ballots()]  # type: ignore[call-overload]
    mine = tag_of(bytes.fromhex(key.decode()), 2026, Account("test", MARK), 0)
    assert mine in tags
    held = on_disk(tmp_path)
    assert mine in held
    assert key in held
    close(village)
    left = on_disk(tmp_path)
    for trace in (*tags, key, bytes.fromhex(key.decode()), backup, b'"q01":3'):
        assert trace not in left
    # The account itself is still there, for it is the person's own until they erase it; nothing leads on from it.
    assert MARK.encode() in left
    village.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
