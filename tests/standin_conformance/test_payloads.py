"""Every payload that is kept for the channel's tests is one that both libraries take for real."""

import json
from pathlib import Path

import pytest
import telegram
from aiogram.types import Update

PAYLOADS = sorted((Path(__file__).parent.parent / "channels/payloads/telegram").glob("*.json"))


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) > 50


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_both_libraries_read_it(path: Path) -> None:
    payload = json.loads(path.read_text(encoding="utf-8"))
    kind = path.stem.split(".")[0]
    ours = Update.model_validate(payload)
    theirs = telegram.Update.de_json(payload, None)
    assert ours.update_id == theirs.update_id == payload["update_id"]
    if kind not in ("unknown_update", "empty_update"):
        assert getattr(ours, kind) is not None
        assert getattr(theirs, kind) is not None
