"""The questionnaire model: competencies, indicators, questions, conditions, and the rule for passing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

Answer = int | tuple[int, ...]
"""Single choice and yes/no: the option's place, from 1. Multiple choice: places in order. Number: the number.
Page: 1 once it has been read."""

Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the official indicators (chỉ số): `title` is the official wording, `short` fits a phone."""

    number: int
    title: str
    short: str


@dataclass(frozen=True, slots=True)
class Competency:
    """A group of indicators (năng lực)."""

    numeral: str
    title: str
    short: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Criteria:
    """The official criteria that every form assesses."""

    competencies: tuple[Competency, ...]
    points_per_indicator: int
    indicator_minimum: int
    source: str

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in official order."""
        return tuple(indicator for group in self.competencies for indicator in group.indicators)

    @property
    def points_in_all(self) -> int:
        """The most points anyone can reach."""
        return self.points_per_indicator * len(self.indicators)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose and what it is worth."""

    label: str
    points: int


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers from `at_least` on (until the next range begins) are worth `points`."""

    at_least: int
    points: int


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only if `question` was answered with one of these options (places from 1)."""

    question: str
    one_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question or information page; `type` names one of `engine.question_types.QUESTION_TYPES`.

    `why` is for authors and staff. It may change in a version that is published: the digest, which is made of what
    is printed of a question, leaves it out.
    """

    id: str
    indicator: int
    type: str
    text: str
    short: str
    hint: str = ""
    evidence: str = ""
    options: tuple[Option, ...] = ()
    points_at_most: int = 0
    minimum: int = 0
    maximum: int = 0
    ranges: tuple[NumberRange, ...] = ()
    condition: Condition | None = None
    why: str = field(default="", repr=False)

    def __hash__(self) -> int:
        """As equal ones have, and quick: questions are looked up at every turn."""
        return hash((self.id, self.text))


@dataclass(frozen=True)
class Questionnaire:
    """One version of the form for one group of people."""

    form: str
    version: str
    title: str
    describes: str
    is_official_wording: bool
    questions: tuple[Question, ...]

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by their id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def has_conditions(self) -> bool:
        """Whether what is asked depends on earlier answers."""
        return any(question.condition for question in self.questions)

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """The questions that someone with these answers is asked, in order."""
        if not self.has_conditions:
            return self.questions
        asked: list[Question] = []
        for question in self.questions:
            if _is_met(question.condition, answers, asked):
                asked.append(question)
        return tuple(asked)

    def counted(self, answers: Answers) -> tuple[Question, ...]:
        """The asked ones without pages to read: what "question 6 of 20" counts."""
        return tuple(question for question in self.asked(answers) if question.type != "page")

    def first_unanswered(self, answers: Answers) -> Question | None:
        """The question to go on with; None when all that are asked have an answer."""
        return next((question for question in self.asked(answers) if question.id not in answers), None)


def _is_met(condition: Condition | None, answers: Answers, asked: list[Question]) -> bool:
    if condition is None:
        return True
    if all(question.id != condition.question for question in asked):
        return False  # the question it hangs on is itself not asked: an answer left from before does not count
    answer = answers.get(condition.question, ())
    chosen = answer if isinstance(answer, tuple) else (answer,)
    return any(place in condition.one_of for place in chosen)
