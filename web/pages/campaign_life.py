"""One campaign at the point of its life at which it is, and the steps that an officer may take there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from engine.campaigns.life import Campaign, check_can_be_submitted, needs_second_officer
from engine.campaigns.progress import may_send_again, say_cancelling, say_sending_again
from engine.campaigns.refusals import say_refusal, say_state
from engine.campaigns.sentence import say_audience
from engine.errors import CampaignRefused
from handlers.campaigns import Desk
from web.pages.campaign_desk import Preview, look, previews, run, say_who
from web.pages.campaign_list import say_begin
from web.pages.campaign_progress import Progress, look_at_progress
from web.visit import Page, Visit


@dataclass(frozen=True, slots=True)
class Sight:
    """What an officer sees of a campaign."""

    campaign: Campaign
    previews: list[Preview]
    who: Markup
    may_approve: bool
    progress: Progress


async def show_campaign(visit: Visit) -> Response:
    """What was written and for whom; what is to be done next, or how far it has come."""
    return await _show(visit)


async def _show(visit: Visit, problem: str = "", status: int = 200) -> Response:
    def sight(desk: Desk) -> Sight:
        progress = look_at_progress(visit, desk, visit.number)
        campaign = progress.campaign
        return Sight(
            campaign,
            previews(desk, campaign),
            _say_who(visit, campaign, is_exact=desk.is_exact(campaign)),
            desk.may_approve(campaign),
            progress,
        )

    seen = await look(visit, sight)
    campaign, rules = seen.campaign, visit.handbook.rules
    return visit.page(
        "campaigns/one.html",
        status,
        problem=problem,
        sight=seen,
        campaign=campaign,
        progress=seen.progress,
        state=say_state(visit.say, campaign.state),
        begins=say_begin(visit, campaign),
        is_written=visit.handbook.first_language in campaign.message.texts,
        lacks=_lacks(visit, campaign),
        needs_second=needs_second_officer(campaign, rules.most_alone),
        most_alone=rules.most_alone,
    )


def _say_who(visit: Visit, campaign: Campaign, *, is_exact: bool) -> Markup:
    """Once it is on its way, its ledger says how many they are."""
    if campaign.state in ("draft", "submitted"):
        return say_who(visit, campaign, is_exact=is_exact)
    who = say_audience(visit.handbook, visit.say, campaign.audience)
    return visit.say("console.campaigns.for", who=who)


def _lacks(visit: Visit, campaign: Campaign) -> Markup | str:
    """What a draft still lacks; empty if it can be submitted."""
    try:
        check_can_be_submitted(campaign, visit.handbook.first_language)
    except CampaignRefused as refusal:
        return say_refusal(visit.say, refusal)
    return ""


# ---- steps ---------------------------------------------------------------------------------------------------

Step = Callable[[Visit], Awaitable[Response]]


def _taking(take: Callable[[Desk, int], object], note: str) -> Step:
    """A step with one outcome; where it is refused, the page says why and shows how things stand."""
    return _telling(take, lambda _: note)


def _telling(take: Callable[[Desk, int], object], note: Callable[[object], str]) -> Step:
    """A step; `note` is told what came of it, and says it."""

    async def taken(visit: Visit) -> Response:
        number = visit.number
        try:
            outcome = await run(visit, lambda desk: take(desk, number))
        except CampaignRefused as refusal:
            return await _show(visit, visit.say_refusal(refusal), 400)
        return visit.go(f"/campaigns/{number}", note(outcome))

    return taken


def _submit(desk: Desk, number: int) -> bool:
    """Whether others were asked."""
    return needs_second_officer(desk.submit(number), desk.handbook.rules.most_alone)


def _note_tested(is_in_chat: object) -> str:
    return "console.done.campaign_tested_in_chat" if is_in_chat else "console.done.campaign_tested_here"


def _note_submitted(asks_others: object) -> str:
    return "console.done.campaign_others_asked" if asks_others else "console.done.campaign_submitted"


# ---- what is asked once more ---------------------------------------------------------------------------------


async def ask_cancel(visit: Visit) -> Response:
    """Says what cancelling ends."""
    campaign, is_exact = await look(visit, lambda desk: _with_exactness(desk, visit.number))
    if campaign.is_over:
        return visit.go(f"/campaigns/{campaign.id}")
    words = say_cancelling(visit.say, campaign, is_exact=is_exact)
    return visit.page("campaigns/sure.html", campaign=campaign, words=words, step="cancel")


async def ask_again(visit: Visit) -> Response:
    """Says what sending again may do."""
    campaign, is_exact = await look(visit, lambda desk: _with_exactness(desk, visit.number))
    if not may_send_again(campaign):
        return visit.go(f"/campaigns/{campaign.id}")
    words = [say_sending_again(visit.say, campaign, is_exact=is_exact)]
    return visit.page("campaigns/sure.html", campaign=campaign, words=words, step="again")


def _with_exactness(desk: Desk, number: int) -> tuple[Campaign, bool]:
    campaign = desk.campaign(number)
    return campaign, desk.is_exact(campaign)


def _step(name: str, step: Step) -> Page:
    return Page(f"/campaigns/{{number:int}}/{name}", step, "campaigns", "POST")


PAGES = (
    Page("/campaigns/{number:int}", show_campaign, "campaigns"),
    Page("/campaigns/{number:int}/cancel", ask_cancel, "campaigns"),
    Page("/campaigns/{number:int}/again", ask_again, "campaigns"),
    _step("count", _taking(Desk.count, "console.done.campaign_counted")),
    _step("test", _telling(Desk.test_in_console, _note_tested)),
    _step("submit", _telling(_submit, _note_submitted)),
    _step("approve", _taking(Desk.approve, "console.done.campaign_approved")),
    _step("return", _taking(Desk.send_back, "console.done.campaign_returned")),
    _step("pause", _taking(Desk.pause, "console.done.campaign_paused")),
    _step("resume", _taking(Desk.resume, "console.done.campaign_resumed")),
    _step("cancel", _taking(Desk.cancel, "console.done.campaign_cancelled")),
    _step("again", _taking(Desk.send_doubted_again, "console.done.campaign_sent_again")),
)
