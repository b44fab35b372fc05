"""docs/operations.md knows what hoctap says when it does not start, and the files it tells to install."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
STARTING = (
    "bot/monitor.py",
    "bot/roles.py",
    "bot/serve.py",
    "channels/telegram/run.py",
    "handlers/convert_voice.py",
    "storage/alone.py",
    "storage/database.py",
    "storage/round_keys.py",
)
"""Where it is found out that hoctap cannot start."""


def refusals(path: Path) -> Iterator[str]:
    """How each message of a SettingsProblem begins: up to what is put into it, or its first stop."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SettingsProblem":
            parts = (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
            if begins := next((part for part in parts if isinstance(part, str)), ""):
                yield re.split(r"[;.?] ", begins)[0].strip()


def test_every_refusal_to_start_is_explained() -> None:
    said = [(name, message) for name in STARTING for message in refusals(ROOT / name)]
    assert len(said) >= 10
    assert [each for each in said if each[1] not in GUIDE] == []


def test_every_file_of_ours_that_is_named_exists() -> None:
    named = set(re.findall(r"\bdeploy/[\w./*-]+", GUIDE)) - {"deploy/secrets"}
    assert {"deploy/caddy/Caddyfile", "deploy/nginx/hoctap.conf"} <= named
    assert [name for name in named if not name.startswith("deploy/secrets/") and not list(ROOT.glob(name))] == []
