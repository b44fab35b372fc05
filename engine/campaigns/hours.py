"""When something may be sent that nobody is waiting for: by the clock at home, and seldom enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from engine.state import HOME_ZONE, ReminderSlot

EARLIEST = time(6, 0)
LATEST = time(22, 0)
"""No campaign may ask for more: DESIGN §7."""

SLOTS: dict[ReminderSlot, time] = {"morning": time(7, 30), "noon": time(11, 30), "evening": time(18, 30)}
"""When a part of the day begins for whoever wants to be reminded then."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `first` (included) until `last` (not included), at home."""

    first: time = time(7, 30)
    last: time = time(20, 30)

    @property
    def are_decent(self) -> bool:
        """Whether a campaign may have them."""
        return EARLIEST <= self.first < self.last <= LATEST

    def is_open(self, now: datetime) -> bool:
        """Whether something may leave at this moment."""
        return self.first <= now.astimezone(HOME_ZONE).time() < self.last

    def next_opening(self, now: datetime) -> datetime:
        """The first moment from `now` on at which something may leave."""
        home = now.astimezone(HOME_ZONE)
        if self.first <= home.time() < self.last:
            return now
        day = home.date() if home.time() < self.first else home.date() + timedelta(days=1)
        return datetime.combine(day, self.first, HOME_ZONE)

    def closing(self, now: datetime) -> datetime:
        """When the hours that are open now end."""
        return datetime.combine(now.astimezone(HOME_ZONE).date(), self.last, HOME_ZONE)


DECENT = Hours()


@dataclass(frozen=True, slots=True)
class Calm:
    """How many campaigns and reminders a person gets at most."""

    a_day: int = 1
    a_week: int = 3

    def next_moment(self, messaged_at: Sequence[datetime], now: datetime) -> datetime:
        """When somebody may get another one who got some at these moments: `now`, or the start of a later day.

        A day is one at home; a week is the seven days that end with it.
        """
        if not messaged_at:
            return now
        days = [moment.astimezone(HOME_ZONE).date() for moment in messaged_at]
        today = now.astimezone(HOME_ZONE).date()
        day = today
        while days.count(day) >= self.a_day or sum(0 <= (day - each).days < 7 for each in days) >= self.a_week:
            day += timedelta(days=1)
        return now if day == today else datetime.combine(day, time(0), HOME_ZONE)
