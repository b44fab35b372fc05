"""Commands of `hoctap campaign` that only look: nobody's name is needed for them."""

from pathlib import Path

import click

from bot.campaign_pages import line_of, preview_lines, reach_line, show, show_counts
from bot.workplace import Workplace, at_workplace
from channels.plain_text import plain
from handlers.campaign_ledger import ledger_file
from handlers.campaigns import Desk

number_argument = click.argument("number", type=int)


@click.command("templates")
@at_workplace
def templates_command(here: Workplace) -> None:
    """List the messages that are ready: for --template."""
    offered = [each for each in here.handbook.templates.values() if each.is_offered]
    messages = here.at_desk(lambda desk: {each.id: desk.template(each.id) for each in offered})
    for each in offered:
        kinds = " ".join(f"[{button.kind}]" for button in messages[each.id].buttons)
        progress = f"  for {', '.join(each.progress)}" if each.progress else ""
        click.echo(f"{each.id}: {here.say.content(each.title)}{progress}  {kinds}")
        _, text = messages[each.id].text(here.say.language, here.handbook.first_language)
        for line in plain(text).split("\n"):
            click.echo(f"    {line}")


@click.command("list")
@at_workplace
def list_command(here: Workplace) -> None:
    """List the newest campaigns: number, state, sent of how many, title."""
    for campaign, is_exact in here.at_desk(lambda desk: [(each, desk.is_exact(each)) for each in desk.campaigns()]):
        click.echo(line_of(here.say, campaign, is_exact=is_exact))


@click.command("show")
@number_argument
@at_workplace
def show_command(here: Workplace, number: int) -> None:
    """Show what was decided about a campaign, and what became of it."""
    show(here, number)


@click.command("preview")
@number_argument
@at_workplace
def preview_command(here: Workplace, number: int) -> None:
    """Show the message as people will see it; count who gets it, who cannot and why, and say when.

    Numbers below ten are not told where a campaign is not bound to one commune.
    """

    def look(desk: Desk) -> list[str]:
        languages = desk.campaign(number).message.texts
        lines = list(preview_lines([desk.preview(number, language) for language in languages]))
        return [*lines, reach_line(here, desk, desk.count(number))]

    for line in here.at_desk(look):
        click.echo(line)


@click.command("ledger")
@number_argument
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A CSV with a row for each recipient.")
@at_workplace
def ledger_command(here: Workplace, number: int, out: Path | None) -> None:
    """Show what became of each recipient: state, reason, how many. The sum is the audience.

    The CSV has a row for each: a running number, state, reason, and the hour. The order says nothing about who it
    is, and nothing else about anybody is in it. No file is made of an audience below ten. It is audited.
    """
    if out is None:
        show_counts(here, number)
        return
    counted = here.at_desk(lambda desk: desk.ledger(number))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(ledger_file(number, counted).content)
    click.echo(f"→ {out}")
