"""A campaign over real HTTP: who is told to stop leaves nobody in doubt, and nobody waits because of it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import pytest

from tests.crowd import Citizen, Crowd
from tests.faults.network import Nuisance, refuse, say_too_early
from tests.faults.trial import Trial, fast_standin, nine, sender
from tests.standin import Seen, Telegram

CALMLY = 4
"""So many times faster than Telegram this machine sends and takes with ease."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def chance() -> random.Random:
    """Another one in each run; pytest-randomly's seed brings it back."""
    return random.Random(random.getrandbits(32))


def plan_on_sqlite(folder: Path, telegram: Telegram, chance: random.Random, people: int, began: datetime) -> Trial:
    (folder / "data").mkdir()
    trial = Trial(telegram, f"sqlite:///{folder}/data/hoctap.db", chance)
    trial.plan(people, nine(began))
    return trial


NUISANCES: tuple[Nuisance, ...] = (lambda _: None, say_too_early, refuse)


def test_who_is_told_to_stop_leaves_nobody_in_doubt(tmp_path: Path, chance: random.Random) -> None:
    began = datetime.now(UTC)
    with fast_standin(CALMLY) as telegram:
        trial = plan_on_sqlite(tmp_path, telegram, chance, 400, began)
        with sender(tmp_path, telegram, CALMLY, began) as server:
            for nuisance in NUISANCES:
                trial.wait_for_copies()
                nuisance(telegram)
                time.sleep(chance.uniform(0, 0.4))
                server.stop()
                trial.look()
                server.start()
            trial.wait_until_done(300)
        trial.check()
        assert trial.at_risk == 0


# ---- nobody waits because of a campaign --------------------------------------------------------------------------

READERS = 15
"""So many people take an assessment at the same time."""
READING_SECONDS = (0.2, 0.8)
"""From a question to its answer; with faster ones the machine itself would be what they wait for."""


@dataclass
class Reader(Citizen):
    """Reads before each press; `waits` is how long each question took to come, in seconds."""

    waits: list[float] = field(default_factory=list)
    pressed_at: float = 0.0

    def see(self, seen: Seen) -> None:
        before = len(self.asked)
        super().see(seen)
        if len(self.asked) > before:
            self.waits.append(self.crowd.loop.time() - self.pressed_at)

    def _act(self, action: Callable[[], object]) -> None:
        self.crowd.loop.call_later(self.chance.uniform(*READING_SECONDS), self._press, action)

    def _press(self, action: Callable[[], object]) -> None:
        self.pressed_at = self.crowd.loop.time()
        super()._act(action)


def p95_of_waits(telegram: Telegram, url: str, seed: int) -> float:
    """Of all questions that a crowd is asked on its way from the link to the result."""
    crowd = Crowd(telegram, READERS, patience_seconds=60, seed=seed, kind=Reader)
    crowd.begin()
    crowd.wait(300)
    crowd.check(url)
    waits = [wait for each in crowd.citizens.values() if isinstance(each, Reader) for wait in each.waits]
    return float(quantiles(waits, n=20)[-1])


def test_who_answers_questions_does_not_wait_for_a_campaign(
    tmp_path: Path, chance: random.Random, record_property: Callable[[str, object], None]
) -> None:
    began = datetime.now(UTC)
    with fast_standin(CALMLY) as telegram:
        trial = plan_on_sqlite(tmp_path, telegram, chance, 3000, began)
        trial.put("paused")
        with sender(tmp_path, telegram, CALMLY, began):
            without = p95_of_waits(telegram, trial.url, 1)
            assert not trial.copies
            trial.put("sending")
            trial.wait_for_copies()
            beside = p95_of_waits(telegram, trial.url, 2)
            assert trial.copies.total() > 500, "there was hardly any campaign"
        assert telegram.refusals == []
    record_property("p95_without_ms", round(without * 1000))
    record_property("p95_with_ms", round(beside * 1000))
    assert beside <= max(3 * without, 0.3), f"{without:.3f} s without a campaign, {beside:.3f} s beside one"
