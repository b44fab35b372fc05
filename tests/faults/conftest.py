"""What the long run of faults says while it runs, and what every run of faults leaves behind."""

import gc
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Writes a line to the terminal at once, whatever pytest captures."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)  # noqa: T201

    return say


@pytest.fixture(autouse=True)
def cut_connections_are_collected() -> Iterator[None]:
    """Within the test that may warn of them: later they would fail a test that has nothing to do with it."""
    yield
    gc.collect()
