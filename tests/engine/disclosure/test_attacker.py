"""The attacker's solver: it finds what is pinned, and where it cannot tell, nothing is released."""

from collections.abc import Sequence

import pytest

from engine.disclosure.attacker import Published, Secret, find_least, find_pinned, find_worlds
from engine.errors import ReleaseRefused


def is_wide(low: float, high: float) -> bool:
    return high - low >= 10


def published(unknowns: int, *sums: tuple[Sequence[int], float, float]) -> Published:
    known = Published(unknowns)
    for places, low, high in sums:
        known.say(places, low, high)
    return known


def test_what_is_the_total_minus_the_others_is_pinned() -> None:
    known = published(3, ([0, 1, 2], 50, 50), ([0], 20, 20), ([1], 25, 25))
    assert find_pinned(known, [Secret([2], is_wide)], truth=[20, 25, 5]) == [0]


def test_two_that_only_their_sum_tells_about_are_not() -> None:
    known = published(3, ([0, 1, 2], 50, 50), ([0], 20, 20))
    secrets = [Secret([1], is_wide), Secret([2], is_wide), Secret([1, 2], is_wide)]
    assert find_pinned(known, secrets, truth=[20, 25, 5]) == [2]
    assert find_pinned(known, secrets, truth=None) == [2]


def test_bounds_of_the_unknowns_themselves_count() -> None:
    known = Published(2, at_most=[9, 100])
    known.say([0, 1], 50, 50)
    assert find_pinned(known, [Secret([0], is_wide), Secret([1], is_wide)], truth=None) == [0, 1]


def test_many_secrets_are_each_looked_at() -> None:
    # Pairs that share a sum: those with a small one are pinned.
    sums = [([2 * place, 2 * place + 1], 3.0 * place, 3.0 * place) for place in range(10)]
    secrets = [Secret([place], is_wide) for place in range(20)]
    assert find_pinned(published(20, *sums), secrets, truth=None) == list(range(8))


def test_without_secrets_nothing_is_pinned() -> None:
    assert find_pinned(published(1, ([0], 1, 1)), [], truth=None) == []


def test_figures_that_contradict_each_other_fit_no_world() -> None:
    known = published(2, ([0, 1], 5, 5), ([0], 6, 6))
    assert find_pinned(known, [Secret([1], is_wide)], truth=None) is None
    assert find_worlds(known, Secret([1], is_wide)) == []


def test_the_two_worlds_of_a_secret_are_its_ends() -> None:
    known = published(2, ([0, 1], 30, 30), ([0], 5, 12))
    smallest, largest = find_worlds(known, Secret([1], is_wide))
    assert (round(float(smallest[1])), round(float(largest[1]))) == (18, 25)


def test_where_the_solver_cannot_tell_nothing_is_released() -> None:
    unbounded = published(2, ([0], 1, 1))
    with pytest.raises(ReleaseRefused, match="the solver could not tell"):
        find_pinned(unbounded, [Secret([1], lambda low, high: False)], truth=None)


def test_what_is_given_as_true_must_fit_what_is_published() -> None:
    known = Published(2, at_most=[9, 100])
    known.say([0, 1], 50, 50)
    secrets = [Secret([0], is_wide)]
    assert find_pinned(known, secrets, truth=[5, 46]) is None
    assert find_pinned(known, secrets, truth=[10, 40]) is None
    assert find_pinned(known, secrets, truth=[5, 45]) == [0]


def test_sums_may_be_less_others() -> None:
    known = Published(2)
    known.say([0], 12, 12, less=[1])
    known.say([0], 0, 40)
    assert find_least(known, [0]) == pytest.approx(12)
    assert find_least(known, [1]) == pytest.approx(0)


def test_there_is_no_least_where_nothing_fits() -> None:
    known = published(1, ([0], 3, 3), ([0], 4, 4))
    with pytest.raises(ReleaseRefused, match="contradict each other"):
        find_least(known, [0])
