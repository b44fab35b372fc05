"""The calendar: what is sent by itself and when, what was, and the theme of the Week."""

from functools import partial

from starlette.responses import Response

from engine.campaigns.hours import SLOTS
from engine.campaigns.life import Campaign
from engine.campaigns.refusals import say_state
from engine.campaigns.sentence import say_audience, say_count, say_dated
from engine.errors import CampaignRefused, NotFound
from engine.state import round_of
from handlers.campaigns import THEMED, Desk
from handlers.look_at_calendar import PlannedSend, look_ahead, reminders, sent_lately, themes_of_the_week
from handlers.work import Transaction
from web.visit import Page, Visit


async def show_calendar(visit: Visit) -> Response:
    """All of it on one page."""
    return await _page(visit)


async def _page(visit: Visit, year: int = 0, refusal: CampaignRefused | None = None) -> Response:
    handbook, why = visit.handbook, visit.say_refusal(refusal) if refusal else ""
    planned = await visit.look(partial(look_ahead, handbook=handbook, now=visit.now))
    themes = await visit.look(partial(themes_of_the_week, handbook=handbook, now=visit.now))
    return visit.page(
        "calendar/calendar.html",
        400 if refusal else 200,
        problem=why,
        planned=planned,
        reminders=reminders(handbook, visit.now),
        sent=await visit.look(sent_lately),
        themes=themes,
        week=next(each for each in handbook.observances if each.id == THEMED),
        typed={year: visit.field("words")} if refusal else {},
        wrong={year: why} if refusal else {},
        slots=SLOTS,
        to_whom=partial(_to_whom, visit),
        sums=partial(_sums, visit),
        state=partial(say_state, visit.say),
        day=partial(say_dated, visit.say),
    )


def _to_whom(visit: Visit, planned: PlannedSend) -> str:
    """In words: roles of staff, or which citizens."""
    if not planned.audience.staff:
        return say_audience(visit.handbook, visit.say, planned.audience)
    roles = ", ".join(visit.role_name(role) for role in planned.audience.staff)
    return visit.say.plain("console.calendar.to_staff", roles=roles)


def _sums(visit: Visit, campaign: Campaign) -> list[str]:
    """Its sums as they are told: of citizens no small numbers, for who looks is not of their commune."""
    counts = campaign.counts
    not_reached = counts.unreachable + counts.refused + counts.in_doubt
    numbers = (counts.size, counts.sent, counts.waiting, counts.to_go, not_reached, counts.dropped)
    return [say_count(visit.say, number, is_exact=campaign.kind == "notice") for number in numbers]


async def set_theme(visit: Visit) -> Response:
    """Keeps the theme of the Week of this year or the next."""
    year = int(visit.path["year"])
    if year not in (round_of(visit.now), round_of(visit.now) + 1):
        raise NotFound

    def keep(transaction: Transaction) -> str:
        return Desk(transaction, visit.handbook, visit.access, visit.now).set_theme(visit.field("words"), year)

    try:
        await visit.run(keep)
    except CampaignRefused as refusal:
        return await _page(visit, year, refusal)
    return visit.go("/calendar", "console.done.theme_set", year=year)


PAGES = (
    Page("/calendar", show_calendar, "calendar"),
    Page("/calendar/theme/{year:int}", set_theme, "theme", "POST"),
)
