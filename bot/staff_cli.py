"""`hoctap staff …` and `hoctap communes …`."""

import secrets
from functools import partial
from pathlib import Path

import click

from bot.bootstrap import open_office
from bot.poster import check_bot_name
from bot.settings import read_settings
from engine.conversation.into_console import SIGN_IN_PATH
from engine.disclosure.released import PROVINCE
from engine.errors import SettingsProblem
from engine.state import ROLES
from handlers.adults import read_adults, set_adults
from handlers.sign_in import CODE_LASTS, draw_code, make_code, spell
from handlers.staff import COMMAND_LINE, INVITATION_LASTS, dismiss, invite, link_payload
from handlers.staff_office import TOKEN_BYTES
from storage.staff import load_audit, load_staff


@click.group("staff")
def staff_commands() -> None:
    """Staff: who may download what, and who writes to citizens."""


@staff_commands.command("invite")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="statistics",
    show_default=True,
    help="statistics: downloads counts; campaigns: an officer, who writes to citizens as well; administrator:"
    " decides who is staff, and what is asked and set (of the province only).",
)
@click.option("--unit", default=PROVINCE, show_default=True, help="`province` or the code of a commune.")
@click.option("--bot", metavar="NAME", help="The Telegram bot's username, for a link that opens it.")
def invite_command(role: str, unit: str, bot: str | None) -> None:
    """Print a link that makes whoever opens it first a member of staff. It works once, for 24 hours."""
    settings = read_settings()
    token = secrets.token_hex(TOKEN_BYTES)
    name = check_bot_name(bot) if bot else ""
    with open_office(settings) as office:
        work = partial(invite, handbook=office.handbook, role=role, unit=unit, token=token, now=office.clock())
        office.run(work)
    payload = link_payload(token)
    hours = int(INVITATION_LASTS.total_seconds() // 3600)
    click.echo(f"Role {role}, unit {unit}: good once, for {hours} hours. Send it to one person:")
    if name:
        click.echo(f"  https://t.me/{name}?start={payload}")
    click.echo(f"  or to be typed in any chat with hoctap: /start {payload}")
    click.echo(f"  or, without a chat, in a browser: {settings.web_url.rstrip('/')}{SIGN_IN_PATH}{payload}")


@staff_commands.command("login-link")
@click.argument("member", type=int)
def login_link_command(member: int) -> None:
    """Print a link with which a member signs in to the console. It works once, for 10 minutes."""
    settings, code = read_settings(), draw_code(secrets.choice)
    with open_office(settings) as office:
        work = partial(make_code, member=member, code=code, now=office.clock(), who=COMMAND_LINE)
        office.run(work)
    minutes = int(CODE_LASTS.total_seconds() // 60)
    click.echo(f"Good once, for {minutes} minutes:")
    click.echo(f"  {settings.web_url.rstrip('/')}{SIGN_IN_PATH}{code}")
    click.echo(f"  or to be typed at {settings.web_url.rstrip('/')}/console: {spell(code)}")


@staff_commands.command("list")
def list_command() -> None:
    """List staff, and invitations that are out."""
    with open_office(read_settings()) as office:
        for member in office.run(load_staff):
            state = "" if member.has_chat else "  in a browser" if member.has_come else "  invited"
            click.echo(f"{member.id:4}  {member.role}  {member.unit}{state}")


@staff_commands.command("remove")
@click.argument("member", type=int)
def remove_command(member: int) -> None:
    """Take a member's role away, at once."""
    with open_office(read_settings()) as office:
        office.run(partial(dismiss, member=member, now=office.clock()))


@staff_commands.command("audit")
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="Newest lines.")
def audit_command(most: int) -> None:
    """Show who did what, the newest first."""
    with open_office(read_settings()) as office:
        for line in office.run(partial(load_audit, most=most)):
            click.echo(f"{line.at:%Y-%m-%d %H:%M}  {line.who}  {line.action}  {line.about}")


@click.group("communes")
def communes_commands() -> None:
    """What the association knows of communes."""


@communes_commands.command("set-adults")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def set_adults_command(file: Path) -> None:
    """Enter how many adults communes have: a CSV with the columns code,adults. Used from the next seal on."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingsProblem(f"{file} cannot be read: {error}") from error
    with open_office(read_settings()) as office:
        read = read_adults(content, office.handbook.province)
        if read.problems:
            first, say = read.problems[0], office.handbook.speak("en")
            raise SettingsProblem(f"{file}, line {first.line}: {say.plain(first.key, **first.values)}")
        office.run(partial(set_adults, who=COMMAND_LINE, entered=read.entered, now=office.clock()))
    click.echo(f"{len(read.entered)} communes")
