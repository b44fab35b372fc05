"""Every benchmark still runs and finds something. How fast anything is, is not for a test to say."""

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.effort import QUICK


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_it_runs(name: str) -> None:
    figures = BENCHMARKS[name](QUICK)
    assert figures
    for figure in figures:
        assert min(figure.measured) >= 0
        assert max(figure.measured) > 0
        assert len(figure.floor) in (0, len(figure.measured))


def test_a_turn_takes_as_many_statements_for_one_person_as_for_eight() -> None:
    BENCHMARKS["queries"](QUICK)
