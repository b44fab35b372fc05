"""What is done without anybody asking, minute by minute, on one clock."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import Hoctap, Office
from bot.housekeeping import Housekeeping
from bot.runner import make_runner
from engine.messages import Incoming
from engine.state import ROLES
from storage.campaigns import load_campaigns
from storage.releases import load_last_release
from storage.rounds import load_rounds
from tests.campaigns import add_officer
from tests.chats import handbook
from tests.handlers.village import Village


class House:
    """A village whose house is kept."""

    def __init__(self, folder: Path) -> None:
        self.village = Village(f"sqlite:///{folder}/hoctap.db", folder)
        self.clock = self.village.clock
        office = Office(handbook(), handbook(), self.village.database, self.village.keys, self.clock)
        self._runner = make_runner(self.village.database)
        self.hoctap = Hoctap(handbook(), self._runner, self.clock, self.village.keys)
        self.keeping = Housekeeping(office, self.hoctap)

    def close(self) -> None:
        self._runner.close()
        self.village.close()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("handlers.seal_round.everything", lambda _: few_files())
    lived_in = House(tmp_path)
    yield lived_in
    lived_in.close()


def few_files() -> object:
    from engine.disclosure.released import PROVINCE
    from handlers.release_files import Scope

    return Scope([PROVINCE], ("json",))


def last(house: House) -> int | None:
    release = house.village.run(load_last_release)
    return release.number if release else None


def test_ballots_are_written_and_sealed_on_monday_once(house: House) -> None:
    house.village.crowd("03667", 30)
    house.village.crowd("03646", 30)
    for _ in range(8):  # Thursday to Thursday, twice a day
        for _ in range(2):
            house.keeping.look()
            house.clock.move(hours=12)
    assert last(house) == 1
    house.village.finish("someone")
    house.clock.move(days=1)
    house.keeping.look()
    assert len(house.village.ballots()) == 61


def test_chats_hear_of_a_release_that_another_process_sealed(house: House) -> None:
    house.village.finish("someone")
    house.village.crowd("03667", 30)
    house.village.crowd("03646", 30)
    house.village.seal()
    house.keeping.look()
    reply = asyncio.run(house.hoctap.converse(Incoming("test", "someone", text="/mycommune")))
    assert "30" in str(reply.screens[-1].html)


def test_a_refused_seal_is_logged_and_tried_again_the_next_day(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    house.clock.move(days=5)
    house.keeping.look()
    house.keeping.look()
    assert [record.message for record in caplog.records] == [
        "action=seal round=2026: no release (R6): there are fewer than 10 people, or too few communes to pool"
    ]
    house.village.crowd("03667", 30)
    house.clock.move(days=1)
    house.keeping.look()
    assert last(house) == 1


def test_staff_hear_of_a_refused_seal_once_a_week(house: House) -> None:
    add_officer(house.village.database)
    house.clock.move(days=4)  # Monday
    for _ in range(8):
        house.keeping.look()
        house.clock.move(days=1)
    notices = house.village.run(load_campaigns)
    assert [each.key for each in notices] == ["seal_refused:2026:2026-42", "seal_refused:2026:2026-41"]
    assert all(each.kind == "notice" and each.audience.staff == ROLES for each in notices)


def test_the_next_year_is_opened_on_new_year_s_day(house: House) -> None:
    house.clock.move(days=92)
    house.keeping.look()
    assert [each.year for each in house.village.run(load_rounds)] == [2026, 2027]


def test_a_missing_key_is_said_and_the_rest_goes_on(house: House, caplog: pytest.LogCaptureFixture) -> None:
    (house.village.keys.folder / "round-2026.key").unlink()
    house.village.finish("someone")
    house.clock.move(days=1)
    house.keeping.look()
    assert any("round-2026.key" in record.message for record in caplog.records)
