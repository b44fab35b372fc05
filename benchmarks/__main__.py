"""`python -m benchmarks [--quick] [NAME …]`: measures, and prints a table to put into docs/performance.md."""

import sys

from benchmarks import drawing, machine, memory, queries, start, turns, web
from benchmarks.effort import FULL, QUICK
from benchmarks.figures import table

BENCHMARKS = {
    "turns": turns.measure,
    "web": web.measure,
    "memory": memory.measure,
    "start": start.measure,
    "drawing": drawing.measure,
    "queries": queries.measure,
}


def main(arguments: list[str]) -> None:
    """Runs the named benchmarks, or all of them."""
    names = [argument for argument in arguments if argument != "--quick"] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    effort = QUICK if "--quick" in arguments else FULL
    print("\n".join(machine.about()))
    figures = []
    for name in names:
        print(f"… {name}", file=sys.stderr)
        figures += BENCHMARKS[name](effort)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    main(sys.argv[1:])
