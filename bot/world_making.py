"""Makes up a province in which people assess themselves: plausible, seeded, the same every time. Reads no files.

Plausible, not measured: sizes of communes are log-normal, most people are farmers, who does well in one thing does
well in others, and some communes do better than others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp
from random import Random

from bot.world_file import INDICATORS, Act

FEASIBLE = (0, 2, 4, 5, 6, 7, 8, 9, 10)
"""What two questions of 0, 2, 4 or 5 points make together."""

VICTIM = "victim"
"""The person whom the sybils stand around."""

SIGMA = 0.8  # of the logarithm of the sizes of communes
RETAKES = 0.04
ERASURES = 0.015
DAYS_BETWEEN_SEALS = 7

_FORMS = {"farmer": 70, "worker": 13, "official": 8, "student": 9}
_SEXES = {"female": 51, "male": 46, "undisclosed": 3}
_AGES = {"18-29": 22, "30-44": 36, "45-59": 26, "60+": 13, "undisclosed": 3}
_AGES_OF_STUDENTS = {"15-17": 58, "18-29": 39, "30-44": 2, "undisclosed": 1}
_HEAD_START = {"farmer": 0.0, "worker": 0.2, "official": 1.2, "student": 0.6}  # points of an indicator
_USUAL, _WEAK = 7.6, 5.6
_WEAK_INDICATORS = (4, 5)  # from 0: computers and foreign languages


_Limits = tuple[int, Sequence[int]]
"""The last day (from 0), and the feasible scores."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """An act before it has its line: acts are sorted by day, those of one day as they were made up."""

    day: int
    act: Act


def make_world(
    communes: Sequence[str],
    median: int,
    days: int,
    seed: int,
    sybils: int = 0,
    first_day: date = date(2026, 3, 2),
    feasible: Sequence[int] = FEASIBLE,
) -> list[Act]:
    """A world of so many days: a seal a week, `close` at the end of the last day.

    `median` is that of the people per commune, `feasible` what an indicator's score can be. With `sybils`, one
    commune holds nobody but the victim and that many fake people, who all answer alike, from the first week on.
    ValueError where there is no day or, with sybils, no commune.
    """
    if days < 1 or (sybils and not communes):
        raise ValueError("a world needs a day, and sybils a commune")
    dice = Random(seed)  # noqa: S311 made-up people, not secrets
    last = days - 1
    moments: dict[str, list[_Moment]] = {}
    number = 0
    for commune in communes:
        level = dice.gauss(0, 0.7)
        moments[commune] = []
        for _ in range(round(median * exp(dice.gauss(0, SIGMA)))):
            number += 1
            moments[commune] += _life(dice, _person(dice, f"p{number:06}", commune), level, (last, feasible))
    if sybils:
        chosen = dice.choice(communes)
        moments[chosen] = _sybils(dice, _person(dice, VICTIM, chosen), sybils, (last, feasible))
    everything = [moment for commune in communes for moment in moments[commune]]
    everything += [_Moment(day, Act(0, first_day, "", "seal")) for day in range(DAYS_BETWEEN_SEALS - 1, last, 7)]
    everything.append(_Moment(last, Act(0, first_day, "", "close")))
    everything.sort(key=lambda moment: moment.day)
    return [
        replace(moment.act, line=line, day=first_day + timedelta(days=moment.day))
        for line, moment in enumerate(everything, start=2)
    ]


def _person(dice: Random, name: str, commune: str) -> Act:
    """Somebody's submit; the scores are still missing."""
    form = _draw(dice, _FORMS)
    age = _draw(dice, _AGES_OF_STUDENTS if form == "student" else _AGES)
    return Act(0, date.min, name, "submit", commune, form, _draw(dice, _SEXES), age)


def _life(dice: Random, person: Act, level: float, limits: _Limits) -> list[_Moment]:
    """Everything that one person does."""
    last, feasible = limits
    level += _HEAD_START[person.form] + dice.gauss(0, 1.2)
    arrival = min(int((last + 1) * dice.betavariate(1.2, 1.9)), last)  # an early bump
    moments = [_Moment(arrival, replace(person, scores=_scores(dice, level, feasible)))]
    fate = dice.random()
    if fate < RETAKES:
        again = replace(person, scores=_scores(dice, level + 0.8, feasible))
        moments.append(_Moment(dice.randint(arrival, last), again))
    elif fate < RETAKES + ERASURES:
        regretted = dice.choice((min(arrival + 1, last), dice.randint(arrival, last)))
        moments.append(_Moment(regretted, Act(0, date.min, person.person, "erase")))
    return moments


def _scores(dice: Random, level: float, feasible: Sequence[int]) -> tuple[int, ...]:
    wanted = [
        (_WEAK if indicator in _WEAK_INDICATORS else _USUAL) + level + dice.gauss(0, 1.3)
        for indicator in range(INDICATORS)
    ]
    return tuple(min(feasible, key=lambda points: abs(points - want)) for want in wanted)


def _sybils(dice: Random, victim: Act, count: int, limits: _Limits) -> list[_Moment]:
    """The victim and the fake people around, all there before the first seal: nobody else is in the commune."""
    last, feasible = limits
    first_seal = min(last, DAYS_BETWEEN_SEALS - 1)
    known = (dice.choice(feasible),) * INDICATORS
    around = [replace(_person(dice, f"sybil-{i + 1}", victim.commune), scores=known) for i in range(count)]
    own = replace(victim, scores=_scores(dice, dice.gauss(0, 1.2), feasible))
    return [_Moment(dice.randint(0, first_seal), each) for each in (own, *around)]


def _draw(dice: Random, weights: Mapping[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
