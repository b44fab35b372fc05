"""Documents name tests as evidence: each of them exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("document", ["SECURITY.md", "docs/privacy.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    files = list((ROOT / "tests").rglob("*.py"))
    there = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))}
    there |= {path.stem for path in files}
    text = (ROOT / document).read_text(encoding="utf-8")
    assert set(re.findall(r"\btest_\w+", text)) - there == set()
    folders = re.findall(r"`(tests/[\w/.]+?)/?`", text)
    assert [each for each in folders if not (ROOT / each).exists()] == []
