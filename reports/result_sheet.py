"""What the result card and the result form show, and the words both use for it."""

from dataclasses import dataclass
from datetime import date

from engine.scoring import Outcome
from engine.texts import Texts


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """One person's finished self-assessment. `form_title` is Vietnamese content. No name, no account."""

    outcome: Outcome
    form_title: str
    commune_name: str
    is_pass_mark_assumed: bool
    is_official_wording: bool
    finished_on: date


def verdict(sheet: ResultSheet, say: Texts) -> str:
    """Whether the rule is met, in a few words."""
    return say.plain("report.meets") if sheet.outcome.meets_rule else say.plain("report.not_yet")


def rule(sheet: ResultSheet, say: Texts) -> str:
    """The rule of the commune."""
    outcome = sheet.outcome
    return say.plain(
        "report.rule",
        commune=sheet.commune_name,
        pass_mark=outcome.pass_mark,
        minimum=outcome.criteria.indicator_minimum,
    )


def still_missing(sheet: ResultSheet, say: Texts) -> list[str]:
    """What is missing to meet the rule, a sentence each; nothing if it is met."""
    outcome = sheet.outcome
    missing = []
    if not outcome.reaches_total:
        missing.append(say.plain("report.points_missing", points=outcome.pass_mark - outcome.total))
    if outcome.too_low:
        minimum = outcome.criteria.indicator_minimum
        missing.append(say.plain("report.too_low", number=len(outcome.too_low), minimum=minimum))
    return missing


def reservations(sheet: ResultSheet, say: Texts) -> list[str]:
    """What every file with a score must say: not the title, whose wording, and what is only assumed."""
    notes = [say.plain("report.not_the_title")]
    if sheet.is_pass_mark_assumed:
        notes.append(say.plain("report.assumed"))
    if not sheet.is_official_wording:
        notes.append(say.plain("report.own_wording"))
    return notes
