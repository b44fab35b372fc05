"""Reads one content file into its shape, and gathers what is wrong and what there is to translate."""

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.catalogues import Words
from content.located import line_of, load_yaml, translated_words
from content.problems import Problem, problem
from engine.handbook import Handbook
from engine.questionnaire import Questionnaire

_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass
class Reading:
    """What came of reading: a handbook if nothing is wrong, and otherwise what is."""

    problems: list[Problem] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)
    forms: dict[str, Questionnaire] = field(default_factory=dict)
    """By file."""
    handbook: Handbook | None = None


def read_shape(reading: Reading, path: Path, root: Path, shape: type[_Shape]) -> tuple[_Shape, Any] | None:
    """One YAML file in its shape, with the lines; None (and problems) if it does not fit."""
    file = str(path.relative_to(root.parent))
    try:
        data = load_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        reading.problems.append(problem("C001", file, mark.line + 1 if mark else 1, detail=one_line(error)))
        return None
    for line, words, what in translated_words(data):
        if not unicodedata.is_normalized("NFC", words):
            reading.problems.append(problem("C005", file, line))
        reading.words.setdefault(words, Words(words, file, line, what))
    try:
        return shape.model_validate(data), data
    except ValidationError as error:
        reading.problems += [_shape_problem(file, data, detail) for detail in error.errors()]
        return None


def _shape_problem(file: str, data: Any, detail: Any) -> Problem:
    path, kind = tuple(detail["loc"]), detail["type"]
    key = next((each for each in reversed(path) if isinstance(each, str)), "the file")
    line = line_of(data, path)
    if kind == "missing":
        return problem("C002", file, line, key=key)
    if kind == "extra_forbidden":
        return problem("C003", file, line, key=key)
    expected = detail["msg"].removeprefix("Input should be ")
    return problem("C004", file, line, key=key, expected=expected, found=repr(detail["input"])[:60])


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())
