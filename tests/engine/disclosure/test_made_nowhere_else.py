"""Released tables are made where the rules are, and nowhere else; and the rules know all forms of the content."""

import ast
from collections.abc import Iterator
from pathlib import Path

from content.read import read_handbook
from engine.disclosure.catalogue import GROUPS

ROOT = Path(__file__).parents[3]
ROOMS = ("engine", "content", "handlers", "storage", "reports", "bot", "channels")
MADE_HERE = {f"engine/disclosure/{name}.py" for name in ("sealing", "final_tables", "released")}
RELEASED = {"Release", "ReleasedTable", "ReleasedRow"}
FIGURES = {"n", "as_of_release", "passed", "total", "indicators", "members", "rows", "tables"}


def name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def is_hidden_row(call: ast.Call) -> bool:
    """A row of a key alone says nothing: whoever needs one to show may have it."""
    return name_of(call.func) == "ReleasedRow" and len(call.args) == 1 and not call.keywords


def is_replacement(call: ast.Call) -> bool:
    """`replace` can make one out of another."""
    return name_of(call.func) == "replace" and any(each.arg in FIGURES for each in call.keywords)


def renamed(tree: ast.AST) -> Iterator[str]:
    """Other names under which the types are imported, or assigned to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (each.asname for each in node.names if each.name in RELEASED and each.asname)
        if isinstance(node, ast.Assign) and name_of(node.value) in RELEASED:
            yield from (ast.unparse(target) for target in node.targets)


def makes_released(source: str) -> bool:
    tree = ast.parse(source)
    if any(renamed(tree)):
        return True
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if name_of(call.func) in RELEASED and not is_hidden_row(call)]
    return bool(made) or any(map(is_replacement, calls))


def test_released_tables_are_made_nowhere_else() -> None:
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert len(sources) > 100
    assert {path for path, source in sources.items() if makes_released(source)} == MADE_HERE


def test_this_test_sees_every_way_to_make_one() -> None:
    assert makes_released("ReleasedRow({}, 3)")
    assert makes_released("ReleasedRow(key={}, n=3)")
    assert makes_released("released.Release(1)")
    assert makes_released("from engine.disclosure.released import ReleasedTable as Table")
    assert makes_released("make = released.ReleasedTable")
    assert makes_released("dataclasses.replace(row, n=3)")


def test_it_does_not_mind_what_says_nothing() -> None:
    assert not makes_released("ReleasedRow({})")
    assert not makes_released("from engine.disclosure.released import Release\ndef show(release: Release): ...")
    assert not makes_released("replace(facts, province=province)")


def test_every_form_of_the_content_is_a_group_of_the_tables() -> None:
    assert sorted(read_handbook("son_la").forms) == sorted(GROUPS)
