"""The command `hoctap`."""

import asyncio
import getpass
import sys
from pathlib import Path

import click

from bot.backup_cli import backup_commands, restore_command
from bot.calendar_cli import calendar_commands
from bot.campaign_cli import campaign_commands
from bot.database_cli import database_commands
from bot.roles import ROLES, roles_of
from bot.rounds_cli import release_commands, round_commands
from bot.settings import read_settings, settings_page
from bot.staff_cli import communes_commands, staff_commands
from bot.world_cli import world_commands
from engine.errors import ContentProblems, HoctapError


class _Hoctap(click.Group):
    """Says what is wrong in one clear line, without a trace, where it is not our mistake."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ContentProblems as error:
            click.echo(str(error), err=True)
            raise click.ClickException(
                f"{len(error.problems)} problems in the content; hoctap does not start on them"
            ) from None
        except HoctapError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Hoctap)
def main() -> None:
    """The self-assessment "Công dân học tập" as a chat. Settings: docs/settings.md."""


@main.command()
@click.option(
    "--roles", metavar="ROLES", default=",".join(ROLES), show_default=True, help="What this process does."
)
def run(roles: str) -> None:
    """Serve the web chat, and Telegram where there is a bot.

    On PostgreSQL any number of processes on any machines may run, each with all roles or with some of them:
    docs/operations.md.
    """
    from bot.serve import serve

    serve(read_settings(), roles=roles_of(roles))


@main.command()
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write the chat as a transcript.")
@click.option("--files", type=click.Path(file_okay=False, path_type=Path), default=Path("data/files"))
@click.option("--new", is_flag=True, help="Begin as somebody new, and forget it all at the end.")
def talk(record: Path | None, files: Path, new: bool) -> None:
    """Chat in the terminal."""
    from bot.bootstrap import open_hoctap, open_office
    from channels.terminal.talk import talk as talk_in_terminal

    settings = read_settings()
    if new or record:
        settings = settings.model_copy(update={"database_url": "sqlite://"})
    with open_office(settings) as office, open_hoctap(office) as hoctap:
        transcript = asyncio.run(talk_in_terminal(hoctap, getpass.getuser(), files))
    if record:
        record.write_text("\n".join(transcript) + "\n", encoding="utf-8")
        click.echo(f"→ {record}")


@main.command()
def check() -> None:
    """Check all content files; print what is wrong."""
    from content.read import read_all

    problems = sorted(read_all(read_settings().province).problems)
    for problem in problems:
        click.echo(str(problem))
    sys.exit(1 if problems else 0)


@main.command()
def publish() -> None:
    """Write down new versions of forms as published: from then on they must not change."""
    from content.published import publish as write_published
    from content.read import CONTENT, read_all

    reading = read_all(read_settings().province)
    others = [problem for problem in reading.problems if problem.code != "C041"]
    if others:
        raise ContentProblems([str(problem) for problem in sorted(others)])
    for form in write_published(CONTENT, reading.forms.values()):
        click.echo(f"{form.form} {form.version}")


@main.command()
@click.option("--check", "must_be_complete", is_flag=True, help="Exit 1 unless vi and en are complete.")
@click.option("--update", metavar="LANGUAGE", help="Bring a language's files up to date, or begin a new one.")
def locales(must_be_complete: bool, update: str | None) -> None:
    """Show how much of each language is translated."""
    from bot.locales import check_locales, show_coverage, update_locale

    province = read_settings().province
    if update:
        update_locale(province, update)
    show_coverage(province)
    if must_be_complete:
        sys.exit(check_locales(province))


@main.command()
@click.option("--commune", required=True, metavar="CODE|NAME|all", help="Whose poster; all: a file for each.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; with --commune all, the folder.")
@click.option("--language", default="vi", show_default=True, help="Language of the poster.")
@click.option("--bot", metavar="NAME", help="The Telegram bot's username, for a code that leads to it.")
def poster(commune: str, out: Path | None, language: str, bot: str | None) -> None:
    """Draw the poster of a commune, to print and hang up: docs/poster.md."""
    from bot.poster import write_posters

    write_posters(read_settings(), commune, out, language, bot)


for _group in (
    round_commands,
    release_commands,
    campaign_commands,
    calendar_commands,
    staff_commands,
    communes_commands,
    world_commands,
    backup_commands,
    restore_command,
    database_commands,
):
    main.add_command(_group)


@main.command()
def settings() -> None:
    """Print docs/settings.md."""
    click.echo(settings_page(), nl=False)
