"""`hoctap world …`: made-up worlds, for demonstrations, benchmarks and attacks."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.bootstrap import open_office
from bot.settings import read_settings
from content.read import read_handbook
from engine.errors import SettingsProblem


@click.group("world")
def world_commands() -> None:
    """Made-up worlds: a CSV of what people do, day by day. docs/statistics.md describes it."""


@world_commands.command("make")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("world.csv"), show_default=True
)
@click.option("--communes", default="all", show_default=True, help="`all`, or how many.")
@click.option("--median", type=click.IntRange(1), default=60, show_default=True, help="People in a commune.")
@click.option("--days", type=click.IntRange(1, 360), default=120, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--sybils", type=click.IntRange(0), default=0, help="Fake people around one victim.")
@click.option("--stay-open", is_flag=True, help="Do not close the round at the end.")
def make_command(out: Path, communes: str, median: int, days: int, seed: int, sybils: int, stay_open: bool) -> None:
    """Write a made-up world."""
    from bot.world_file import write_world
    from bot.world_making import make_world

    codes = sorted(read_handbook(read_settings().province).province.by_code)
    acts = make_world(_chosen(codes, communes), median, days, seed, sybils)
    if stay_open:
        acts = [act for act in acts if act.act != "close"]
    write_world(out, acts)
    click.echo(f"→ {out}  {sum(act.act == 'submit' for act in acts)} assessments")


def _chosen(codes: Sequence[str], communes: str) -> Sequence[str]:
    if communes == "all":
        return codes
    if not communes.isdigit() or not 1 <= int(communes) <= len(codes):
        raise SettingsProblem(f"--communes takes `all` or a number from 1 to {len(codes)}")
    return codes[: int(communes)]


@world_commands.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--detail", type=click.Choice(["fine", "coarse"]), default="fine", show_default=True)
@click.option(
    "--all-files", is_flag=True, help="Keep every file of every unit of the last release, as a real seal does."
)
@click.option("--leave-out-floods", is_flag=True, help="Do not count who came in a flood of new accounts.")
def replay_command(file: Path, out: Path, detail: str, all_files: bool, leave_out_floods: bool) -> None:
    """Live through a world in an empty database; write what is released."""
    from bot.world_file import read_world
    from bot.world_replay import Replay

    with open_office(read_settings()) as office:
        acts = read_world(file, office.handbook.province.by_code)
        replay = Replay(office, out, "coarse" if detail == "coarse" else "fine", all_files, leave_out_floods)
        replay.run(acts)
