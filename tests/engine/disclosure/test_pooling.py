"""Which rows there are, and when they move: R6, and S1 to S6."""

import pytest

from engine.disclosure.pooling import (
    NOTHING_ISSUED,
    Ballots,
    Moves,
    Standing,
    late_row,
    may_be_pooled,
    move_rows,
    row_keys,
)
from engine.disclosure.released import LATE, POOLED
from engine.disclosure.tally import Tally
from tests.engine.disclosure.made_up import counts_of, everybody_alike

SMALL = {"a": 4, "b": 5, "c": 6}


def first(sizes: dict[str, int]) -> Moves | None:
    return move_rows(NOTHING_ISSUED, Ballots({}, counts_of(sizes)), sorted(sizes), 1)


def standing_after(sizes: dict[str, int]) -> Standing:
    moves = first(sizes)
    assert moves is not None
    return moves.standing


def move(
    standing: Standing, sealed: dict[str, int], added: dict[str, int], staying: frozenset[str] = frozenset()
) -> Moves:
    communes = sorted({*sealed, *added})
    moves = move_rows(standing, Ballots(counts_of(sealed), counts_of(added)), communes, 2, staying)
    assert moves is not None
    return moves


def sizes_of(standing: Standing) -> dict[str, int]:
    return {key: row.tally.n for key, row in standing.rows.items()}


def test_communes_with_ten_people_have_a_row_and_smaller_ones_share_the_pooled_row() -> None:
    standing = standing_after({**SMALL, "d": 10, "e": 99})
    assert sizes_of(standing) == {"d": 10, "e": 99, POOLED: 15}
    assert standing.pool == {"a", "b", "c"}
    assert standing.total == everybody_alike(124)


def test_where_no_commune_is_small_there_is_no_pooled_row() -> None:
    standing = standing_after({"a": 10, "b": 11})
    assert sizes_of(standing) == {"a": 10, "b": 11}
    assert standing.pool == frozenset()


@pytest.mark.parametrize(
    ("sizes", "pool"),
    [
        pytest.param({"a": 9, "d": 30, "e": 20, "f": 10}, {"a", "e", "f"}, id="one_is_small"),
        pytest.param({"a": 9, "b": 9, "d": 30, "e": 20}, {"a", "b", "e"}, id="two_are_small"),
        pytest.param({"a": 2, "b": 3, "c": 4, "d": 30, "e": 20}, {"a", "b", "c", "e"}, id="nine_people"),
        pytest.param(
            {"a": 5, "b": 0, "c": 0, "d": 30, "e": 20}, {"a", "b", "c", "d", "e"}, id="empty_ones_hide_nobody"
        ),
        pytest.param({"b": 0, "c": 0, "d": 30, "e": 20}, {"b", "c", "e"}, id="only_empty_ones"),
        pytest.param({"a": 9, "d": 20, "e": 20, "f": 20}, {"a", "d", "e"}, id="of_equals_the_first_codes"),
    ],
)
def test_a_pool_that_hides_too_little_takes_in_the_smallest_communes(sizes: dict[str, int], pool: set[str]) -> None:
    standing = standing_after(sizes)
    assert standing.pool == pool
    assert standing.rows[POOLED].tally.n == sum(sizes[commune] for commune in pool)


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param({"a": 0, "b": 0, "c": 0}, id="nobody"),
        pytest.param({"a": 3, "b": 3, "c": 3}, id="nine_people"),
        pytest.param({"a": 9, "b": 30}, id="two_communes_one_of_them_small"),
        pytest.param({"a": 9}, id="one_small_commune"),
    ],
)
def test_before_there_are_enough_people_there_is_no_release(sizes: dict[str, int]) -> None:
    assert first(sizes) is None


def test_where_all_communes_are_pooled_some_may_be_empty() -> None:
    standing = standing_after({"a": 5, "b": 6, "c": 0})
    assert sizes_of(standing) == {POOLED: 11}


@pytest.mark.parametrize(
    ("people", "pool", "may"),
    [
        ({"a": 5, "b": 5, "c": 5, "d": 50}, "ab", False),
        ({"a": 3, "b": 3, "c": 3, "d": 50}, "abc", False),
        ({"a": 3, "b": 3, "c": 4, "d": 50}, "abc", True),
        ({"a": 9, "b": 9, "c": 0, "d": 50}, "abc", False),
        ({"a": 0, "b": 0, "c": 10, "d": 50}, "abc", True),
        ({"a": 9, "b": 9, "c": 0}, "abc", True),
    ],
)
def test_a_pool_needs_three_communes_and_ten_people(people: dict[str, int], pool: str, may: bool) -> None:
    assert may_be_pooled(people, pool) is may


def test_the_first_release_takes_in_everyone() -> None:
    moves = first({**SMALL, "d": 10})
    assert moves is not None
    assert moves.moved == {*SMALL, "d"}
    assert {row.as_of_release for row in moves.standing.rows.values()} == {1}


def test_nine_new_people_do_not_move_a_row_and_ten_do() -> None:
    sealed = {"d": 20, "e": 20}
    standing = standing_after(sealed)
    moves = move(standing, sealed, {"d": 9, "e": 10})
    assert moves.moved == {"e"}
    assert moves.standing.rows["d"] is standing.rows["d"]
    assert (moves.standing.rows["e"].tally.n, moves.standing.rows["e"].as_of_release) == (30, 2)


def test_removals_alone_never_move_a_row() -> None:
    standing = standing_after({**SMALL, "d": 20, "e": 30})
    moves = move(standing, {"a": 1, "b": 0, "c": 6, "d": 0, "e": 29}, {})
    assert moves.moved == frozenset()
    assert moves.standing == standing


def test_removals_come_in_with_ten_new_people() -> None:
    standing = standing_after({"d": 20, "e": 30})
    moves = move(standing, {"d": 3, "e": 30}, {"d": 10})
    assert sizes_of(moves.standing) == {"d": 13, "e": 30}


@pytest.mark.parametrize(
    ("added", "moves_on"),
    [
        pytest.param({"a": 3, "b": 3, "c": 3}, False, id="nine_from_three"),
        pytest.param({"a": 40, "b": 40}, False, id="many_from_two"),
        pytest.param({"a": 1, "b": 1, "c": 8}, True, id="ten_from_three"),
    ],
)
def test_the_pool_moves_with_ten_new_people_from_three_communes(added: dict[str, int], moves_on: bool) -> None:
    standing = standing_after({**SMALL, "d": 20})
    moves = move(standing, {**SMALL, "d": 20}, added)
    assert (moves.standing.rows[POOLED].as_of_release == 2) is moves_on
    assert moves.moved == (set(SMALL) if moves_on else set())


def test_a_commune_leaves_the_pool_when_it_has_ten_people_and_the_others_are_still_enough() -> None:
    sealed = {**SMALL, "f": 3, "d": 20}
    standing = standing_after(sealed)
    moves = move(standing, sealed, {"a": 12, "b": 4, "c": 3, "f": 3})
    assert moves.standing.pool == {"b", "c", "f"}
    assert sizes_of(moves.standing) == {"a": 16, "d": 20, POOLED: 24}


def test_a_commune_stays_if_too_few_would_be_left_or_too_few_of_them_are_new() -> None:
    sealed = {**SMALL, "d": 20}
    standing = standing_after(sealed)
    assert move(standing, sealed, {"a": 20, "b": 1, "c": 1}).standing.pool == set(SMALL)
    sealed["f"] = 3
    standing = standing_after(sealed)
    assert move(standing, sealed, {"a": 20, "b": 3, "c": 3, "f": 3}).standing.pool == {*SMALL, "f"}


def test_a_commune_that_must_stay_stays() -> None:
    sealed = {**SMALL, "f": 3, "d": 20}
    standing = standing_after(sealed)
    moves = move(standing, sealed, {"a": 12, "b": 4, "c": 3, "f": 3}, staying=frozenset("a"))
    assert moves.standing.pool == {*SMALL, "f"}


def test_all_may_leave_together_and_the_pool_is_gone() -> None:
    standing = standing_after({**SMALL, "d": 20})
    moves = move(standing, {**SMALL, "d": 20}, {"a": 6, "b": 5, "c": 4})
    assert sizes_of(moves.standing) == {"a": 10, "b": 10, "c": 10, "d": 20}
    assert moves.standing.pool == frozenset()
    assert moves.moved == set(SMALL)


def test_a_commune_that_has_left_never_comes_back_however_few_are_left() -> None:
    standing = standing_after({**SMALL, "d": 20})
    left = move(standing, {**SMALL, "d": 20}, {"a": 6, "b": 5, "c": 4}).standing
    later = move(left, {"a": 0, "b": 1, "c": 1, "d": 1}, {"a": 9})
    assert later.standing == left


def test_a_pool_without_small_communes_stays_as_it_was_issued_when_it_may_not_move() -> None:
    standing = standing_after({"b": 0, "c": 0, "d": 30, "e": 20})
    moves = move(standing, {"b": 0, "c": 0, "d": 30, "e": 20}, {"e": 40})
    assert moves.standing == standing


@pytest.mark.parametrize(
    ("added", "late"),
    [
        pytest.param({"a": 3, "b": 3, "c": 3}, None, id="nine_people"),
        pytest.param({"a": 9, "b": 9, "c": 0}, None, id="two_communes"),
        pytest.param({"a": 4, "b": 3, "c": 3}, 10, id="ten_from_three"),
        pytest.param({"a": 4, "b": 3, "moved": 30}, None, id="who_moved_a_row_is_not_late"),
        pytest.param({"a": 4, "b": 3, "c": 4, "moved": 30}, 11, id="only_the_others_are_late"),
    ],
)
def test_who_comes_too_late_for_a_row_is_in_the_late_row_or_in_none(
    added: dict[str, int], late: int | None
) -> None:
    found = late_row(Ballots({}, counts_of(added)), {"moved"})
    assert (found.n if found else None) == late


def test_the_rows_of_communes_come_first_then_the_pooled_and_the_late_one() -> None:
    standing = standing_after({**SMALL, "e": 30, "d": 20})
    assert row_keys(standing, has_late=True) == ["d", "e", POOLED, LATE]
    assert row_keys(standing_after({"d": 20}), has_late=False) == ["d"]


def test_scores_do_not_decide_anything() -> None:
    sizes = {**SMALL, "f": 12, "d": 11, "e": 30}
    worst = {commune: everybody_alike(n, points=0) for commune, n in sizes.items()}
    other = move_rows(NOTHING_ISSUED, Ballots({}, worst), sorted(sizes), 1)
    same = first(sizes)
    assert other is not None
    assert same is not None
    assert (other.moved, other.standing.pool) == (same.moved, same.standing.pool)
    assert sizes_of(other.standing) == sizes_of(same.standing)
    assert other.standing.total == Tally(other.standing.total.n)
