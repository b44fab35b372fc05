"""python-telegram-bot as it will be: it warns, and warnings are errors, unless times are asked for as timedelta."""

import pytest


@pytest.fixture(autouse=True)
def times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
