"""`hoctap round …` and `hoctap release …`: for whoever is in charge of the figures."""

import json
import secrets
import sys
from functools import partial
from pathlib import Path

import click

from bot.bootstrap import Office, open_office
from bot.housekeeping import shuffle
from bot.settings import read_settings
from engine.disclosure.released import PROVINCE, Release, ReleasedRow
from engine.errors import SettingsProblem
from engine.state import day_of
from handlers.count_ballots import ballots_waiting
from handlers.download_statistics import FORMATS, download, find_release
from handlers.rounds import HOW_TO_RELEASE_AGAIN, confirm_last_release, open_round, round_status
from handlers.staff import COMMAND_LINE, Access
from storage.rounds import load_rounds

WITNESSES = 2


@click.group("round")
def round_commands() -> None:
    """Rounds: one year's assessment each. docs/privacy.md says what closing does."""


@round_commands.command("open")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option(
    "--detail",
    type=click.Choice(["fine", "coarse"]),
    default="fine",
    show_default=True,
    help="How finely communes are broken down in the end; coarse where under 150 answers a commune are expected.",
)
def open_command(year: int, detail: str) -> None:
    """Open a round: make its keys, and print the hash to be published."""
    with open_office(read_settings()) as office:
        work = partial(
            open_round,
            keys=office.keys,
            year=year,
            detail="coarse" if detail == "coarse" else "fine",
            today=day_of(office.clock()),
            draw_bytes=secrets.token_bytes,
        )
        click.echo(f"round {year} is open; SHA-256 of its key: {office.run(work)}")


@round_commands.command("status")
def status_command() -> None:
    """Show all rounds and what stands next."""
    with open_office(read_settings()) as office:
        for status in office.run(round_status):
            this, last = status.round, status.last_release
            state = f"closing, next step {this.step}" if this.step else this.state
            click.echo(f"{this.year}  {state}  opened {this.opened_on}  detail {this.detail}")
            click.echo(f"      key SHA-256 {this.key_hash}")
            if this.is_held:
                click.echo(f"      restored from a backup: {HOW_TO_RELEASE_AGAIN} {this.year}")
            if this.state != "closed":
                waiting = office.run(partial(ballots_waiting, year=this.year))
                click.echo(f"      {waiting.sessions} finished sessions wait; {waiting.ballots} ballots")
            click.echo(f"      last release: {_named(last) if last else 'none yet'}")
            if this.record and "sha256" in this.record:
                click.echo(f"      record SHA-256 {this.record['sha256']}")


@round_commands.command("last-release")
@click.argument("year", type=int)
@click.argument("number", type=click.IntRange(0))
def last_release_command(year: int, number: int) -> None:
    """After a restore: say that release NUMBER is the last one of YEAR that anybody has seen (0: none)."""
    with open_office(read_settings()) as office:
        office.run(partial(confirm_last_release, year=year, number=number, now=office.clock()))
    click.echo(f"round {year} is sealed again, after release {number}")


@round_commands.command("close")
@click.argument("year", type=int)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--witness", "witnesses", multiple=True, help="Who watches; name two people.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the record here (JSON).")
@click.option(
    "--without-final-release",
    is_flag=True,
    help="Close even if the final release cannot be proved safe: the last one stays.",
)
def close_command(
    year: int, dry_run: bool, witnesses: tuple[str, ...], out: Path | None, without_final_release: bool
) -> None:
    """Close a round for good: final release, keys and ballots destroyed. Can be taken up again."""
    from handlers.close_round import Closing, close_round, what_closing_would_do
    from handlers.seal_round import SealOrder

    with open_office(read_settings()) as office:
        steps = office.run(partial(what_closing_would_do, year=year))
        for step in steps:
            click.echo(f"  {step}")
        if dry_run:
            return
        if len(witnesses) < WITNESSES and steps and steps[0].startswith("final_release"):
            if sys.stdin.isatty():
                raise SettingsProblem("two people must watch: --witness NAME --witness NAME")
            click.echo("Nobody watches, and the record will say so: --witness NAME, twice.", err=True)
        typed = click.prompt("This cannot be undone. Type the round's name to close it")
        if typed.strip() != str(year):
            raise SettingsProblem(f"nothing was done: {typed.strip()} is not {year}")
        closing = Closing(
            run=office.run,
            rewrite=office.database.rewrite,
            handbook=office.handbook,
            keys=office.keys,
            shuffle=shuffle,
            say=click.echo,
            needs_release=not without_final_release,
        )
        order = SealOrder(year, "final", secrets.token_hex(16), COMMAND_LINE)
        record = close_round(closing, order, witnesses, office.clock())
    written = json.dumps(record, ensure_ascii=False, indent=1)
    if out:
        out.write_text(written + "\n", encoding="utf-8")
        click.echo(f"→ {out}")
    else:
        click.echo(written)


@click.group("release")
def release_commands() -> None:
    """Releases: the sealed counts. docs/statistics.md says how to read them."""


@release_commands.command("seal")
@click.option("--round", "year", type=int, help="Which round; the newest without.")
@click.option("--scheduled", is_flag=True, help="The weekly seal: may follow another one of the same day.")
def seal_command(year: int | None, scheduled: bool) -> None:
    """Seal the next release now."""
    from handlers.seal_round import SealOrder, seal_round

    with open_office(read_settings()) as office:
        now = office.clock()
        year = year or _newest(office)
        order = SealOrder(year, "interim", secrets.token_hex(16), COMMAND_LINE, by_schedule=scheduled)
        release = seal_round(office.run, office.handbook, office.keys, order, now, shuffle)
        office.database.rewrite()
        click.echo(_named(release))


@release_commands.command("list")
def list_command() -> None:
    """List all releases."""
    from storage.releases import load_ledger

    with open_office(read_settings()) as office:
        for status in office.run(round_status):
            for release in office.run(partial(load_ledger, round_=status.round.year)):
                click.echo(_named(release))


@release_commands.command("show")
@click.option("--round", "year", type=int, help="Which round; the newest without.")
@click.option("--release", "number", type=int, help="Which release; the last one without.")
def show_command(year: int | None, number: int | None) -> None:
    """Show the communes of a release."""
    with open_office(read_settings()) as office:
        year = year or _newest(office)
        release = office.run(partial(find_release, year=year, number=number))
        click.echo(_named(release))
        names = {commune.code: commune.name for commune in office.handbook.province.communes}
    table = release.table("T1")
    for row in (release.province, *(table.rows if table else ())):
        name = names.get(row.commune, row.commune or PROVINCE)
        click.echo(f"{row.commune or PROVINCE:10}{_figures(row)}  {name}")


@release_commands.command("export")
@click.option("--format", "file_format", type=click.Choice(list(FORMATS)), required=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file, or a folder for it.")
@click.option("--unit", default=PROVINCE, show_default=True, help="`province` or the code of a commune.")
@click.option("--language", default="vi", show_default=True)
@click.option("--round", "year", type=int, help="Which round; the newest without.")
@click.option("--release", "number", type=int, help="Which release; the last one without.")
def export_command(
    file_format: str, out: Path | None, unit: str, language: str, year: int | None, number: int | None
) -> None:
    """Write a stored file of a release. It is audited."""
    with open_office(read_settings()) as office:
        now = office.clock()
        year = year or _newest(office)
        release = office.run(partial(find_release, year=year, number=number))
        allowed = Access(0, unit, COMMAND_LINE)
        work = partial(
            download, release=release, allowed=allowed, file_format=file_format, language=language, now=now
        )
        file = office.run(work)
    is_folder = out is not None and (out.is_dir() or not out.suffix)
    path = out / file.name if out and is_folder else out or Path(file.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    click.echo(f"→ {path}")


def _newest(office: Office) -> int:
    rounds = office.run(load_rounds)
    return rounds[-1].year if rounds else day_of(office.clock()).year


def _named(release: Release) -> str:
    return f"{release.round}  release {release.number}  {release.kind}  {release.as_of}  n {release.province.n}"


def _figures(row: ReleasedRow) -> str:
    if row.n is None or row.passed is None or row.total is None:
        return f"{'…':>7}"
    low, high = (100 * end for end in row.passed)
    return f"{row.n:7}  pass {low:g}–{high:g} %  total {row.total[0]:g}–{row.total[1]:g}  as of {row.as_of_release}"
