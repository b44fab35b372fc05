"""The year's calendar: which days are observed, what each sends to whom, and when that is due."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.campaigns.audience import Progress
from engine.campaigns.hours import Hours
from engine.campaigns.message import ButtonKind
from engine.messages import AttachmentKind
from engine.state import HOME_ZONE, Role, day_of

STAFF_HOUR = time(8, 0)
"""When staff are written to."""


@dataclass(frozen=True, slots=True)
class Template:
    """A message that is ready to be sent: `text` and `title` are Vietnamese, the catalogues translate them.

    `text_without_theme` is said where the text has a theme and nobody knows the year's. `progress`: whom it is
    for. `is_offered`: whether officers may begin a campaign with it.
    """

    id: str
    title: str
    text: str
    text_without_theme: str = ""
    buttons: tuple[ButtonKind, ...] = ()
    progress: tuple[Progress, ...] = ()
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class ObservanceSend:
    """One thing that an observance sends: on which day, counted from its first one (negative: before it).

    `roles` empty: to the citizens who want such reminders. `expires_after_days` 0: it is of no use on the next day.
    `only_without_theme`: only if nobody has said what the year's theme is.
    """

    id: str
    template: str
    day: int
    roles: tuple[Role, ...] = ()
    documents: tuple[AttachmentKind, ...] = ()
    expires_after_days: int = 0
    only_without_theme: bool = False


@dataclass(frozen=True, slots=True)
class Observance:
    """Something that comes every year, from `first` until `last` (month, day). `source` says who says so."""

    id: str
    name: str
    source: str
    first: tuple[int, int]
    last: tuple[int, int]
    themes: Mapping[int, str] = field(default_factory=dict)
    sends: tuple[ObservanceSend, ...] = ()

    def first_day(self, year: int) -> date:
        """Its first day in a year."""
        return date(year, *self.first)

    def last_day(self, year: int) -> date:
        """Its last day in a year."""
        return date(year, *self.last)


@dataclass(frozen=True, slots=True)
class Firing:
    """Something of the calendar at its moment. `key` is the same however often it is asked for."""

    key: str
    observance: Observance
    send: ObservanceSend
    year: int
    starts_at: datetime
    expires_at: datetime


def firings(observances: Iterable[Observance], since: datetime, until: datetime) -> list[Firing]:
    """Everything of the calendar that begins after `since` and not after `until`, the earliest first."""
    years = range(day_of(since).year - 1, day_of(until).year + 2)
    every = [firing for each in observances for year in years for firing in _of_year(each, year)]
    return sorted((each for each in every if since < each.starts_at <= until), key=lambda each: each.starts_at)


def _of_year(observance: Observance, year: int) -> Iterator[Firing]:
    for send in observance.sends:
        day = observance.first_day(year) + timedelta(days=send.day)
        hours = Hours()
        begins = STAFF_HOUR if send.roles else hours.first
        last_day = day + timedelta(days=send.expires_after_days)
        yield Firing(
            key=f"{observance.id}:{send.id}:{year}",
            observance=observance,
            send=send,
            year=year,
            starts_at=datetime.combine(day, begins, HOME_ZONE),
            expires_at=datetime.combine(last_day, hours.last, HOME_ZONE),
        )
