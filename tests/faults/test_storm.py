"""Everything at once, and everything that can break: docs/reliability.md says what is promised and how it is tried.

In the short form each fault once on each database; with --minutes rounds of what chance chooses, until the time is
over. Each round prints a line; --seed brings the same rounds again.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.faults import BY_DATABASE, EVERYWHERE, LASTING, Fault, killed_again_and_again, out_of_memory
from tests.faults.stage import COPIES_PER_SECOND, Size, Stage, running_stage

DATABASES = tuple(BY_DATABASE)
SHORT = Size(web=2, wave=3, copies=25 * COPIES_PER_SECOND)

pytestmark = pytest.mark.slow


def endure(kind: str, folder: Path, size: Size, faults: list[Fault], chance: random.Random) -> Stage:
    """One stage and these faults, one after the other; after each all must be well. The stage at its end."""
    with running_stage(kind, folder, size, chance) as stage:
        for place, fault in enumerate(faults):
            try:
                stage.prepare()
                fault(stage)
                stage.recover()
            except BaseException as error:
                before = [each.__name__ for each in faults[:place]]
                error.add_note(f"at {fault.__name__}, on {kind}, after {before}")
                raise
        stage.finish()
        assert not stage.died or out_of_memory in faults, "it died by itself"
        return stage


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", DATABASES)
def test_each_fault_once(kind: str, tmp_path: Path) -> None:
    chance = random.Random(7731)
    faults = [*EVERYWHERE, *BY_DATABASE[kind]]
    chance.shuffle(faults)
    endure(kind, tmp_path, SHORT, faults, chance)


@pytest.mark.timeout(0)
def test_rounds_of_faults(pytestconfig: pytest.Config, tmp_path: Path, say: Callable[[str], None]) -> None:
    minutes, seed = pytestconfig.getoption("--minutes"), pytestconfig.getoption("--seed")
    if not minutes:
        pytest.skip("make faults MINUTES=30")
    seed = random.getrandbits(32) if seed is None else seed
    say(f"seed {seed}, {minutes:g} minutes")
    until, number, kills = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < until:
        number += 1
        chance = random.Random(f"{seed}:{number}")
        kind = DATABASES[number % len(DATABASES)]
        faults = chosen(kind, chance)
        folder = tmp_path / str(number)
        folder.mkdir()
        stage = endure(kind, folder, random_size(len(faults), chance), faults, chance)
        kills += stage.kills
        deaths = f"{stage.kills} kills, {stage.died} deaths"
        say(f"round {number} on {kind}: {listed(faults)}. {deaths}; {stage.checked}.")
    say(f"{number} rounds, {kills} kills")


def chosen(kind: str, chance: random.Random) -> list[Fault]:
    """Kills come most often."""
    faults = chance.choices(EVERYWHERE + BY_DATABASE[kind] + LASTING[kind], k=chance.randrange(4, 10))
    faults += [killed_again_and_again] * 4
    chance.shuffle(faults)
    return faults


def random_size(faults: int, chance: random.Random) -> Size:
    """The campaign may be over early, or go on longer than the faults."""
    seconds = chance.randrange(4, 2 * faults)
    return Size(web=chance.randrange(1, 6), wave=chance.randrange(1, 12), copies=seconds * COPIES_PER_SECOND)


def listed(faults: list[Fault]) -> str:
    counted = Counter(fault.__name__ for fault in faults)
    return ", ".join(f"{count} × {name}" for name, count in sorted(counted.items()))
