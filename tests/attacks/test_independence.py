"""The attackers share no code with what they attack."""

import ast
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
OTHERS = {"numpy", "scipy", "pytest", "xlsxwriter"}
WORLDS = {"bot.world_file", "bot.world_making"}
"""What is attacked is made up with these; they know nothing of releases."""


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_of_the_product_is_imported(path: Path) -> None:
    allowed = WORLDS | {name for name in imported(path) if name.startswith("tests.attacks")}
    allowed |= {name for name in imported(path) if name.partition(".")[0] in sys.stdlib_module_names | OTHERS}
    assert imported(path) - allowed == set()


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_imported_by_name_at_run_time(path: Path) -> None:
    words = {
        node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)
    }
    assert words & {"__import__", "import_module", "exec", "eval"} == set()
