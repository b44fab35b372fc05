"""When a campaign will be through at today's rate."""

from datetime import datetime, timedelta

from engine.campaigns.hours import Hours


def estimate_end(hours: Hours, starts_at: datetime, messages: int, per_second: float) -> datetime:
    """When the last of so many messages leaves, if nothing else is sent; the nights are not counted."""
    moment = hours.next_opening(starts_at)
    left = timedelta(seconds=messages / per_second)
    while moment + left > hours.closing(moment):
        left -= hours.closing(moment) - moment
        moment = hours.next_opening(hours.closing(moment))
    return moment + left
