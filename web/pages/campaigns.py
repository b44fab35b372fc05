"""Campaigns: the list, writing, whom for, the steps of their life, how far they have come, the month."""

from web.pages import (
    campaign_audience,
    campaign_calendar,
    campaign_life,
    campaign_list,
    campaign_progress,
    campaign_writing,
)

PAGES = (
    *campaign_list.PAGES,
    *campaign_writing.PAGES,
    *campaign_audience.PAGES,
    *campaign_life.PAGES,
    *campaign_progress.PAGES,
    *campaign_calendar.PAGES,
)
