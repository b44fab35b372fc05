"""A backup brings everything back but what must not come back, on both databases and across."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select, text

from engine.disclosure.pooling import IssuedRow, Standing
from engine.disclosure.released import PROVINCE
from engine.disclosure.tally import Tally
from engine.errors import ReleaseRefused, SettingsProblem
from engine.state import round_of
from handlers.back_up import backup_lines
from handlers.copy_database import copy_database
from handlers.rounds import confirm_last_release
from handlers.seal_round import SealOrder, seal_round
from storage.backup_file import write_backup
from storage.campaigns import save_campaign
from storage.database import Database, connect, open_database
from storage.raw_rows import Sum, line_of
from storage.releases import ReleaseFile, save_files, save_release
from storage.snapshot import snapshot
from storage.states import load_state
from storage.tables import account, ballot, calendar, console_session, session, staff
from tests.backups import back_up, check_is_all_there, list_of, outer_keys, restored, sums
from tests.campaigns import add_officer, add_people, approved, check_sums, deliver, run, state_of, tend
from tests.chats import FARMER_IN_CHIENG_AN, handbook, type_all
from tests.handlers.village import Village
from tests.postgres import FreshPostgres
from tests.reports.releases import interim_release

PEOPLE = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other/hoctap.db"
    fresh_postgres: FreshPostgres = request.getfixturevalue("fresh_postgres")
    return fresh_postgres()


def live(village: Village) -> int:
    """Citizens, ballots, a release, somebody in the middle, a campaign that has come half way: its number."""
    for number in range(PEOPLE):
        village.finish(f"citizen {number}", str(1 + number % 4))
    village.clock.move(days=2)
    assert village.flush() == PEOPLE
    type_all(village.person("half way"), *FARMER_IN_CHIENG_AN, "2", "3")
    files = [ReleaseFile(PROVINCE, "csv", "vi", bytes(range(256)) * 1000)]
    with village.database.transaction() as transaction:
        save_release(transaction, interim_release(), Standing({"03667": IssuedRow(Tally(10), 1)}))
        save_files(transaction, interim_release(), files)
    add_people(village.database, range(100, 130), village.clock.now)
    add_officer(village.database)
    number = approved(village.database, village.clock.now)
    tend(village.database, handbook(), village.clock.now)
    return number


def count(database: Database, query: str) -> int:
    with database.looking() as looking:
        return int(looking.connection.execute(text(query)).scalar_one())


def test_what_was_backed_up_is_there_again(village: Village, other_url: str, tmp_path: Path) -> None:
    live(village)
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    database, done = restored(path, village.keys, other_url, None, village.clock.now)
    before = sums(village.database)
    check_is_all_there(before, sums(database))
    assert done.rows == sum(rows for rows, _ in before.values())
    check_sums(database)
    new = add_people(database, ["somebody new"], village.clock.now)
    assert new[0] > count(database, "SELECT count(*) FROM ballot")
    chat = replace_database(village, database).person("half way")
    assert chat.type("1")[-1].progress == (4, 20)
    database.close()


def replace_database(village: Village, database: Database) -> Village:
    """The same people, now talking to another database."""
    moved = object.__new__(Village)
    moved.clock, moved.keys, moved.database, moved.chats, moved.strangers = (
        village.clock,
        village.keys,
        database,
        {},
        0,
    )
    return moved


def test_a_copy_is_the_same_row_by_row(village: Village, other_url: str) -> None:
    live(village)
    said: list[str] = []
    other = connect(other_url)
    copy_database(village.database, other, village.clock, said.append)
    assert sums(other) == sums(village.database)
    assert len(said) == len(sums(other))
    with pytest.raises(SettingsProblem, match="not empty"):
        copy_database(village.database, other, village.clock, said.append)
    village.finish("later")
    copy_database(village.database, other, village.clock, said.append, replaces=True)
    assert sums(other) == sums(village.database)
    with other.transaction() as transaction:  # its counters go on
        assert transaction.connection.execute(account.insert().values(**_account("new"))).rowcount
    other.close()


def _account(address: str) -> dict[str, object]:
    fixed = {"turn": 0, "place": "greeting", "reminders": "not_asked", "person": 0}
    return {"channel": "web", "address": address, **fixed}


def test_a_database_that_is_served_is_not_copied(village: Village, tmp_path: Path) -> None:
    until = village.clock.now + timedelta(seconds=10)
    with village.database.transaction() as transaction:
        transaction.connection.execute(calendar.insert().values(name="calendar", holder="a", ends_at=until))
    other = connect(f"sqlite:///{tmp_path}/other.db")
    with pytest.raises(SettingsProblem, match="running"):
        copy_database(village.database, other, village.clock, list[str]().append)
    village.clock.move(minutes=1)
    copy_database(village.database, other, village.clock, list[str]().append)
    other.close()


def test_who_left_after_the_backup_does_not_come_back(village: Village, tmp_path: Path) -> None:
    for name in ("stays", "leaves", "left and came again", "leaves twice"):
        village.finish(name)
    village.clock.move(days=2)
    village.flush()
    for name in ("left and came again", "leaves twice"):
        type_all(village.person(name), "/erase", "xoa het")
        village.finish(name)
    village.clock.move(days=2)
    village.flush()
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    for name in ("leaves", "leaves twice"):
        type_all(village.person(name), "/erase", "xoa het")
    assert len(village.ballots()) == 2
    known = list_of(village.database, village.clock.now)
    tags = {each["tag"] for each in village.ballots()}
    url = f"sqlite:///{tmp_path}/other.db"
    database, done = restored(path, village.keys, url, known, village.clock.now)
    assert done.erased == 4
    with database.looking() as looking:
        addresses = set(looking.connection.execute(select(account.c.address)).scalars())
        assert addresses == {"stays", "left and came again"}
        assert set(looking.connection.execute(select(ballot.c.tag)).scalars()) == tags
    # The new database knows it too: a restore of the older backup over it needs no list.
    database.close()
    database, done = restored(path, village.keys, url, None, village.clock.now, replaces=True)
    assert (done.erased, count(database, "SELECT count(*) FROM account")) == (4, 2)
    database.close()


@pytest.mark.parametrize(("begins", "left"), [((), []), (("family", "person:1"), ["child"])])
def test_what_a_child_said_is_not_there_again(
    village: Village, tmp_path: Path, begins: tuple[str, ...], left: list[str]
) -> None:
    chat = village.person("child")
    type_all(chat, *FARMER_IN_CHIENG_AN[:3])
    for action in begins:
        chat.press(action)
    type_all(chat, *FARMER_IN_CHIENG_AN[3:], *["4"] * 20, "khong muon tra loi")
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    chat.press("under_15")
    known = list_of(village.database, village.clock.now)
    database, _ = restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", known, village.clock.now)
    with database.looking() as looking:
        assert looking.connection.execute(select(account.c.address)).scalars().all() == left
        assert looking.connection.execute(select(session.c.account_id)).first() is None
    database.close()


def test_nothing_is_sent_twice(village: Village, other_url: str, tmp_path: Path) -> None:
    """Some copies had left at the backup, the others left afterwards; and two campaigns were on their way."""
    database, now = village.database, village.clock.now
    add_people(database, range(30), now)
    half, whole = approved(database, now), approved(database, now, key="observance:1", kind="observance")
    tend(database, handbook(), now)
    submitted = replace(state_of(database, whole), state="submitted")
    run(database, lambda transaction: save_campaign(transaction, submitted))
    path = back_up(database, village.keys, tmp_path / "b.age", now)
    assert len(deliver(database, handbook(), now)[half]) == 30
    other, done = restored(path, village.keys, other_url, None, now)
    assert done.in_doubt == 60
    for later in (now, now + timedelta(days=1)):
        tend(other, handbook(), later)
        assert deliver(other, handbook(), later) == {}
    assert (state_of(other, half).state, state_of(other, half).counts.in_doubt) == ("paused", 30)
    assert state_of(other, whole).state == "draft"
    check_sums(other)
    other.close()


def test_what_the_calendar_has_sent_is_not_planned_again(village: Village, tmp_path: Path) -> None:
    with village.database.transaction() as transaction:
        transaction.connection.execute(calendar.insert().values(name="calendar", done_until=village.clock.now))
    type_all(village.person("half way"), *FARMER_IN_CHIENG_AN, "2")
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    village.clock.move(days=20)
    database, _ = restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", None, village.clock.now)
    with database.looking() as looking:
        assert looking.connection.execute(select(calendar.c.done_until)).scalar() == village.clock.now
        assert looking.connection.execute(select(session.c.reminded)).scalar() == 2
    database.close()


def test_nobody_is_signed_in_and_invitations_are_over(village: Village, tmp_path: Path) -> None:
    now = village.clock.now
    add_officer(village.database)
    with village.database.transaction() as transaction:
        invited = {"role": "statistics", "unit": PROVINCE, "invitation": "x" * 64}
        transaction.connection.execute(staff.insert().values(**invited, invitation_ends_at=now + timedelta(1)))
        signed_in = {"token": "t", "staff_id": 1, "browser": "b", "began_at": now, "seen_at": now, "ends_at": now}
        transaction.connection.execute(console_session.insert().values(**signed_in))
    path = back_up(village.database, village.keys, tmp_path / "b.age", now)
    database, _ = restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", None, now)
    with database.looking() as looking:
        assert looking.connection.execute(select(func.max(staff.c.invitation_ends_at))).scalar() == now
    assert count(database, "SELECT count(*) FROM console_session") == 0
    database.close()


def test_no_release_until_somebody_knows_the_last_one(village: Village, tmp_path: Path) -> None:
    village.finish("citizen")
    year = round_of(village.clock.now)
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    database, _ = restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", None, village.clock.now)
    order = SealOrder(year, "interim", "token", "test")
    now = village.clock.now
    seal = partial(seal_round, partial(run, database), handbook(), village.keys, order, now, Random(1).shuffle)
    with pytest.raises(ReleaseRefused, match="last-release"):
        seal()
    with pytest.raises(SettingsProblem, match="number 0"):
        run(database, lambda transaction: confirm_last_release(transaction, year, 3, now))
    run(database, lambda transaction: confirm_last_release(transaction, year, 0, now))
    with pytest.raises(ReleaseRefused, match="R6"):  # too few people, as always
        seal()
    database.close()


def test_a_backup_of_an_older_schema_is_brought_up(village: Village, other_url: str, tmp_path: Path) -> None:
    village.finish("citizen")
    with snapshot(village.database) as see:
        lines = list(as_of_0005(backup_lines(see, village.clock.now)))
    write_backup(tmp_path / "b.age", lines, outer_keys()[1], [])
    database, _ = restored(tmp_path / "b.age", village.keys, other_url, None, village.clock.now)
    assert count(database, "SELECT length(secret) FROM account") == 16
    assert count(database, "SELECT count(*) FROM session") == 1
    database.close()


def as_of_0005(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A backup as the hoctap before this one would have written it."""
    newer = {"secret", "is_held", "flood_round", "leaves_out_floods"}
    columns: list[str] = []
    given, is_known = Sum(), True
    for line in lines:
        read = json.loads(line)
        if isinstance(read, list):
            older = [value for value, name in zip(read, columns, strict=True) if name not in newer]
            given.add([line_of(older)])
            read = older
        elif "revision" in read:
            read["revision"] = "0005"
        elif "columns" in read:
            columns, given, is_known = read["columns"], Sum(), read["table"] != "tombstone"
            kept = [place for place, name in enumerate(columns) if name not in newer]
            read = read | {name: [read[name][place] for place in kept] for name in ("columns", "kinds")}
        elif "sum" in read:
            read |= {"rows": given.rows, "sum": given.digest}
        if is_known or "end" in read:
            yield line_of(read)


@pytest.mark.parametrize("place", range(3))
def test_what_is_not_as_it_was_written_changes_nothing(village: Village, tmp_path: Path, place: int) -> None:
    village.finish("citizen")
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    whole = path.read_bytes()
    at = (len(whole) - 1) * place // 2
    broken = [whole[:at], whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :], whole + b"more"]
    before = sums(village.database)
    for content in broken:
        path.write_bytes(content)
        with pytest.raises(SettingsProblem):
            restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", None, village.clock.now)
        with pytest.raises(SettingsProblem):
            restored(path, village.keys, f"sqlite:///{tmp_path}/hoctap.db", None, village.clock.now, replaces=True)
    empty = open_database(f"sqlite:///{tmp_path}/o.db")
    assert not any(rows for rows, _ in sums(empty).values())
    empty.close()
    assert sums(village.database) == before


def test_the_list_must_be_newer_than_the_backup(village: Village, tmp_path: Path) -> None:
    known = list_of(village.database, village.clock.now)
    village.clock.move(minutes=1)
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    url = f"sqlite:///{tmp_path}/o.db"
    with pytest.raises(SettingsProblem, match="older than the backup"):
        restored(path, village.keys, url, known, village.clock.now)
    village.clock.move(days=400)
    known = list_of(village.database, village.clock.now)
    with pytest.raises(SettingsProblem, match="395 days"):
        restored(path, village.keys, url, known, village.clock.now)


def test_no_backup_can_be_read_after_the_key_of_its_round_is_destroyed(village: Village, tmp_path: Path) -> None:
    path = back_up(village.database, village.keys, tmp_path / "b.age", village.clock.now)
    village.keys.destroy(round_of(village.clock.now), "backup")
    with pytest.raises(SettingsProblem, match="closed round"):
        restored(path, village.keys, f"sqlite:///{tmp_path}/o.db", None, village.clock.now)


def test_nobody_waits_for_a_backup(village: Village) -> None:
    """In the middle of it somebody leaves, and ballots are put in order."""
    village.finish("leaves")
    village.finish("stays")
    village.clock.move(days=2)
    village.flush()
    with snapshot(village.database) as see:
        with see() as looking:
            before = looking.connection.execute(select(func.count()).select_from(ballot)).scalar_one()
        type_all(village.person("leaves"), "/erase", "xoa het")
        village.finish("new")
        village.clock.move(days=2)
        assert village.flush() == 1
        with see() as looking:
            assert looking.connection.execute(select(func.count()).select_from(ballot)).scalar_one() == before == 2
            assert looking.connection.execute(select(func.count()).select_from(account)).scalar_one() == 2
    with village.database.transaction() as transaction:
        assert load_state(transaction, "test", "leaves") is None
