"""Exports to attack: the product's, by its command line alone, and those of the broken publisher."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from bot.world_file import Act, write_world
from tests.attacks.broken import publish
from tests.attacks.broken_bands import Flaws
from tests.attacks.exports import read_exports
from tests.attacks.truth import Scored, Truth

HOCTAP = Path(sys.executable).with_name("hoctap")
MOST_SECONDS = 200

Publish = Callable[[Sequence[Act], Flaws], Scored]


class Replay:
    """Exports of worlds by `hoctap world replay`: each once, and as many at a time as there are cores."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Future[Scored]] = {}
        self._cores = ThreadPoolExecutor(os.cpu_count())

    def __call__(self, name: str, acts: Sequence[Act], *options: str) -> Scored:
        self.begin(name, acts, *options)
        return self._known[name].result()

    def begin(self, name: str, acts: Sequence[Act], *options: str) -> None:
        if name not in self._known:
            folder = self._folder / str(len(self._known))
            self._known[name] = self._cores.submit(_replay, folder, acts, options)

    def close(self) -> None:
        self._cores.shutdown(cancel_futures=True)


def _replay(folder: Path, acts: Sequence[Act], options: Sequence[str]) -> Scored:
    folder.mkdir()
    write_world(folder / "world.csv", acts)
    out = folder / "out"
    command = [str(HOCTAP), "world", "replay", str(folder / "world.csv"), "--out", str(out), *options]
    places = {"HOCTAP_DATA": str(folder / "data"), "HOCTAP_KEY_DIR": str(folder / "keys")}
    done = subprocess.run(
        command,
        env=os.environ | places,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Scored(read_exports(out), Truth(acts))


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """The product's exports."""
    product = Replay(tmp_path_factory.mktemp("replay"))
    yield product
    product.close()


@pytest.fixture(scope="session")
def publish_with(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Exports of a world by the broken publisher: each once."""

    @cache
    def publish_once(acts: tuple[Act, ...], flaws: Flaws) -> Scored:
        return Scored(publish(acts, tmp_path_factory.mktemp("broken") / "out", flaws), Truth(acts))

    return lambda acts, flaws: publish_once(tuple(acts), flaws)
