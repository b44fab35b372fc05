"""What the command line shows of campaigns, as lines."""

import json
from collections import Counter
from collections.abc import Iterator

import click

from bot.campaign_options import MOMENT
from bot.workplace import Workplace
from channels.plain_text import plain, screen_lines
from engine.campaigns.audience import FEW
from engine.campaigns.ledger import DELIVERY_STATES
from engine.campaigns.life import Campaign
from engine.campaigns.message import MessageButton
from engine.campaigns.progress import may_be_told
from engine.campaigns.sentence import say_audience, say_count, say_reach, say_reason
from engine.messages import Screen
from engine.state import HOME_ZONE
from engine.texts import Texts
from handlers.campaigns import Desk

_NOBODY = "–"


def line_of(say: Texts, campaign: Campaign, *, is_exact: bool) -> str:
    """A campaign in a list: number, state, sent of how many, title."""
    counts = (campaign.counts.sent, campaign.counts.size)
    sent, size = (shown_count(say, campaign, count, is_exact=is_exact) for count in counts)
    return f"{campaign.id:4}  {campaign.state:10}  {sent:>8} of {size:>8}  {campaign.title}"


def shown_count(say: Texts, campaign: Campaign, count: int, *, is_exact: bool) -> str:
    """How many of a campaign's recipients; parts of an audience below ten only where `is_exact`.

    The parts of a larger one are told to the last one, or nobody could see that they add up.
    """
    return say_count(say, count, is_exact=may_be_told(campaign, is_exact=is_exact))


def preview_lines(screens: list[Screen]) -> Iterator[str]:
    """The message as people will see it, in each of its languages."""
    for screen in screens:
        yield f"--- {screen.language}"
        yield from screen_lines(screen)
    yield "---"


def reach_line(here: Workplace, desk: Desk, campaign: Campaign) -> str:
    """Who gets it, how many, who cannot and why, from when until when: one paragraph."""
    rules, is_exact = here.handbook.rules, desk.is_exact(campaign)
    return plain(str(say_reach(here.handbook, here.say, campaign, rules, desk.now, is_exact=is_exact)))


def show(here: Workplace, number: int) -> None:
    """Prints everything about a campaign."""
    campaign = here.at_desk(lambda desk: desk.campaign(number))
    for line in (*_facts(campaign), *_audience(here, campaign)):
        click.echo(line)
    show_counts(here, number)


def show_counts(here: Workplace, number: int) -> None:
    """Prints how many recipients are in which state and why, and their sum beside the size of the audience."""

    def look(desk: Desk) -> list[str]:
        campaign = desk.campaign(number)
        return list(_counts(here.say, campaign, desk.recount(number), is_exact=desk.is_exact(campaign)))

    for line in here.at_desk(look):
        click.echo(line)


def _facts(campaign: Campaign) -> Iterator[str]:
    yield f"campaign   {campaign.id}: {campaign.title}"
    yield f"state      {campaign.state}"
    yield f"unit       {campaign.unit}"
    by = [
        ("written", campaign.written_by),
        ("submitted", campaign.submitted_by),
        ("approved", campaign.approved_by),
    ]
    yield "staff      " + ", ".join(f"{did} by {who or _NOBODY}" for did, who in by)
    yield f"tested     {'yes' if campaign.is_tested else 'no'}"
    begins = (
        campaign.starts_at.astimezone(HOME_ZONE).strftime(MOMENT) if campaign.starts_at else "after the approval"
    )
    ends = campaign.expires_at.astimezone(HOME_ZONE).strftime(MOMENT) if campaign.expires_at else "14 days later"
    yield f"begins     {begins}, daily {campaign.hours.first:%H:%M}-{campaign.hours.last:%H:%M}"
    yield f"expires    {ends}"
    for language, text in campaign.message.texts.items():
        yield from _hanging(f"text {language}", text)
    if campaign.message.picture is not None:
        yield f"picture    {campaign.message.picture}"
    if campaign.message.buttons:
        yield "buttons    " + ", ".join(_button(each) for each in campaign.message.buttons)


def _audience(here: Workplace, campaign: Campaign) -> Iterator[str]:
    yield f"audience   {json.dumps(campaign.audience.document(), ensure_ascii=False)}"
    yield f"           {plain(str(say_audience(here.handbook, here.say, campaign.audience)))}"


def _counts(
    say: Texts, campaign: Campaign, reasons: Counter[tuple[str, str | None]], *, is_exact: bool
) -> Iterator[str]:
    size = campaign.counts.size
    if not size:
        yield "recipients nobody is written down so far"
        return
    if not is_exact and size < FEW:
        yield f"recipients {say_count(say, size, is_exact=False)}: parts of so few are not shown"
        return
    for state in DELIVERY_STATES:
        for (found, reason), count in sorted(reasons.items(), key=lambda item: item[0][1] or ""):
            if found == state:
                why = f"{reason} ({say_reason(say, reason)})" if reason else ""
                yield f"{count:10}  {state:11}  {why}".rstrip()
    yield f"{reasons.total():10}  in all; the audience is {size}"


def _button(button: MessageButton) -> str:
    return f"{button.label} → {button.url}" if button.kind == "link" else button.kind


def _hanging(name: str, text: str) -> Iterator[str]:
    first, *more = text.split("\n")
    yield f"{name:10} {first}"
    yield from (f"{'':10} {line}" for line in more)
