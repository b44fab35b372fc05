"""What to do about the next recipient of a campaign at this moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from engine.campaigns.hours import SLOTS, Calm
from engine.campaigns.ledger import Outcome
from engine.campaigns.life import Campaign
from engine.state import HOME_ZONE, Account, Addressee, ReminderSlot, day_of

Postponed = datetime
"""From when on it may be tried again."""


def decide_next(
    campaign: Campaign,
    account: Account | Addressee,
    messaged_at: Sequence[datetime],
    now: datetime,
    calm: Calm,
    *,
    gets_another: bool,
) -> Outcome | Postponed | None:
    """None: send it now. `gets_another`: today something more important will go to this account."""
    if account.unreachable is not None:
        return Outcome("unreachable", account.unreachable)
    if campaign.kind == "notice":
        return None
    if account.reminders == "stopped" or account.consent_version is None:
        return Outcome("dropped", "stopped")
    if gets_another:
        earliest = datetime.combine(day_of(now) + timedelta(days=1), time(0), HOME_ZONE)
    else:
        earliest = calm.next_moment(messaged_at, now)
    if earliest <= now:
        return None
    later = opening(campaign, earliest, account.reminder_slot)
    if campaign.expires_at is not None and later >= campaign.expires_at:
        return Outcome("dropped", "expired")  # at once: it will be of no use any more
    return later


def opening(campaign: Campaign, moment: datetime, slot: ReminderSlot) -> datetime:
    """The first moment from `moment` on at which a campaign may go to somebody with this part of the day.

    What people asked for comes in their part of the day; what an officer writes, in all its hours.
    """
    hours = campaign.hours
    if campaign.kind in ("observance", "reminder"):
        hours = replace(hours, first=SLOTS[slot])
    return hours.next_opening(moment)
