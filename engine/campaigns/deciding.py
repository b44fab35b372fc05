"""What to do about the next recipient of a campaign at this moment."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from engine.campaigns.hours import Calm
from engine.campaigns.ledger import Outcome
from engine.campaigns.life import Campaign
from engine.state import HOME_ZONE, Account, day_of

Postponed = datetime
"""From when on it may be tried again."""


def decide_next(
    campaign: Campaign,
    account: Account,
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
        return _in_time(campaign, datetime.combine(day_of(now) + timedelta(days=1), time(0), HOME_ZONE))
    moment = calm.next_moment(list(messaged_at), now)
    return None if moment <= now else _in_time(campaign, moment)


def _in_time(campaign: Campaign, day: datetime) -> Outcome | Postponed:
    """That day within the campaign's hours; dropped at once if it will be of no use any more."""
    opening = campaign.hours.next_opening(day)
    if campaign.expires_at is not None and opening >= campaign.expires_at:
        return Outcome("dropped", "expired")
    return opening
