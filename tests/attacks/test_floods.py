"""A9 in a flood: fake people whose accounts were made all at once, counted and left out."""

import pytest

from tests.attacks.a09_floods import FAKES, HONEST, flood_world
from tests.attacks.a13_file_metadata import find_file_differences
from tests.attacks.conftest import Replay
from tests.attacks.exports import Exports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LEFT_OUT = "--leave-out-floods"


def said_first(exports: Exports, commune: str) -> list[int | None]:
    """What the first release says about the number of people in a commune."""
    return [row.n for row in exports.releases[0].shown if row.commune == commune]


def test_a09_a_flood_that_is_left_out_leaves_no_trace(replay: Replay) -> None:
    """Counted, fake people are most of a small commune; left out, every figure is as if they had never come."""
    flooded, calm, commune = flood_world(0)
    for name, acts, options in (
        ("counted", flooded, ()),
        ("left out", flooded, (LEFT_OUT,)),
        ("calm", calm, (LEFT_OUT,)),
    ):
        replay.begin(f"flood {name}", acts, *options)
    counted = replay("flood counted", flooded).exports
    left_out = replay("flood left out", flooded, LEFT_OUT).exports
    without = replay("flood calm", calm, LEFT_OUT).exports
    assert said_first(counted, commune) == [HONEST + FAKES]
    assert said_first(left_out, commune) in ([HONEST], []), "of its own, or in the pooled row"
    assert find_file_differences(left_out.folder, without.folder) == []
