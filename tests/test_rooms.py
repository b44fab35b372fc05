"""The rooms are those of docs/design: no new one slips in, and nothing is where it does not belong."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = {"engine", "content", "locales", "storage", "reports", "handlers", "channels", "web", "bot"}
BESIDE = {"tests", "benchmarks", "deploy", "docs", "scripts"}


def test_there_are_no_other_rooms() -> None:
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    made = {"data", "keys", "build", "hoctap.egg-info"}
    assert there - made == ROOMS | BESIDE


def test_every_room_is_under_the_import_rules() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings["tool"]["importlinter"]["root_packages"]) == ROOMS - {"locales"}


def test_locales_hold_no_code() -> None:
    assert {path.suffix for path in (ROOT / "locales").rglob("*") if path.is_file()} <= {".po"}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
