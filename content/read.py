"""Reads all content files and catalogues into a `Handbook`; says everything that is wrong with them."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.catalogues import (
    COMPLETE_LANGUAGES,
    SOURCE_LANGUAGE,
    Words,
    check_catalogues,
    measure,
    missing,
    read_languages,
)
from content.check import check_advice, check_form
from content.located import line_of, load_yaml, translated_words
from content.problems import Problem, problem
from content.published import check_published
from content.shapes import AdviceFileShape, CriteriaShape, FormShape, ProvinceShape
from engine.communes import Commune, FormerUnit, Province
from engine.errors import ContentProblems
from engine.handbook import Advice, Handbook
from engine.questionnaire import (
    Competency,
    Condition,
    Criteria,
    Indicator,
    NumberRange,
    Option,
    Question,
    Questionnaire,
)

CONTENT = Path(__file__).parent
LOCALES = CONTENT.parent / "locales"

_FORMER_UNIT = re.compile(r"(?P<name>(?:Xã|Phường|Thị trấn) [^()]+) \((?P<district>[^()]+)\)")
_YES_NO = {"yes": True, "no": False}
_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass
class Reading:
    """What came of reading: a handbook if nothing is wrong, and otherwise what is."""

    problems: list[Problem] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)
    forms: dict[str, Questionnaire] = field(default_factory=dict)
    """By file."""
    handbook: Handbook | None = None


def read_handbook(province: str, content: Path = CONTENT, locales: Path = LOCALES) -> Handbook:
    """Everything the engine decides by, for one province. ContentProblems if any file is wrong."""
    reading = read_all(province, content, locales)
    if reading.handbook is None:
        raise ContentProblems([str(each) for each in sorted(reading.problems)])
    return reading.handbook


def read_all(province: str, content: Path = CONTENT, locales: Path = LOCALES) -> Reading:
    """The same, with all problems as a list: what `hoctap check` prints."""
    reading = Reading()
    criteria = _read_criteria(reading, content)
    communes = _read_province(reading, content, province)
    _read_forms(reading, content, criteria)
    advice = _read_advice(reading, content, criteria)
    languages = read_languages(locales)
    reading.problems += check_catalogues(languages, reading.words)
    reading.problems += missing(languages, COMPLETE_LANGUAGES, reading.words)
    if reading.problems or criteria is None or communes is None or advice is None:
        return reading
    source = languages[SOURCE_LANGUAGE]
    offered = {
        code: language.texts()
        for code, language in languages.items()
        if all(coverage.is_complete for coverage in measure(language, source, reading.words))
    }
    reading.handbook = Handbook(communes, criteria, _in_order(reading.forms), advice, offered)
    return reading


def _read_shape(reading: Reading, path: Path, root: Path, shape: type[_Shape]) -> tuple[_Shape, Any] | None:
    """One YAML file in its shape, with the lines; None (and problems) if it does not fit."""
    file = str(path.relative_to(root.parent))
    try:
        data = load_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        reading.problems.append(problem("C001", file, mark.line + 1 if mark else 1, detail=_one_line(error)))
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
    key = str(path[-1]) if path else "the file"
    line = line_of(data, path)
    if kind == "missing":
        return problem("C002", file, line, key=key)
    if kind == "extra_forbidden":
        return problem("C003", file, line, key=key)
    return problem("C004", file, line, key=key, expected=detail["msg"], found=repr(detail["input"])[:60])


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _read_criteria(reading: Reading, root: Path) -> Criteria | None:
    read = _read_shape(reading, root / "criteria.yaml", root, CriteriaShape)
    if read is None:
        return None
    shape, _ = read
    groups = tuple(
        Competency(
            group.numeral,
            group.title,
            group.short,
            tuple(Indicator(each.number, each.title, each.short) for each in group.indicators),
        )
        for group in shape.competencies
    )
    return Criteria(groups, shape.points_per_indicator, shape.indicator_minimum, shape.source)


def _read_forms(reading: Reading, root: Path, criteria: Criteria | None) -> None:
    for path in sorted((root / "questionnaires").glob("*.yaml")):
        read = _read_shape(reading, path, root, FormShape)
        if read is None:
            continue
        shape, data = read
        file = str(path.relative_to(root.parent))
        form = _questionnaire(shape)
        reading.forms[file] = form
        if criteria:
            reading.problems += check_form(file, data, shape, form, criteria)
        _group_labels(reading, file, shape)
    reading.problems += check_published(root, reading.forms)


FORM_ORDER = ("farmer", "worker", "official", "student")
"""As the groups stand on the first screen: the largest first. Others follow by file name."""


def _in_order(forms: dict[str, Questionnaire]) -> tuple[Questionnaire, ...]:
    def place(form: Questionnaire) -> int:
        return FORM_ORDER.index(form.form) if form.form in FORM_ORDER else len(FORM_ORDER)

    return tuple(sorted(forms.values(), key=place))


def _questionnaire(shape: FormShape) -> Questionnaire:
    questions = tuple(
        Question(
            id=each.id,
            indicator=each.indicator,
            type=each.type,
            text=each.text,
            short=each.short or each.text,
            hint=each.hint,
            evidence=each.evidence,
            options=tuple(Option(option.label, option.points) for option in each.options),
            points_at_most=each.points_at_most,
            minimum=each.minimum,
            maximum=each.maximum,
            ranges=tuple(NumberRange(one.at_least, one.points) for one in each.ranges),
            condition=Condition(each.condition.question, tuple(each.condition.one_of)) if each.condition else None,
        )
        for each in shape.questions
    )
    is_official = shape.wording == "official"
    return Questionnaire(shape.form, shape.version, shape.title, shape.describes, is_official, questions)


def _group_labels(reading: Reading, file: str, shape: FormShape) -> None:
    """Marks the labels of each question as belonging together, for the checks of their translations."""
    for question in shape.questions:
        for option in question.options:
            known = reading.words.get(option.label)
            if known and not known.group:
                group = f"{file} {question.id}"
                reading.words[option.label] = Words(known.text, known.file, known.line, known.what, group)


def _read_advice(reading: Reading, root: Path, criteria: Criteria | None) -> dict[int, tuple[Advice, ...]] | None:
    read = _read_shape(reading, root / "advice.yaml", root, AdviceFileShape)
    if read is None or criteria is None:
        return None
    shape, data = read
    reading.problems += check_advice("content/advice.yaml", data, shape, criteria)
    return {
        entry.indicator: tuple(
            Advice(level.up_to, level.do, level.where)
            for level in sorted(entry.levels, key=lambda level: level.up_to)
        )
        for entry in shape.advice
    }


def _read_province(reading: Reading, root: Path, name: str) -> Province | None:
    folder = root / "communes"
    read = _read_shape(reading, folder / f"{name}.yaml", root, ProvinceShape)
    if read is None:
        return None
    shape, _ = read
    path = folder / shape.communes
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        reading.problems.append(problem("C001", f"content/communes/{shape.communes}", 1, detail=_one_line(error)))
        return None
    communes: dict[str, Commune] = {}
    for line, row in enumerate(rows, start=2):
        found = list(_check_commune(f"content/communes/{shape.communes}", line, row, communes))
        reading.problems += found
        if not found:
            communes[row["code"]] = _commune(row)
    return Province(shape.name, tuple(communes.values()))


def _check_commune(file: str, line: int, row: dict[str, str], known: dict[str, Commune]) -> Iterator[Problem]:
    code = row.get("code") or ""
    if code in known:
        yield problem("C050", file, line, commune=code)
    checks = {"code": r"\d{5}", "name": r"\S.*", "latitude": r"\d+(\.\d+)?", "longitude": r"\d+(\.\d+)?"}
    for column, pattern in checks.items():
        value = row.get(column) or ""
        if not re.fullmatch(pattern, value):
            yield problem("C054", file, line, commune=code, column=column, value=value)
    mark = row.get("pass_mark") or ""
    if not (mark.isascii() and mark.isdigit() and 1 <= int(mark) <= 100):
        yield problem("C051", file, line, value=mark)
    assumed = row.get("pass_mark_assumed") or ""
    if assumed not in _YES_NO:
        yield problem("C053", file, line, value=assumed)
    for unit in (row.get("formed_from") or "").split("; "):
        if not _FORMER_UNIT.fullmatch(unit):
            yield problem("C052", file, line, value=unit)


def _commune(row: dict[str, str]) -> Commune:
    units = [_FORMER_UNIT.fullmatch(unit) for unit in row["formed_from"].split("; ")]
    return Commune(
        code=row["code"],
        name=unicodedata.normalize("NFC", row["name"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        former=tuple(FormerUnit(unit["name"], unit["district"]) for unit in units if unit),
        pass_mark=int(row["pass_mark"]),
        pass_mark_assumed=_YES_NO[row["pass_mark_assumed"]],
    )
