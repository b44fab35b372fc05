"""The month that officers plan: which campaign begins when, and what the calendar sends by itself."""

from starlette.responses import Response

from engine.campaigns.calendar import Firing
from engine.campaigns.life import Campaign
from engine.campaigns.month import Month
from engine.campaigns.refusals import say_state
from engine.campaigns.sentence import say_dated
from engine.state import day_of
from engine.texts import Texts
from handlers.campaigns import Desk
from web.pages.campaign_desk import look
from web.visit import Page, Visit


async def show_month(visit: Visit) -> Response:
    """A month; below it, campaigns that have no day yet."""
    month = Month.named(visit.query.get("month", ""), visit.now)
    campaigns = await look(visit, Desk.planned)
    without_day = [each for each in campaigns if each.starts_at is None and each.state in ("draft", "submitted")]
    return visit.page(
        "campaigns/calendar.html",
        month=month,
        days=month.days(campaigns, visit.handbook.observances),
        weekdays=_weekdays(visit.say),
        today=day_of(visit.now),
        without_day=without_day,
        say_campaign=lambda each: _campaign(visit, each),
        say_firing=lambda each: _firing(visit, each),
        say_state=lambda each: say_state(visit.say, each.state),
    )


def _campaign(visit: Visit, campaign: Campaign) -> str:
    """From when until when."""
    say, begins, ends = visit.say, campaign.starts_at, campaign.expires_at
    if begins is None:
        return ""
    since = say_dated(say, begins)
    if ends is None:
        return since
    return say.plain("console.campaigns.from_until", since=since, until=say.date(day_of(ends)))


def _firing(visit: Visit, firing: Firing) -> str:
    """What is sent, and to whom."""
    say, template = visit.say, visit.handbook.templates.get(firing.send.template)
    title = say.content(template.title) if template else firing.send.template
    if firing.send.roles:
        return say.plain("console.campaigns.to_staff", title=title)
    return say.plain("console.campaigns.to_citizens", title=title)


def _weekdays(say: Texts) -> list[str]:
    return [
        say.plain("console.campaigns.weekday.monday"),
        say.plain("console.campaigns.weekday.tuesday"),
        say.plain("console.campaigns.weekday.wednesday"),
        say.plain("console.campaigns.weekday.thursday"),
        say.plain("console.campaigns.weekday.friday"),
        say.plain("console.campaigns.weekday.saturday"),
        say.plain("console.campaigns.weekday.sunday"),
    ]


PAGES = (Page("/campaigns/calendar", show_month, "campaigns"),)
