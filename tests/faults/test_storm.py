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

from tests.faults.faults import BY_DATABASE, EVERYWHERE, Fault, killed
from tests.faults.stage import COPIES_PER_SECOND, Size, running_stage

DATABASES = tuple(BY_DATABASE)
SHORT = Size(web=2, wave=3, copies=25 * COPIES_PER_SECOND)

pytestmark = pytest.mark.slow


def endure(kind: str, folder: Path, size: Size, faults: list[Fault], chance: random.Random) -> str:
    """One stage and these faults, one after the other; after each all must be well. What was checked, in a line."""
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
        checked = stage.finish()
        return f"{stage.kills} kills, {stage.died} deaths; {checked}"


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
    until, number = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < until:
        number += 1
        chance = random.Random(f"{seed}:{number}")
        kind = DATABASES[number % 2]
        faults = chance.choices(EVERYWHERE + BY_DATABASE[kind], k=chance.randrange(4, 10)) + [killed] * 5
        chance.shuffle(faults)
        copies = chance.randrange(1, 2 * len(faults)) * COPIES_PER_SECOND
        size = Size(web=chance.randrange(1, 6), wave=chance.randrange(1, 12), copies=max(100, copies))
        names = ", ".join(
            f"{count} × {name}" for name, count in sorted(Counter(f.__name__ for f in faults).items())
        )
        folder, began = tmp_path / str(number), time.monotonic()
        folder.mkdir()
        checked = endure(kind, folder, size, faults, chance)
        say(f"round {number} on {kind}: {names}. {checked}. {time.monotonic() - began:.0f} s")
