"""What answers are worth, and what that means under the rule of a commune."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.question_types import type_of
from engine.questionnaire import Answers, Criteria, Indicator, Questionnaire

Scores = tuple[int, ...]
"""Points of every indicator, in official order."""


def score(criteria: Criteria, questionnaire: Questionnaire, answers: Answers) -> Scores:
    """Answers → points of every indicator. A question that is not asked, or not answered, gives none."""
    points = dict.fromkeys((indicator.number for indicator in criteria.indicators), 0)
    for question in questionnaire.asked(answers):
        if question.id in answers and question.indicator in points:
            points[question.indicator] += type_of(question).points(question, answers[question.id])
    return tuple(points.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished assessment beside the rule that applies to it.

    The rule is that of Decision 244/QĐ-KHVN as the associations published it: a total (80, or 70 in difficult
    areas) and no indicator below 5. Meeting it is not the title: the commune gives that.
    """

    criteria: Criteria
    scores: Scores
    pass_mark: int

    @property
    def total(self) -> int:
        """Points in all."""
        return sum(self.scores)

    @property
    def reaches_total(self) -> bool:
        """Whether the total is enough."""
        return self.total >= self.pass_mark

    @property
    def too_low(self) -> list[Indicator]:
        """The indicators below the minimum that each one must have."""
        pairs = zip(self.criteria.indicators, self.scores, strict=True)
        return [indicator for indicator, points in pairs if points < self.criteria.indicator_minimum]

    @property
    def meets_rule(self) -> bool:
        """Whether both halves of the rule are met."""
        return self.reaches_total and not self.too_low

    def weakest(self, count: int = 3) -> Sequence[tuple[Indicator, int]]:
        """The indicators with the fewest points, and those points; earlier ones first where they are equal."""
        pairs = zip(self.criteria.indicators, self.scores, strict=True)
        return sorted(pairs, key=lambda pair: pair[1])[:count]

    def by_competency(self) -> Sequence[tuple[int, int]]:
        """For each competency: (points, points possible)."""
        points = dict(zip((indicator.number for indicator in self.criteria.indicators), self.scores, strict=True))
        return [
            (
                sum(points[indicator.number] for indicator in competency.indicators),
                self.criteria.points_per_indicator * len(competency.indicators),
            )
            for competency in self.criteria.competencies
        ]
