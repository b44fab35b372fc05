"""What `make sbom` writes: valid, whole, the same each time."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts.sbom import main

LOCK = Path(__file__).parents[2] / "requirements.lock"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "build/hoctap.cdx.json"
    main(path)
    return path


def test_it_is_valid_cyclonedx(written: Path) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written.read_text(encoding="utf-8")) is None


def test_every_locked_package_is_in_it_with_its_hashes(written: Path) -> None:
    lock = LOCK.read_text(encoding="utf-8")
    components = json.loads(written.read_text(encoding="utf-8"))["components"]
    locked = re.findall(r"^([a-z0-9][^=\[ ]*)(?:\[.*\])?==([^ ]+)", lock, re.MULTILINE)
    assert sorted((each["name"], each["version"]) for each in components) == sorted(locked)
    assert sum(len(each["hashes"]) for each in components) == lock.count("--hash=sha256:")


def test_it_says_who_needs_whom(written: Path) -> None:
    needs = {each["ref"]: each.get("dependsOn", []) for each in json.loads(written.read_text())["dependencies"]}
    names = {ref: {each.partition("@")[0] for each in needed} for ref, needed in needs.items()}
    assert "pkg:pypi/aiogram" in names["hoctap"]
    assert "pkg:pypi/aiosignal" not in names["hoctap"], "nobody here asks for it"
    assert next(needed for ref, needed in names.items() if ref.startswith("pkg:pypi/aiosignal@")) >= {
        "pkg:pypi/frozenlist"
    }


def test_the_same_lock_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    main(tmp_path / "again.json")
    assert written.read_bytes() == (tmp_path / "again.json").read_bytes()
