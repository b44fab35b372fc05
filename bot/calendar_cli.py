"""`hoctap calendar …`: what the year sends by itself."""

from datetime import datetime, timedelta

import click

from bot.campaign_options import MOMENT
from bot.workplace import Workplace, at_workplace, officer_option
from channels.plain_text import plain
from engine.campaigns.audience import AudienceRule
from engine.campaigns.calendar import Firing, Observance, firings
from engine.campaigns.sentence import say_audience
from engine.state import HOME_ZONE, day_of
from handlers.keep_calendar import theme_of
from storage.campaigns import load_themes

A_YEAR = timedelta(days=366)


@click.group("calendar")
def calendar_commands() -> None:
    """The calendar: what is sent by itself in the year, to whom; themes of the Lifelong Learning Week."""


@calendar_commands.command("show")
@click.option("--days", type=click.IntRange(1, 400), default=60, show_default=True, help="How far to look ahead.")
@at_workplace
def show_command(here: Workplace, days: int) -> None:
    """Show what is sent when and to whom, the next thing first, and which themes are known.

    Personal reminders come besides, each in the part of the day that its person chose: docs/campaigns.md.
    """
    now = here.office.clock()
    themes = here.office.run(load_themes)
    observances = here.handbook.observances
    due = firings(observances, now, now + timedelta(days=days)) or firings(observances, now, now + A_YEAR)[:1]
    for firing in due:
        theme = theme_of(here.handbook, themes, firing.observance.id, firing.year)
        note = "  (left out: the theme is known)" if firing.send.only_without_theme and theme is not None else ""
        click.echo(f"{_line(here, firing)}{note}")
    for observance in observances:
        if _has_theme(here, observance):
            year = _next_year(observance, now)
            theme = theme_of(here.handbook, themes, observance.id, year)
            known = theme or f'not known yet: hoctap calendar theme {year} "…" --officer N'
            click.echo(f"theme {year}: {known}  ({here.say.content(observance.name)})")


@calendar_commands.command("theme")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.argument("words")
@officer_option
@at_workplace
def theme_command(here: Workplace, year: int, words: str, officer: int) -> None:
    """Keep the theme of the Lifelong Learning Week of a YEAR, in place of one that was typed before."""
    name = here.at_desk(lambda desk: desk.set_theme(words, year), officer)
    click.echo(f"{here.say.content(name)}: the theme of {year} is kept")


def _line(here: Workplace, firing: Firing) -> str:
    template = here.handbook.templates[firing.send.template]
    title, name = here.say.content(template.title), here.say.content(firing.observance.name)
    if firing.send.roles:
        to = "staff: " + ", ".join(firing.send.roles)
    else:
        rule = AudienceRule(wants="observances", progress=template.progress)
        to = plain(str(say_audience(here.handbook, here.say, rule)))
    return f"{firing.starts_at.astimezone(HOME_ZONE):{MOMENT}}  {title} ({name}) → {to}"


def _has_theme(here: Workplace, observance: Observance) -> bool:
    return any(here.handbook.templates[send.template].text_without_theme for send in observance.sends)


def _next_year(observance: Observance, now: datetime) -> int:
    today = day_of(now)
    return today.year + (observance.last_day(today.year) < today)
