"""Whom a campaign is for: a rule as data. Accounts and open sessions decide, never ballots."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.state import Account, Addressee, ReminderKind, Session, round_of

Progress = Literal["not_started", "half_way", "finished"]
"""How far the person whom a chat is about has come in this round."""
PROGRESS: tuple[Progress, ...] = ("not_started", "half_way", "finished")

CHANNELS = ("telegram", "web")
"""Where people can be written to."""

ReminderRule = Literal["unfinished_first", "unfinished_second", "new_round"]
"""Whom a personal reminder is for, beyond who wants it: see `storage.audiences`."""

FEW = 10
"""Officers of more than one commune are not told a number below this."""


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Everyone who has agreed to be written to and whom all conditions fit; an empty one asks for nothing.

    `seen_within_days` and `not_seen_for_days`: the last turn was in the last so many days, or before them.
    `wants` a kind of reminder: only who asked for it. `staff`: instead of citizens, the staff in these roles.
    """

    communes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    seen_within_days: int | None = None
    not_seen_for_days: int | None = None
    wants_reminders: bool = False
    wants: ReminderKind | None = None
    reminder: ReminderRule | None = None
    staff: tuple[str, ...] = ()
    staff_numbers: tuple[int, ...] = ()
    """Of staff: only these."""

    def document(self) -> dict[str, Any]:
        """As JSON keeps it: only the conditions that are there."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "AudienceRule":
        """Back from `document`."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
        }
        return cls(**given)


EVERYBODY = AudienceRule()


def progress_of(account: Account | Addressee, session: Session | None, now: datetime) -> Progress:
    """How far the person whom a chat is about has come; `session` is what they have open, which counts first."""
    if session is not None:
        return "half_way"
    return "finished" if account.has_finished(account.person, round_of(now)) else "not_started"


@dataclass(frozen=True, slots=True)
class Group:
    """How many of an audience have one channel and one language, and can be reached (or why not)."""

    channel: str
    language: str
    unreachable: str | None
    has_had_one_today: bool
    count: int


@dataclass(frozen=True, slots=True)
class Reach:
    """An audience in numbers."""

    groups: tuple[Group, ...] = field(default=())

    @property
    def size(self) -> int:
        """Everybody whom the rule fits, reachable or not."""
        return sum(each.count for each in self.groups)

    @property
    def reachable(self) -> int:
        """Who can be written to."""
        return sum(each.count for each in self.groups if each.unreachable is None)

    @property
    def had_one_today(self) -> int:
        """Reachable people who must wait until tomorrow: they had a message today."""
        return sum(each.count for each in self.groups if each.unreachable is None and each.has_had_one_today)

    def by(self, name: Literal["channel", "language"]) -> dict[str, int]:
        """Reachable people by channel or language, the most first."""
        counts: dict[str, int] = {}
        for each in self.groups:
            if each.unreachable is None:
                counts[getattr(each, name)] = counts.get(getattr(each, name), 0) + each.count
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

    @property
    def reasons(self) -> dict[str, int]:
        """Why people cannot be written to → how many."""
        counts: dict[str, int] = {}
        for each in self.groups:
            if each.unreachable is not None:
                counts[each.unreachable] = counts.get(each.unreachable, 0) + each.count
        return counts

    def document(self) -> list[list[Any]]:
        """As JSON keeps it."""
        return [
            [each.channel, each.language, each.unreachable, each.has_had_one_today, each.count]
            for each in self.groups
        ]

    @classmethod
    def of_document(cls, document: list[list[Any]]) -> "Reach":
        """Back from `document`."""
        return cls(tuple(Group(*each) for each in document))
