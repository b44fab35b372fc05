"""The types of question: how an answer is read from a press or from words, and what it is worth.

A type is one object in `QUESTION_TYPES`; its name is the `type` in the YAML files and in the tests.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from engine.questionnaire import Answer, Question

_NUMBERS = re.compile(r"\d+")


class QuestionType(Protocol):
    """What the conversation needs to know about a type of question."""

    takes_several: bool
    """A press toggles one option and the person says when they are done."""
    takes_number: bool
    """The answer itself is a typed number, so a number does not mean a button."""

    def read(self, question: Question, typed: str) -> Answer | None:
        """Words or digits → the answer they give, None if they give none."""

    def points(self, question: Question, answer: Answer) -> int:
        """What an answer is worth."""

    def most_points(self, question: Question) -> int:
        """The most that any answer is worth: the checker adds these up."""

    def say(self, question: Question, answer: Answer) -> Sequence[str | int]:
        """The answer as the person gave it: option labels (to be translated) or the number."""


class _Choice:
    """Single choice and yes/no: one option."""

    takes_several = False
    takes_number = False

    def read(self, question: Question, typed: str) -> Answer | None:
        return None  # the screen's buttons read it: their labels are in the person's language

    def points(self, question: Question, answer: Answer) -> int:
        return question.options[answer - 1].points if isinstance(answer, int) else 0

    def most_points(self, question: Question) -> int:
        return max(option.points for option in question.options)

    def say(self, question: Question, answer: Answer) -> Sequence[str | int]:
        return [question.options[answer - 1].label] if isinstance(answer, int) else []


class _Multiple:
    """Multiple choice: any number of options, worth their sum up to `points_at_most`."""

    takes_several = True
    takes_number = False

    def read(self, question: Question, typed: str) -> Answer | None:
        places = tuple(sorted({int(digits) for digits in _NUMBERS.findall(typed)}))
        is_list = bool(places) and not re.search(r"[^\d\s,;.]", typed)
        return places if is_list and places[0] >= 1 and places[-1] <= len(question.options) else None

    def points(self, question: Question, answer: Answer) -> int:
        chosen = answer if isinstance(answer, tuple) else (answer,)
        return min(question.points_at_most, sum(question.options[place - 1].points for place in chosen))

    def most_points(self, question: Question) -> int:
        return min(question.points_at_most, sum(option.points for option in question.options))

    def say(self, question: Question, answer: Answer) -> Sequence[str | int]:
        chosen = answer if isinstance(answer, tuple) else (answer,)
        return [question.options[place - 1].label for place in chosen]


class _Number:
    """A whole number between `minimum` and `maximum`, worth what its range says."""

    takes_several = False
    takes_number = True

    def read(self, question: Question, typed: str) -> Answer | None:
        found = re.fullmatch(r"\D*?(-?\d{1,9})\D*", typed, flags=re.ASCII)
        if found is None:
            return None
        value = int(found[1])
        return value if question.minimum <= value <= question.maximum else None

    def points(self, question: Question, answer: Answer) -> int:
        if not isinstance(answer, int):
            return 0
        return max((r for r in question.ranges if r.at_least <= answer), key=lambda r: r.at_least).points

    def most_points(self, question: Question) -> int:
        return max(number_range.points for number_range in question.ranges)

    def say(self, question: Question, answer: Answer) -> Sequence[str | int]:
        return [answer] if isinstance(answer, int) else []


class _Page:
    """A page to read: no points, one way on."""

    takes_several = False
    takes_number = False

    def read(self, question: Question, typed: str) -> Answer | None:
        return None

    def points(self, question: Question, answer: Answer) -> int:
        return 0

    def most_points(self, question: Question) -> int:
        return 0

    def say(self, question: Question, answer: Answer) -> Sequence[str | int]:
        return []


QUESTION_TYPES: dict[str, QuestionType] = {
    "single": _Choice(),
    "multiple": _Multiple(),
    "number": _Number(),
    "yes_no": _Choice(),
    "page": _Page(),
}


def type_of(question: Question) -> QuestionType:
    """The behaviour of a question's type."""
    return QUESTION_TYPES[question.type]


def toggle(answer: Answer | None, place: int) -> tuple[int, ...]:
    """A multiple-choice answer with one option added, or taken out if it was in."""
    chosen = set(answer) if isinstance(answer, tuple) else set()
    return tuple(sorted(chosen ^ {place}))
