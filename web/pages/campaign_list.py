"""The campaigns of an officer: those that wait for them first; and where a new one begins."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import Campaign
from engine.campaigns.message import EMPTY
from engine.campaigns.progress import may_be_told
from engine.campaigns.refusals import say_state
from engine.campaigns.sentence import say_audience, say_count
from engine.state import day_of
from handlers.campaigns import MOST_LISTED, Desk
from web.pages.campaign_desk import look, run
from web.typed import whole_number
from web.visit import Page, Visit


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in the list, in words."""

    campaign: Campaign
    state: str
    who: Markup
    sent: Markup
    when: Markup


async def show_list(visit: Visit) -> Response:
    """The newest campaigns, and those that wait for this officer's approval."""
    before = max(whole_number(visit.query.get("before", "")), 0) or None

    def found(desk: Desk) -> tuple[list[Row], list[Row]]:
        waiting = [] if before else desk.waiting()
        campaigns = [each for each in desk.campaigns(before) if each not in waiting]
        return [_row(visit, desk, each) for each in waiting], [_row(visit, desk, each) for each in campaigns]

    waiting, others = await look(visit, found)
    older = others[-1].campaign.id if len(waiting) + len(others) >= MOST_LISTED and others else None
    return visit.page("campaigns/list.html", waiting=waiting, others=others, older=older, is_first=before is None)


def _row(visit: Visit, desk: Desk, campaign: Campaign) -> Row:
    say = visit.say
    return Row(
        campaign,
        state=say_state(say, campaign.state),
        who=say_audience(visit.handbook, say, campaign.audience),
        sent=_sent(visit, campaign, is_exact=desk.is_exact(campaign)),
        when=say_begin(visit, campaign),
    )


def _sent(visit: Visit, campaign: Campaign, *, is_exact: bool) -> Markup:
    """Sent of how many; before it is on its way, how many it would be."""
    say, counts = visit.say, campaign.counts
    if counts.size:
        is_told = may_be_told(campaign, is_exact=is_exact)
        sent, size = (say_count(say, count, is_exact=is_told) for count in (counts.sent, counts.size))
        return say("console.campaigns.sent_of", sent=sent, size=size)
    if campaign.reach is None:
        return say("console.campaigns.not_counted")
    people = say_count(say, campaign.reach.reachable, is_exact=is_exact)
    return say("console.campaigns.would_reach", people=people)


def say_begin(visit: Visit, campaign: Campaign) -> Markup:
    """When it begins, or began."""
    if campaign.starts_at is None:
        return visit.say("console.campaigns.at_once")
    return visit.say("console.campaigns.from", moment=visit.moment(campaign.starts_at))


async def show_new(visit: Visit) -> Response:
    """The templates with their words, and an empty page."""
    offered = [each for each in visit.handbook.templates.values() if each.is_offered]
    messages = await look(visit, lambda desk: {each.id: desk.template(each.id) for each in offered})
    texts = {
        name: Markup(message.text(visit.say.language, visit.handbook.first_language)[1])  # noqa: S704 -- content
        for name, message in messages.items()
    }
    return visit.page("campaigns/new.html", offered=offered, texts=texts)


async def begin(visit: Visit) -> Response:
    """A draft with the words, the buttons and the people of a template, or with nothing."""
    name, say = visit.field("template"), visit.say

    def write(desk: Desk) -> int:
        if name:
            message, template = desk.template(name), visit.handbook.templates[name]
            draft = desk.create(say.content(template.title), message, AudienceRule(progress=template.progress))
        else:
            title = say.plain("console.campaigns.untitled", day=say.date(day_of(visit.now)))
            draft = desk.create(title, EMPTY)
        return desk.count(draft.id).id

    number = await run(visit, write)
    return visit.go(f"/campaigns/{number}/write")


PAGES = (
    Page("/campaigns", show_list, "campaigns"),
    Page("/campaigns/new", show_new, "campaigns"),
    Page("/campaigns/new", begin, "campaigns", "POST"),
)
