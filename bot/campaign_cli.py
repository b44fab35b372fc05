"""`hoctap campaign …`: what an officer does in the chat with /campaign, by options."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from bot.campaign_looks import (
    ledger_command,
    list_command,
    number_argument,
    preview_command,
    show_command,
    templates_command,
)
from bot.campaign_options import Typed, draft_options, title_option
from bot.campaign_pages import reach_line, show, shown_count
from bot.workplace import Workplace, at_workplace, officer_option
from engine.campaigns.audience import EVERYBODY, AudienceRule
from engine.campaigns.life import Campaign, needs_second_officer
from engine.campaigns.message import EMPTY
from handlers.campaigns import Desk


@click.group("campaign")
def campaign_commands() -> None:
    """Campaigns: messages of the association to citizens.

    \b
    A whole life:
      hoctap campaign new --officer 1 --title "Ngày Sách" --template book_day --commune 03646
      hoctap campaign preview 1
      hoctap campaign test 1 --officer 1
      hoctap campaign submit 1 --officer 1
      hoctap campaign approve 1 --officer 2
      hoctap campaign show 1
      hoctap campaign ledger 1 --out ledger.csv

    Each step is written down with its officer: `hoctap staff audit`. What may be sent, and when, is the same as in
    the chat. Messages leave where `hoctap run` runs.
    """


for _look in (templates_command, list_command, show_command, preview_command, ledger_command):
    campaign_commands.add_command(_look)


# ---- writing -------------------------------------------------------------------------------------------------


@campaign_commands.command("new")
@officer_option
@title_option(is_required=True)
@draft_options
@at_workplace
def new_command(here: Workplace, officer: int, **options: Any) -> None:
    """Write a draft.

    An officer of one commune writes to that commune, whatever is typed.
    """
    typed = Typed(**options)
    if not (typed.text or typed.template):
        raise click.UsageError("what does it say? --text FILE or --template ID")
    typed.check(here.handbook, here.office.clock())

    def write(desk: Desk) -> int:
        begun, meant_for = EMPTY, EVERYBODY
        if typed.template:
            begun = desk.template(typed.template)
            meant_for = AudienceRule(progress=here.handbook.templates[typed.template].progress)
        draft = desk.create(typed.title or "", typed.message(begun), typed.audience(meant_for))
        if times := typed.times():
            desk.change(draft.id, **times)
        _add_picture(desk, draft.id, typed)
        return draft.id

    show(here, here.at_desk(write, officer))


@campaign_commands.command("change")
@number_argument
@officer_option
@title_option(is_required=False)
@draft_options
@click.option("--everyone", is_flag=True, help="Drop all conditions; those typed beside it take their place.")
@at_workplace
def change_command(here: Workplace, number: int, officer: int, **options: Any) -> None:
    """Change a draft: what is typed takes the place of the same thing before, all else stays.

    A new message must be tested again. What was submitted must be returned first: `return`.
    """
    typed = Typed(**options)
    typed.check(here.handbook, here.office.clock())

    def change(desk: Desk) -> None:
        draft = desk.campaign(number)
        begun = draft.message
        if typed.template:
            begun = replace(desk.template(typed.template), picture=begun.picture)
        fields = {"message": typed.message(begun), "audience": typed.audience(draft.audience), **typed.times()}
        if typed.title is not None:
            fields["title"] = typed.title
        changed = {name: value for name, value in fields.items() if value != getattr(draft, name)}
        if not (changed or typed.picture):
            raise click.UsageError(f"campaign {number} says all that already: nothing was changed")
        if changed:
            desk.change(number, **changed)
        _add_picture(desk, number, typed)

    here.at_desk(change, officer)
    show(here, number)


@campaign_commands.command("test")
@number_argument
@officer_option
@at_workplace
def test_command(here: Workplace, number: int, officer: int) -> None:
    """Send the message to the officer's own chat. Only what was tested can be submitted.

    What differs from person to person is made up, and the button that stops messages is left out.
    """
    here.at_desk(lambda desk: desk.test_by_notice(number), officer)
    click.echo(f"campaign {number}: on its way to the chat of staff {officer}")


# ---- its life ------------------------------------------------------------------------------------------------


@campaign_commands.command("submit")
@number_argument
@officer_option
@at_workplace
def submit_command(here: Workplace, number: int, officer: int) -> None:
    """Ask for approval. Over the set size another officer must give it: the others are written to."""

    def submit(desk: Desk) -> tuple[Campaign, str]:
        campaign = desk.submit(number)
        return campaign, reach_line(here, desk, campaign)

    campaign, reach = here.at_desk(submit, officer)
    click.echo(reach)
    is_large = needs_second_officer(campaign, here.handbook.rules.most_alone)
    whose = "ANOTHER" if is_large else "N"
    click.echo(f"campaign {number}: {campaign.state}; next: hoctap campaign approve {number} --officer {whose}")


@campaign_commands.command("again")
@number_argument
@officer_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_workplace
def again_command(here: Workplace, number: int, officer: int, yes: bool) -> None:
    """Send once more to everybody in doubt: some of them will have it twice."""

    campaign, is_exact = here.at_desk(
        lambda desk: (desk.campaign(number), desk.is_exact(desk.campaign(number))), officer
    )
    if campaign.counts.in_doubt and not yes:
        shown = shown_count(here.say, campaign, campaign.counts.in_doubt, is_exact=is_exact)
        click.confirm(f"{shown} people may have it already. Send it to them again?", abort=True)
    count = here.at_desk(lambda desk: desk.send_doubted_again(number), officer)
    click.echo(f"campaign {number}: again to {shown_count(here.say, campaign, count, is_exact=is_exact)}")


def _add_step(name: str, take: Callable[[Desk, int], Campaign], words: str) -> None:
    @campaign_commands.command(name, help=words)
    @number_argument
    @officer_option
    @at_workplace
    def step_command(here: Workplace, number: int, officer: int) -> None:
        campaign = here.at_desk(lambda desk: take(desk, number), officer)
        click.echo(f"campaign {number}: {campaign.state}")


_add_step("return", Desk.send_back, "Make what was submitted a draft again.")
_add_step("approve", Desk.approve, "Let it go: from now on nobody changes the text or the audience.")
_add_step("pause", Desk.pause, "Let nothing more leave until it is resumed.")
_add_step("resume", Desk.resume, "Go on with what was paused.")
_add_step("cancel", Desk.cancel, "Let nothing more leave, for good. Who has it, has it.")


# ---- parts ---------------------------------------------------------------------------------------------------


def _add_picture(desk: Desk, number: int, typed: Typed) -> None:
    if typed.picture:
        desk.add_picture(number, typed.picture.read_bytes())
