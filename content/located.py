"""Reads YAML and remembers on which line everything stands, so that a problem can name it.

A workbook is read into the same mappings, with cells for lines: the rules are the same for both.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from content.problems import Line

TRANSLATED_KEYS = frozenset(
    {"title", "describes", "text", "text_without_theme", "hint", "short", "evidence", "label", "do", "where"}
)
"""The keys whose values citizens or staff read: these, and no others, go to the translators."""


class Mapping(dict[str, Any]):
    """A mapping that knows the line it begins on and the line of each key."""

    line: Line
    lines: dict[str, Line]


class Loader(yaml.CSafeLoader):
    """PyYAML's safe loader, with lines."""


def _construct_mapping(loader: Loader, node: yaml.MappingNode) -> Iterator[Mapping]:
    mapping = Mapping()
    mapping.line = node.start_mark.line + 1
    mapping.lines = {}
    yield mapping
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        mapping[key] = loader.construct_object(value_node, deep=True)
        mapping.lines[key] = key_node.start_mark.line + 1


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def load_yaml(path: Path) -> Any:
    """The file as mappings with lines, lists and scalars. OSError, yaml.YAMLError as they come."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 -- a safe loader with line numbers


def line_of(data: Any, keys: tuple[str | int, ...]) -> Line:
    """The line of the value at the end of a path of keys and places, or of the nearest thing above it."""
    line: Line = data.line if isinstance(data, Mapping) else 1
    for key in keys:
        if isinstance(data, Mapping):
            line = data.lines.get(str(key), data.line)
            data = data.get(str(key))
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
            line = data.line if isinstance(data, Mapping) else line
    return line


def translated_words(data: Any, where: str = "") -> Iterator[tuple[Line, str, str]]:
    """Every string under such a key: (line, words, what it is, such as "q03 label")."""
    if isinstance(data, Mapping):
        here = str(data.get("id") or data.get("form") or where)
        for key, value in data.items():
            if key in TRANSLATED_KEYS and isinstance(value, str) and value:
                yield data.lines[key], value, f"{here} {key}".strip()
            else:
                yield from translated_words(value, here)
    elif isinstance(data, list):
        for value in data:
            yield from translated_words(value, where)
