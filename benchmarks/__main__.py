"""`python -m benchmarks [name...]`: runs benchmarks, each in a process of its own, and prints a table for each."""

import argparse
import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks import (
    abuse,
    campaign,
    console,
    drawing,
    machine,
    memory,
    queries,
    scale,
    scale_out,
    seal,
    start,
    telegram,
    turns,
    web,
)
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.figures import Figure, table

BENCHMARKS: dict[str, Callable[[Effort], list[Figure]]] = {
    "turns": turns.measure,
    "web": web.measure,
    "telegram": telegram.measure,
    "memory": memory.measure,
    "start": start.measure,
    "drawing": drawing.measure,
    "queries": queries.measure,
    "seal": seal.measure,
    "campaign": campaign.measure,
    "console": console.measure,
    "scale": scale.measure,
    "scale_out": scale_out.measure,
    "abuse": abuse.measure,
}
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"

_FIGURES = re.compile(r"(?<=<!-- figures: begin -->\n).*(?=<!-- figures: end -->)", re.DOTALL)


def main() -> None:
    """What was found goes to standard output, and with --write into docs/performance.md."""
    options = _options()
    effort = QUICK if options.quick else FULL
    parts = ["\n".join(machine.about())]
    print(parts[0], flush=True)
    for name in options.names or BENCHMARKS:
        parts.append(f"### {name}\n\n{table(_apart(BENCHMARKS[name], effort))}")
        print(f"\n{parts[-1]}", flush=True)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        page = _with_some(page, parts) if options.names else _with_all(page, parts)
        PAGE.write_text(page, encoding="utf-8")


def _with_all(page: str, parts: list[str]) -> str:
    found = "\n\n".join(parts) + "\n"
    return _FIGURES.sub(lambda _: found, page)


def _with_some(page: str, parts: list[str]) -> str:
    """Only these benchmarks' tables are new, each with what it was measured on above it."""
    about, *tables = parts
    for each in tables:
        title, _, figures = each.partition("\n\n")
        section = re.compile(rf"{title}\n\n.*?(?=\n### |<!-- figures: end -->)", re.DOTALL)
        found = f"{title}\n\n{about}\n\n{figures}\n"
        if section.search(page):
            page = section.sub(found.replace("\\", r"\\"), page)
        else:
            page = page.replace("<!-- figures: end -->", f"\n{found}<!-- figures: end -->")
    return page


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="only see that all of it runs; the figures say little")
    parser.add_argument(
        "--write", action="store_true", help="put the figures into docs/performance.md; with names, only theirs"
    )
    return parser.parse_args()


def _apart(measure: Callable[[Effort], list[Figure]], effort: Effort) -> list[Figure]:
    """In a new process, so that what one benchmark leaves in memory does not count for the next."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, effort).result()


if __name__ == "__main__":
    main()
