"""The Babel extractor for content files: the same words that citizens read, in the form `pybabel extract` takes.

Use in a mapping file: `[extractors] yaml = content.extract:extract_yaml` and `[yaml: content/**.yaml]`.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

from content.located import Loader, translated_words
from content.problems import Line


def extract_yaml(
    fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Line, str, str, list[str]]]:
    """Babel's extraction interface (https://babel.pocoo.org/en/latest/messages.html#writing-extraction-methods)."""
    data = yaml.load(fileobj.read().decode("utf-8"), Loader)  # noqa: S506 -- a safe loader with line numbers
    for line, words, what in translated_words(data):
        yield line, "", words, [what]
