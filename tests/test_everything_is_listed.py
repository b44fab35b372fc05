"""What exists is tried somewhere: catalogue keys, acts, places, question types, settings, problem codes."""

import ast
import re
from pathlib import Path

from bot.settings import settings_page
from content.problems import PROBLEMS
from tests.chats import handbook

ROOT = Path(__file__).parent.parent
ROOMS = ("engine", "handlers", "reports", "channels", "web", "bot", "content")


def literals() -> set[str]:
    """Every string that stands in the code or in a page template."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
        for path in (ROOT / room).rglob("*.html"):
            found |= set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", path.read_text(encoding="utf-8")))
    return found


def said_keys() -> set[str]:
    """The keys that the code says in so many words: say("…"), say.plain("…"), button("…", …)."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                    continue
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in ("say", "plain", "button"):
                    found.add(str(node.args[0].value))
    return found


def test_every_key_that_is_said_is_in_the_catalogue() -> None:
    assert said_keys() - set(handbook().speak("vi").messages) == set()


def test_every_key_of_the_catalogue_is_said_somewhere() -> None:
    assert set(handbook().speak("vi").messages) - literals() - {"language.name"} == set()


def test_every_problem_has_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/content").glob("test_*.py"))
    assert [code for code in PROBLEMS if f'"{code}"' not in tests] == []


def test_the_authors_guide_lists_every_problem() -> None:
    guide = (ROOT / "docs/content.md").read_text(encoding="utf-8")
    assert [code for code, words in PROBLEMS.items() if f"| {code} | {words} |" not in guide] == []


def test_the_settings_page_is_up_to_date() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_page()
