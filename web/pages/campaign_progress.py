"""How far a campaign has come: once with the page, again and again while it is sent, and as a file."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response, StreamingResponse

from engine.campaigns.life import Campaign
from engine.campaigns.progress import (
    LedgerPart,
    is_live,
    ledger_parts,
    may_be_told,
    may_send_again,
    needs_reasons,
    say_pace,
    settled,
)
from engine.campaigns.refusals import say_state
from engine.campaigns.sentence import say_count, say_reason
from engine.errors import CampaignRefused, HoctapError
from engine.texts import Texts
from handlers.campaign_ledger import ledger_file
from handlers.campaigns import Desk
from web.pages.campaign_desk import look, run
from web.visit import Page, Visit

EVERY_SECONDS = 2.0
LOOKS = 2
"""So often one stream looks; then the browser asks again, and is let in again, or not.

A stream knows neither that the server stops nor that its officer was signed out: it must be over before either
matters. A server that stops waits three seconds for what is open (`bot.serve.REQUESTS_SECONDS`).
"""
AGAIN_AFTER_MS = 1000


@dataclass(frozen=True, slots=True)
class Progress:
    """What is shown of a campaign that is on its way. `parts` is empty where this officer is not told them."""

    campaign: Campaign
    state: str
    is_live: bool
    people: str
    parts: list[tuple[str, str, list[tuple[str, str]]]]
    """(what became of them, how many, [(why, how many)])"""
    percent: int
    pace: list[Markup]
    may_send_again: bool


def look_at_progress(visit: Visit, desk: Desk, number: int) -> Progress:
    """How far it has come at this moment."""
    campaign = desk.campaign(number)
    say, counts = visit.say, campaign.counts
    is_told = may_be_told(campaign, is_exact=desk.is_exact(campaign))
    reasons = desk.reasons(number) if needs_reasons(counts) else Counter()
    parts = ledger_parts(counts, reasons) if is_told and counts.size else []
    return Progress(
        campaign,
        state=say_state(say, campaign.state),
        is_live=is_live(campaign),
        people=say_count(say, counts.size, is_exact=is_told),
        parts=[_said(say, each) for each in parts],
        percent=settled(counts) * 100 // counts.size if counts.size else 0,
        pace=say_pace(say, campaign, visit.handbook.rules, desk.now),
        may_send_again=may_send_again(campaign),
    )


def _said(say: Texts, part: LedgerPart) -> tuple[str, str, list[tuple[str, str]]]:
    name = {
        "sent": say.plain("console.campaigns.part.sent"),
        "to_go": say.plain("console.campaigns.part.to_go"),
        "waiting": say.plain("console.campaigns.part.waiting"),
        "unreachable": say.plain("console.campaigns.part.unreachable"),
        "refused": say.plain("console.campaigns.part.refused"),
        "in_doubt": say.plain("console.campaigns.part.in_doubt"),
        "dropped": say.plain("console.campaigns.part.dropped"),
    }[part.name]
    why = [(say_reason(say, reason), say.number(count)) for reason, count in part.reasons]
    return name, say.number(part.count), why


async def stream_progress(visit: Visit) -> Response:
    """Server-sent events: the part of the page that changes, as often as it changes, until the campaign is over."""
    first = await _progress(visit)  # NotFound while it can still be said
    headers = {"X-Accel-Buffering": "no"}  # a proxy would hand over nothing until the end
    return StreamingResponse(_events(visit, first), headers=headers, media_type="text/event-stream")


async def _progress(visit: Visit) -> Progress:
    return await look(visit, lambda desk: look_at_progress(visit, desk, visit.number))


async def _events(visit: Visit, progress: Progress) -> AsyncIterator[str]:
    yield f"retry: {AGAIN_AFTER_MS}\n\n"
    shown = ""
    for looks_left in reversed(range(LOOKS)):
        html = _drawn(visit, progress)
        if html != shown:
            yield _event("progress", html)
            shown = html
        if not progress.is_live:
            yield _event("over", "")
            return
        if looks_left:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                progress = await _progress(visit)
            except HoctapError:
                return


def _drawn(visit: Visit, progress: Progress) -> str:
    page = visit.page("campaigns/progress.html", progress=progress, campaign=progress.campaign)
    return bytes(page.body).decode()


def _event(name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"event: {name}\n{lines}\n"


async def send_ledger(visit: Visit) -> Response:
    """The ledger as a file. That somebody took it is written down."""
    number = visit.number
    try:
        counted = await run(visit, lambda desk: desk.ledger(number))
    except CampaignRefused as refusal:
        return visit.page("message.html", 400, message=visit.say_refusal(refusal))
    return visit.send(await asyncio.to_thread(ledger_file, number, counted))


PAGES = (
    Page("/campaigns/{number:int}/events", stream_progress, "campaigns"),
    Page("/campaigns/{number:int}/ledger", send_ledger, "campaigns", "POST"),
)
