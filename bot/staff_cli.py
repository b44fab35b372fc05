"""`hoctap staff …` and `hoctap communes …`."""

import csv
import secrets
from functools import partial
from pathlib import Path

import click

from bot.bootstrap import open_office
from bot.poster import check_bot_name
from bot.settings import read_settings
from engine.communes import Province
from engine.conversation.into_console import SIGN_IN_PATH
from engine.disclosure.released import PROVINCE
from engine.errors import SettingsProblem
from engine.state import ROLES
from handlers.sign_in import CODE_LASTS, draw_code, make_code, spell
from handlers.staff import COMMAND_LINE, INVITATION_LASTS, dismiss, invite, link_payload
from storage.releases import save_adults
from storage.staff import load_audit, load_staff

TOKEN_BYTES = 16
"""Nobody guesses that. Written in hexadecimal, for messengers cut a link where it ends in a dash."""


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
    click.echo(f"Good once, for {hours} hours. Send it to one person:")
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
    with open_office(read_settings()) as office:
        entered = read_adults(file, office.handbook.province)
        office.run(partial(save_adults, entered=entered))
    click.echo(f"{len(entered)} communes")


def read_adults(file: Path, province: Province) -> dict[str, int]:
    """Commune → adults. SettingsProblem names the first line that is wrong."""
    try:
        rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"{file} cannot be read as UTF-8 text: {error}") from error
    names = set(rows.fieldnames or ())
    of_commune = "commune" if "commune" in names else "code"
    if not {of_commune, "adults"} <= names:
        raise SettingsProblem(f"{file}, line 1: the columns must be code,adults")
    entered: dict[str, int] = {}
    for row in rows:
        code, adults = (row[of_commune] or "").strip(), (row["adults"] or "").strip()
        where = f"{file}, line {rows.line_num}"
        if code not in province.by_code:
            raise SettingsProblem(f"{where}: there is no commune {code}")
        if not (adults.isascii() and adults.isdigit() and 0 < int(adults) < MOST_ADULTS):
            raise SettingsProblem(f"{where}: {adults!r} is not a number of adults, such as 8450 (no dots)")
        if code in entered:
            raise SettingsProblem(f"{where}: {code} stands here twice")
        entered[code] = int(adults)
    return entered


MOST_ADULTS = 10_000_000
