"""What an officer chose about whom a draft is for: what it means, and what is wrong in which field."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from engine.campaigns.audience import CHANNELS, PROGRESS, AudienceRule
from engine.campaigns.typed import Problems
from engine.errors import CampaignRefused
from engine.handbook import Handbook

MOST_DAYS = 3650
_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, slots=True)
class TypedAudience:
    """The fields of an audience; nothing chosen in one of them means that it asks for nothing."""

    communes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    seen_within: str = ""
    not_seen_for: str = ""
    wants_reminders: bool = False

    @classmethod
    def of(cls, rule: AudienceRule) -> "TypedAudience":
        """How the fields look in which nobody has chosen anything yet."""
        return cls(
            communes=rule.communes,
            languages=rule.languages,
            channels=rule.channels,
            forms=rule.forms,
            progress=rule.progress,
            seen_within=str(rule.seen_within_days or ""),
            not_seen_for=str(rule.not_seen_for_days or ""),
            wants_reminders=rule.wants_reminders,
        )

    def read(self, handbook: Handbook) -> tuple[AudienceRule, Problems]:
        """(the rule, what is wrong where).

        What is not there to be chosen is wrong: to leave it out would write to more people than were meant.
        """
        problems: Problems = {}

        def known(field: str, chosen: Collection[str], there: Iterable[_Choice]) -> tuple[_Choice, ...]:
            found = tuple(each for each in there if each in chosen)
            if len(found) < len(set(chosen)):
                problems[field] = CampaignRefused("console.campaigns.choice_unknown")
            return found

        rule = AudienceRule(
            communes=known("communes", self.communes, handbook.province.by_code),
            languages=known("languages", self.languages, handbook.languages),
            channels=known("channels", self.channels, CHANNELS),
            forms=known("forms", self.forms, handbook.forms),
            progress=known("progress", self.progress, PROGRESS),
            seen_within_days=_days("seen_within", self.seen_within, problems),
            not_seen_for_days=_days("not_seen_for", self.not_seen_for, problems),
            wants_reminders=self.wants_reminders,
        )
        return rule, problems


def _days(field: str, typed: str, problems: Problems) -> int | None:
    digits = typed.strip()
    if not digits:
        return None
    if (
        digits.isascii()
        and digits.isdigit()
        and len(digits) <= len(str(MOST_DAYS))
        and 0 < int(digits) <= MOST_DAYS
    ):
        return int(digits)
    problems[field] = CampaignRefused("console.campaigns.days", most=MOST_DAYS)
    return None
