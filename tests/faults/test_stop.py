"""Told to stop in the middle of everything: within ten seconds, and nothing is lost."""

import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.faults.web_people import Restless
from tests.handlers.village import Village
from tests.server import STOP_SECONDS, running_server

pytestmark = pytest.mark.slow


def wait_for(holds: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_seal_in_progress_is_cut_off_and_made_by_the_next_start(tmp_path: Path) -> None:
    """While somebody answers questions: their answers are there afterwards, too."""
    (tmp_path / "data").mkdir()
    village = Village(f"sqlite:///{tmp_path}/data/hoctap.db", tmp_path)
    village.crowd("03667", 30)
    village.crowd("03646", 30)
    sealing = tmp_path / "sealing"
    with (
        running_server(
            tmp_path / "data", is_calm=False, program=("tests.slow_seal",), SEALING=str(sealing)
        ) as server,
        httpx2.Client(base_url=server.url) as client,
    ):
        person = Restless(client, random.Random(7731))
        person.begin()
        answering = threading.Thread(target=person.press_until_it_dies)
        answering.start()
        wait_for(sealing.exists)
        assert server.stop() in (0, -signal.SIGTERM), "not within ten seconds"
        answering.join(STOP_SECONDS)
        server.check_log_is_calm()
        assert village.ledger == []

        del server.settings["SEALING"]
        server.start()
        person.look()
        person.check_nothing_is_lost()
        wait_for(lambda: village.ledger)
    assert [release.number for release in village.ledger] == [1]
    village.close()
