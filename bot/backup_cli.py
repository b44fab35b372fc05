"""`hoctap backup …` and `hoctap restore`: docs/backup.md."""

from contextlib import closing
from pathlib import Path

import click

from bot.bootstrap import utc_now
from bot.settings import Settings, read_settings
from engine.errors import SettingsProblem
from engine.tombstones import BACKUPS_LAST
from handlers.back_up import backup_lines, inner_keys
from handlers.restore import Known, restore
from storage.age import check_public_key, make_keys, private_key
from storage.backup_file import (
    TOMBSTONES,
    backup_path,
    read_tombstones,
    reading_backup,
    remove_old_backups,
    remove_unfinished,
    write_backup,
    write_tombstones,
)
from storage.database import Database, connect, open_database
from storage.round_keys import RoundKeys
from storage.snapshot import snapshot
from storage.tombstones import load_tombstones

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_folder_option = click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder; HOCTAP_BACKUP_DIR without."
)


@click.group("backup", invoke_without_command=True)
@_folder_option
@click.option(
    "--keep-days",
    type=click.IntRange(1, BACKUPS_LAST.days),
    help="Remove backups in the folder that are older than so many days.",
)
@click.pass_context
def backup_commands(context: click.Context, folder: Path | None, keep_days: int | None) -> None:
    """Write a backup of the database, encrypted, and the list of tombstones beside it. hoctap may be running.

    The folder of keys is not in it: copy that one by itself to another place.
    """
    if context.invoked_subcommand:
        return

    settings, now = read_settings(), utc_now()
    folder = folder or settings.backup_dir
    path = backup_path(folder, now)
    remove_unfinished(folder, now)
    with closing(open_database(settings.database)) as database:
        _write_backup(database, settings, path)
        _write_list(database, folder)
    click.echo(f"→ {path}  {path.stat().st_size} bytes")
    click.echo(f"The keys are not in it: keep a copy of {settings.key_dir}/ in another place. docs/backup.md")
    for removed in remove_old_backups(folder, now, keep_days) if keep_days else ():
        click.echo(f"removed {removed}")


@backup_commands.command("tombstones")
@_folder_option
def tombstones_command(folder: Path | None) -> None:
    """Write only the list of tombstones. Do so often: a restored database knows erasures up to the newest list."""
    settings = read_settings()
    with closing(open_database(settings.database)) as database:
        click.echo(f"→ {_write_list(database, folder or settings.backup_dir)}")


@backup_commands.command("keys")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File for the private key, in a place that the server cannot read.",
)
def keys_command(out: Path) -> None:
    """Make a pair of keys: the private one opens backups, the public one is HOCTAP_BACKUP_KEY on the server."""
    private, public = make_keys()
    try:
        out.touch(mode=0o600, exist_ok=False)
        out.write_text(f"# public key: {public}\n{private}\n", encoding="ascii")
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"→ {out}  Without this file no backup can be read. Keep it off the server, twice.")
    click.echo(f"HOCTAP_BACKUP_KEY={public}")


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--key", type=_FILE, required=True, help="The private key.")
@click.option("--tombstones", type=_FILE, help="The newest list of what was erased, tombstones.txt.")
@click.option("--without-tombstones", is_flag=True, help="There is no list: who has left since then is back.")
@click.option("--replace", is_flag=True, help="Throw away what is in the database, for good.")
def restore_command(
    file: Path, key: Path, tombstones: Path | None, without_tombstones: bool, replace: bool
) -> None:
    """Fill the database from a backup. All or nothing; HOCTAP_KEY_DIR must be the folder of that time."""
    if (tombstones is None) != without_tombstones:
        raise SettingsProblem("name the newest list of what was erased, --tombstones, or say --without-tombstones")
    known = None if tombstones is None else Known(*read_tombstones(tombstones))
    settings = read_settings()
    with closing(connect(settings.database)) as database:
        _restore(database, settings, file, _private_key(key), known, replace)


def _write_backup(database: Database, settings: Settings, path: Path) -> None:
    check_public_key(settings.backup_key)
    with snapshot(database) as see:
        with see() as looking:
            inner = inner_keys(looking, RoundKeys(settings.key_dir))
        write_backup(path, backup_lines(see, utc_now()), settings.backup_key, inner)


def _write_list(database: Database, folder: Path) -> Path:
    path, made_at = folder / TOMBSTONES, utc_now()
    with database.looking() as looking:
        write_tombstones(path, load_tombstones(looking), made_at)
    return path


def _restore(
    database: Database, settings: Settings, file: Path, outer_key: str, known: Known | None, replace: bool
) -> None:
    inner = map(private_key, RoundKeys(settings.key_dir).backup_keys())
    now = utc_now()
    with reading_backup(file, outer_key, inner) as lines, database.transaction() as transaction:
        done = restore(transaction, lines, known, now, replaces=replace)
        transaction.has_erased = True
    click.echo(f"{done.rows} rows as of {done.made_at:%Y-%m-%d %H:%M:%S} UTC")
    click.echo(f"{done.erased} accounts and ballots were erased again")
    click.echo(f"{done.in_doubt} copies are in doubt; campaigns that were on their way are paused: docs/backup.md")
    click.echo("Releases wait: hoctap round last-release YEAR NUMBER, for each round that is open")


def _private_key(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(keys) != 1:
        raise SettingsProblem(f"{path} does not hold one private key")
    return keys[0]
