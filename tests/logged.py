"""Everything that is logged while a test runs, by every library, at the most talkative level."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.logs import start_logging


@contextmanager
def everything_logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What would have gone to standard error."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(logging.getLogger("httpx2"), "disabled", True)  # the test's own browser
    try:
        start_logging()
        root.setLevel(logging.DEBUG)
        yield written
    finally:
        for handler in root.handlers[:]:
            root.removeHandler(handler)
        for handler in handlers:
            root.addHandler(handler)
        root.setLevel(level)
