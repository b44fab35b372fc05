"""The rules of DESIGN §4 for a form and for the advice: each a small function that yields numbered problems."""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Any

from content.located import line_of
from content.problems import Line, Phrase, Problem, problem
from content.shapes import AdviceFileShape, FormShape
from engine.messages import LONGEST_CHOICE_LABEL
from engine.question_types import QUESTION_TYPES
from engine.questionnaire import Criteria, Question, Questionnaire
from engine.text import fold

LONGEST_QUESTION = 140  # characters: question_writing, rule 7
LONGEST_SHORT = 28  # characters: one line of the review on a 360 px phone

_VERSION = re.compile(r"\d+(\.\d+)*")


def check_form(file: str, data: Any, shape: FormShape, form: Questionnaire, criteria: Criteria) -> list[Problem]:
    """Everything wrong with one questionnaire. `data` is the YAML with its lines."""
    places = {id(question): place for place, question in enumerate(form.questions)}

    def at(question: Question, *keys: str | int) -> Line:
        return line_of(data, ("questions", places[id(question)], *keys))

    found: list[Problem] = []
    if not _VERSION.fullmatch(shape.version):
        found.append(problem("C042", file, line_of(data, ("version",)), version=shape.version))
    if len(shape.title) > LONGEST_CHOICE_LABEL:
        found.append(_too_long(file, line_of(data, ("title",)), shape.title))
    known: set[str] = set()
    for question in form.questions:
        if question.id in known:
            found.append(problem("C010", file, at(question, "id"), id=question.id))
        known.add(question.id)
        found += _check_question(file, question, at, criteria)
    found += _check_conditions(file, form, at)
    if not found:
        found += _check_points(file, line_of(data, ()), form, at, criteria)
    return found


_At = Callable[..., Line]


def _check_question(file: str, question: Question, at: _At, criteria: Criteria) -> Iterator[Problem]:
    if question.type not in QUESTION_TYPES:
        yield problem("C011", file, at(question, "type"), type=question.type, known=", ".join(QUESTION_TYPES))
        return
    numbers = [indicator.number for indicator in criteria.indicators]
    if question.type != "page" and question.indicator not in numbers:
        yield problem("C012", file, at(question, "indicator"), indicator=question.indicator, most=len(numbers))
    needs = _what_is_missing(question)
    if needs:
        yield problem("C013", file, at(question), type=question.type, needs=needs)
    if len(question.text) > LONGEST_QUESTION and question.type != "page":
        yield problem("C017", file, at(question, "text"), length=len(question.text), most=LONGEST_QUESTION)
    if len(question.short) > LONGEST_SHORT and question.type != "page":
        yield problem(
            "C018",
            file,
            at(question, "short"),
            short=question.short,
            length=len(question.short),
            most=LONGEST_SHORT,
        )
    yield from _check_options(file, question, at)


_TWO_OPTIONS = Phrase("problem.needs.two_options", "at least two options")
_JUST_TWO_OPTIONS = Phrase("problem.needs.just_two_options", "just two options")
_POINTS_AT_MOST = Phrase("problem.needs.points_at_most", "points_at_most, 1 or more")
_BOUNDS = Phrase("problem.needs.bounds", "a minimum below its maximum, and ranges")
_LOWEST_RANGE = Phrase("problem.needs.lowest_range", "a range that begins at or below the minimum")


def _what_is_missing(question: Question) -> Phrase | None:
    if question.type in ("single", "multiple") and len(question.options) < 2:
        return _TWO_OPTIONS
    if question.type == "yes_no" and len(question.options) != 2:
        return _JUST_TWO_OPTIONS
    if question.type == "multiple" and question.points_at_most < 1:
        return _POINTS_AT_MOST
    if question.type == "number":
        if not question.ranges or question.minimum >= question.maximum:
            return _BOUNDS
        if min(each.at_least for each in question.ranges) > question.minimum:
            return _LOWEST_RANGE
    return None


def _check_options(file: str, question: Question, at: _At) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, option in enumerate(question.options):
        yield from check_label(file, at(question, "options", place), option.label, seen)
        seen.add(fold(option.label))
    points = [option.points for option in question.options]
    if question.type in ("single", "yes_no") and any(later < before for before, later in pairwise(points)):
        yield problem("C022", file, at(question, "options"))


def check_label(file: str, line: Line, label: str, beside: Collection[str]) -> Iterator[Problem]:
    """Everything wrong with the words on a button that can be typed, too; `beside` it are these, folded."""
    folded = fold(label)
    if folded in beside:
        yield problem("C014", file, line, label=label)
    if not folded or folded.isdigit() or label.startswith("/"):
        yield problem("C016", file, line, label=label)
    if len(label) > LONGEST_CHOICE_LABEL:
        yield _too_long(file, line, label)


def _too_long(file: str, line: Line, label: str) -> Problem:
    return problem("C015", file, line, label=label, length=len(label), most=LONGEST_CHOICE_LABEL)


def _check_conditions(file: str, form: Questionnaire, at: _At) -> Iterator[Problem]:
    before: dict[str, Question] = {}
    reachable: dict[str, set[int]] = {}
    for question in form.questions:
        places = set(range(1, len(question.options) + 1))
        condition = question.condition
        if condition is None:
            reachable[question.id] = places
        elif condition.question not in before:
            yield problem("C030", file, at(question, "condition"), question=condition.question)
        else:
            target = before[condition.question]
            for place in condition.one_of:
                if not 1 <= place <= len(target.options):
                    yield problem(
                        "C031",
                        file,
                        at(question, "condition"),
                        place=place,
                        question=target.id,
                        count=len(target.options),
                    )
            is_reachable = bool(reachable.get(target.id, set()) & set(condition.one_of))
            reachable[question.id] = places if is_reachable else set()
            if not is_reachable:
                yield problem("C032", file, at(question, "condition"))
        before[question.id] = question


def _check_points(file: str, top: Line, form: Questionnaire, at: _At, criteria: Criteria) -> Iterator[Problem]:
    most = dict.fromkeys((indicator.number for indicator in criteria.indicators), 0)
    first: dict[int, Line] = {}
    for question in form.questions:
        if question.type != "page":
            most[question.indicator] += QUESTION_TYPES[question.type].most_points(question)
            first.setdefault(question.indicator, at(question, "indicator"))
    needed = criteria.points_per_indicator
    for indicator, points in most.items():
        if points != needed:
            line = first.get(indicator, top)
            yield problem("C020", file, line, indicator=indicator, points=points, needed=needed)
    total = sum(most.values())
    if total != criteria.points_in_all:
        yield problem("C021", file, top, points=total, needed=criteria.points_in_all)


def check_advice(file: str, data: Any, shape: AdviceFileShape, criteria: Criteria) -> Iterator[Problem]:
    """Every indicator has advice for every score."""
    highest = {entry.indicator: max(level.up_to for level in entry.levels) for entry in shape.advice}
    for place, entry in enumerate(shape.advice):
        if entry.indicator not in {indicator.number for indicator in criteria.indicators}:
            line = line_of(data, ("advice", place))
            yield problem("C012", file, line, indicator=entry.indicator, most=len(criteria.indicators))
    for indicator in criteria.indicators:
        if highest.get(indicator.number, -1) < criteria.points_per_indicator:
            yield problem("C060", file, 1, indicator=indicator.number, points=criteria.points_per_indicator)
