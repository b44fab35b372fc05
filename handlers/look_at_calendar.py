"""What the calendar will send in the year ahead and has sent of late, and the themes of the Week: to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.campaigns.audience import AudienceRule, ReminderRule
from engine.campaigns.calendar import Firing, Template, firings
from engine.campaigns.life import Campaign
from engine.campaigns.writing import write_preview
from engine.handbook import Handbook
from engine.messages import Screen
from engine.state import round_of
from handlers.campaigns import THEMED
from handlers.keep_calendar import campaign_of, message_of, theme_of
from storage.audiences import REMIND_AFTER_DAYS
from storage.campaigns import load_campaigns, load_themes
from storage.database import Transaction

AHEAD = timedelta(days=366)
MOST_SENT = 30
_MOST_LOADED = 200
"""Notices of officers' campaigns lie between those of the calendar."""
REMINDERS: tuple[ReminderRule, ...] = ("unfinished_first", "unfinished_second", "new_round")


@dataclass(frozen=True, slots=True)
class PlannedSend:
    """Something that the calendar will send. `previews`: language → the message as somebody will see it.

    `is_left_out`: it is only sent while nobody knows the theme, and it is known.
    """

    firing: Firing
    template: Template
    audience: AudienceRule
    previews: Mapping[str, Screen]
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class ReminderShown:
    """A rule by which people are reminded of their own assessment; `after_days` None: at a round's beginning."""

    rule: ReminderRule
    after_days: int | None
    previews: Mapping[str, Screen]


@dataclass(frozen=True, slots=True)
class ThemeOfYear:
    """The theme of the Week in a year. `is_typed`: the association typed it in; else it is the calendar's own."""

    year: int
    words: str
    is_typed: bool


def look_ahead(transaction: Transaction, handbook: Handbook, now: datetime) -> list[PlannedSend]:
    """Everything of the coming twelve months, the earliest first, as it would be sent if nothing changed."""
    themes = load_themes(transaction)
    return [_planned(handbook, themes, each) for each in firings(handbook.observances, now, now + AHEAD)]


def reminders(handbook: Handbook, now: datetime) -> list[ReminderShown]:
    """How people are reminded of their own assessments."""
    shown = []
    for rule in REMINDERS:
        campaign = Campaign(0, kind="reminder", message=message_of(handbook, handbook.templates[rule], theme=None))
        shown.append(ReminderShown(rule, REMIND_AFTER_DAYS.get(rule), _previews(handbook, campaign, now)))
    return shown


def sent_lately(transaction: Transaction) -> list[Campaign]:
    """The newest that the calendar has planned, with their counts. Officers' own campaigns are not among them."""
    newest = load_campaigns(transaction, kinds=("observance", "reminder", "notice"), most=_MOST_LOADED)
    return [each for each in newest if each.key is not None][:MOST_SENT]


def themes_of_the_week(transaction: Transaction, handbook: Handbook, now: datetime) -> Sequence[ThemeOfYear]:
    """This year's and the next."""
    typed, year = load_themes(transaction), round_of(now)
    return [
        ThemeOfYear(each, theme_of(handbook, typed, THEMED, each) or "", is_typed=(THEMED, each) in typed)
        for each in (year, year + 1)
    ]


def _planned(handbook: Handbook, themes: Mapping[tuple[str, int], str], firing: Firing) -> PlannedSend:
    theme = theme_of(handbook, themes, firing.observance.id, firing.year)
    campaign = campaign_of(handbook, firing, theme)
    return PlannedSend(
        firing=firing,
        template=handbook.templates[firing.send.template],
        audience=campaign.audience,
        previews=_previews(handbook, campaign, firing.starts_at),
        is_left_out=firing.send.only_without_theme and theme is not None,
    )


def _previews(handbook: Handbook, campaign: Campaign, at: datetime) -> dict[str, Screen]:
    commune = handbook.province.communes[0].code
    return {
        language: write_preview(handbook, campaign, language, commune, at) for language in campaign.message.texts
    }
