"""Who comes newly, and how many at once: when coming in has to cost something. Told the time; remembers nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from typing import Literal

Newcomer = Literal["welcome", "unproven", "proven"]
"""What a channel knows of somebody who may be new: a messenger vouches for them, nobody does, or they have done the
work that is asked of strangers in a flood."""

NEWCOMERS_PER_MINUTE = 120
"""Never a flood, however calm it was before: a hall that begins at one sign. docs/abuse.md has the arithmetic."""

RECENT = timedelta(minutes=1)
USUAL = timedelta(days=1)
MINUTES_IN_USUAL = USUAL / RECENT

TIMES_USUAL = 10
"""So many times what is usual is no busy day any more: a poster or a meeting brings two or three times as many."""

CALM_AT = 0.5
"""Of what began the flood: below it is over. One threshold for both would switch to and fro."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How many came newly: about the last minute, and about the last day outside of floods.

    Both fade exponentially. What comes in a flood is not usual, or a long one would make itself so.
    """

    recent: float = 0.0
    in_a_day: float = 0.0
    at: datetime | None = None
    is_flood: bool = False


def is_flood_at(intake: Intake, most_a_minute: int, now: datetime) -> bool:
    """Whether there is a flood at this moment. `most_a_minute` is what is never called one.

    None begins by itself: about the last minute fades sooner than what is usual.
    """
    return intake.is_flood and _fade(intake, most_a_minute, now).is_flood


def let_one_in(intake: Intake, most_a_minute: int, now: datetime) -> Intake:
    """One more has come, or asks to. `now` is aware, and may go back a little: clocks do."""
    faded = _fade(intake, most_a_minute, now)
    in_a_day = faded.in_a_day + (0 if faded.is_flood else 1)
    return _judge(replace(faded, recent=faded.recent + 1, in_a_day=in_a_day), most_a_minute)


def _fade(intake: Intake, most_a_minute: int, now: datetime) -> Intake:
    passed = max(timedelta(0), now - (intake.at or now))
    faded = replace(
        intake,
        recent=intake.recent * exp(-(passed / RECENT)),
        in_a_day=intake.in_a_day * exp(-(passed / USUAL)),
        at=max(now, intake.at or now),
    )
    return _judge(faded, most_a_minute)


def _judge(intake: Intake, most_a_minute: int) -> Intake:
    most = max(most_a_minute, TIMES_USUAL * intake.in_a_day / MINUTES_IN_USUAL)
    return replace(intake, is_flood=intake.recent > most * (CALM_AT if intake.is_flood else 1))
