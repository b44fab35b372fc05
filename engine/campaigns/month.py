"""A month as officers plan it: on which day each campaign begins, and what the calendar sends by itself."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.campaigns.calendar import Firing, Observance, firings
from engine.campaigns.life import ON_THEIR_WAY, Campaign
from engine.state import HOME_ZONE, day_of

FIRST_YEAR, LAST_YEAR = 2020, 2099
"""Nobody looks farther."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, with what begins on it; on the first of a month, what goes on from before, too."""

    day: date
    campaigns: tuple[Campaign, ...] = ()
    firings: tuple[Firing, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned."""
        return not (self.campaigns or self.firings)


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day."""

    first: date

    @classmethod
    def named(cls, name: str, now: datetime) -> "Month":
        """ "2026-10"; the present one if there is no month of this name."""
        present = cls(day_of(now).replace(day=1))
        try:
            found = cls(date.fromisoformat(f"{name}-01"))
        except ValueError:
            return present
        return found if FIRST_YEAR <= found.first.year <= LAST_YEAR else present

    @property
    def name(self) -> str:
        """As in an address: "2026-10"."""
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> "Month | None":
        """The month before, as far as anybody looks."""
        return _within(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month | None":
        """The month after, as far as anybody looks."""
        return _within(self.last + timedelta(days=1))

    def days(self, campaigns: Iterable[Campaign], observances: Iterable[Observance]) -> list[Day]:
        """Each of its days with what is planned. Campaigns without a beginning are on none."""
        planned = [(each, day) for each in campaigns if (day := self._day_of(each)) is not None]
        due = firings(observances, _start_of(self.first) - timedelta(seconds=1), _end_of(self.last))
        return [
            Day(
                day,
                tuple(each for each, begins in planned if begins == day),
                tuple(each for each in due if day_of(each.starts_at) == day),
            )
            for day in (self.first.replace(day=number) for number in range(1, self.last.day + 1))
        ]

    def _day_of(self, campaign: Campaign) -> date | None:
        """On which of its days a campaign is shown."""
        if campaign.starts_at is None or campaign.state == "cancelled":
            return None
        begins = day_of(campaign.starts_at)
        if begins < self.first and _lasts_until(campaign, self.first):
            return self.first
        return begins if self.first <= begins <= self.last else None


def _within(day: date) -> Month | None:
    return Month(day.replace(day=1)) if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _lasts_until(campaign: Campaign, day: date) -> bool:
    ends = campaign.expires_at
    return campaign.state in ON_THEIR_WAY and ends is not None and ends > _start_of(day)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), HOME_ZONE)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), HOME_ZONE)
