"""The pages of the console, a module for each subject."""

from web.pages import (
    account,
    adults,
    audit,
    calendar,
    campaigns,
    pass_marks,
    questionnaires,
    settings,
    staff,
    statistics,
    voice,
)
from web.visit import Page

PAGES: tuple[Page, ...] = (
    *account.PAGES,
    *voice.PAGES,
    *questionnaires.PAGES,
    *statistics.PAGES,
    *settings.PAGES,
    *pass_marks.PAGES,
    *adults.PAGES,
    *staff.PAGES,
    *audit.PAGES,
    *calendar.PAGES,
    *campaigns.PAGES,
)
"""Every page, with who may ask for it."""
