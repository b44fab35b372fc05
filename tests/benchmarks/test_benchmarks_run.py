"""Every benchmark runs and finds something. How fast anything is, no test says."""

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.effort import QUICK
from benchmarks.figures import Figure, table

# turns, seal and campaign need a PostgreSQL of their own, web, telegram, memory a server: seconds, not tenths.
SLOW = {"turns", "web", "telegram", "memory", "start", "seal", "campaign", "console", "scale", "scale_out", "abuse"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow, pytest.mark.timeout(900)] if name in SLOW else [])
        for name in BENCHMARKS
    ],
)
def test_a_benchmark_runs(name: str) -> None:
    figures = BENCHMARKS[name](QUICK)
    assert figures
    for figure in figures:
        assert figure.what
        assert figure.measured
        assert all(value > 0 for value in (*figure.measured, *figure.floor)), figure
        assert figure.memory_mb is None or figure.memory_mb > 0


def test_the_table_shows_median_spread_and_ratio() -> None:
    figure = Figure("turns", "turns/s", [900, 1_200, 1_000], "bare", [3_000, 3_000, 2_000], 80.4)
    row = table([figure]).splitlines()[-1]
    assert (
        row == "| turns | **1,000** (900–1,200) turns/s | bare | **3,000** (2,000–3,000) turns/s | 0.40 × | 80 MB |"
    )


def test_the_table_shows_a_single_value_without_a_floor() -> None:
    row = table([Figure("size", "kB", [12.34])]).splitlines()[-1]
    assert row == "| size | **12.3** kB | – | – | – | – |"
