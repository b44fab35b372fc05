"""`hoctap database …`."""

from contextlib import closing

import click

from bot.bootstrap import utc_now
from engine.errors import SettingsProblem
from handlers.copy_database import copy_database
from storage.database import connect, open_database


@click.group("database")
def database_commands() -> None:
    """The database: from SQLite to PostgreSQL, and the other way."""


@database_commands.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--replace", is_flag=True, help="Throw away what is in TO, for good.")
def copy_command(source: str, target: str, replace: bool) -> None:
    """Copy all of FROM into TO (sqlite:///… or postgresql://…), and check it. hoctap must be stopped.

    All or nothing: if it is interrupted, TO is as it was, and the same command begins again.
    """
    if source == target:
        raise SettingsProblem("FROM and TO are the same")
    with closing(open_database(source)) as full, closing(connect(target)) as empty:
        rows = copy_database(full, empty, utc_now, click.echo, replaces=replace)
    click.echo(f"{rows} rows are in both, with the same sums")
