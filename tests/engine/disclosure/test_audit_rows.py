"""The rows of communes over a whole round: nobody works out how many were in the pooled row from one commune."""

from datetime import date

import pytest

from engine.disclosure import sealing
from engine.disclosure.audit_rows import check_moves, find_pinned_communes
from engine.disclosure.pooling import Ballots, IssuedRow, Moves, Standing
from engine.disclosure.released import POOLED, Release, ReleasedRow, ReleasedTable
from engine.errors import ReleaseRefused
from tests.engine.disclosure.made_up import MadeUpRound, counts_of, everybody_alike, round_of, row, table

BIG = {"y": 40, "z": 50}


def release(number: int, shown: dict[str, int], members: str = "", pooled: int = 0, as_of: int = 0) -> Release:
    rows = [ReleasedRow({"commune": commune}, n, number) for commune, n in shown.items()]
    rows += [ReleasedRow({"commune": commune}) for commune in members]
    if pooled:
        rows.append(ReleasedRow({"commune": POOLED}, pooled, as_of or number, members=tuple(members)))
    tables = (ReleasedTable("T1", ("commune",), tuple(rows)),)
    return Release(2026, number, "interim", date(2026, 9, 7), 10, "cdht-2026.1", tables)


def test_how_many_of_a_pool_each_commune_has_stays_open() -> None:
    assert find_pinned_communes([release(1, BIG, "abc", 10)]) == frozenset()
    assert find_pinned_communes([release(1, BIG)]) == frozenset()
    assert find_pinned_communes([]) == frozenset()


def test_a_commune_that_leaves_a_pool_which_hardly_grows_is_pinned() -> None:
    before = release(1, BIG, "abcd", 36)
    after = release(2, {**BIG, "d": 11}, "abc", 27)
    assert find_pinned_communes([before, after]) == {"d"}, "d had 9 to 11 of the 36"


def test_so_is_one_that_leaves_beside_a_pool_that_shrinks_by_almost_as_much() -> None:
    ledger = [release(1, {}, "abcd", 40), release(2, {}, "abcd", 40, as_of=1), release(3, {"d": 18}, "abc", 31)]
    assert find_pinned_communes(ledger) == {"d"}


def test_a_commune_that_leaves_a_pool_which_grows_enough_is_not() -> None:
    assert (
        find_pinned_communes([release(1, BIG, "abcd", 15), release(2, {**BIG, "d": 11}, "abc", 27)]) == frozenset()
    )


def test_when_all_leave_together_only_their_present_sizes_are_known() -> None:
    assert find_pinned_communes([release(1, {}, "abc", 15), release(2, {"a": 12, "b": 14, "c": 20})]) == frozenset()


def test_all_leaving_with_hardly_anyone_new_is_pinned() -> None:
    assert find_pinned_communes([release(1, {}, "abc", 27), release(2, {"a": 10, "b": 10, "c": 10})]) == {
        "a",
        "b",
        "c",
    }


def test_where_ballots_must_have_been_removed_the_attacker_learns_nothing_this_way() -> None:
    assert find_pinned_communes([release(1, {}, "abcd", 90), release(2, {"d": 12}, "abc", 20)]) == frozenset()


def test_a_release_without_its_table_of_communes_is_an_error() -> None:
    empty = Release(2026, 1, "interim", date(2026, 9, 7), 10, "cdht-2026.1", ())
    with pytest.raises(LookupError, match="table of communes"):
        find_pinned_communes([empty])


def pool_about_to_split(erased: int) -> MadeUpRound:
    """Commune d now has eleven people and could leave the pool; so many of each of the others have gone."""
    made_up = round_of({"a": 2 + erased, "b": 2 + erased, "c": 2 + erased, "d": 9, **BIG})
    made_up.seal()
    for commune in "abc":
        made_up.erase(commune, erased)
        made_up.arrive(commune, 7)
    made_up.arrive("d", 2)
    return made_up


def test_a_commune_that_could_be_worked_out_stays_in_the_pool() -> None:
    made_up = pool_about_to_split(erased=7)
    sealed = made_up.seal()
    assert sealed.standing.pool == set("abcd")
    assert row(table(sealed.release, "T1"), commune="d") == ReleasedRow({"commune": "d"})
    assert row(table(sealed.release, "T1"), commune=POOLED).n == 38


def test_the_same_commune_leaves_where_it_could_not_be() -> None:
    sealed = pool_about_to_split(erased=0).seal()
    assert sealed.standing.pool == set("abc")
    assert row(table(sealed.release, "T1"), commune="d").n == 11


def test_if_it_stays_pinned_nothing_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = pool_about_to_split(erased=0)
    monkeypatch.setattr(sealing, "find_pinned_communes", lambda ledger: frozenset("a"))
    with pytest.raises(ReleaseRefused, match="could be worked out"):
        made_up.seal()
    assert len(made_up.ledger) == 1


def standing(sizes: dict[str, int], pool: str = "", number: int = 1) -> Standing:
    rows = {key: IssuedRow(everybody_alike(n), number) for key, n in sizes.items()}
    return Standing(rows, frozenset(pool))


def moved(sizes: dict[str, int], pool: str = "") -> Moves:
    return Moves(standing(sizes, pool, number=2), frozenset(sizes))


def test_a_row_that_would_move_with_nine_new_people_is_refused() -> None:
    with pytest.raises(ReleaseRefused, match="the row a would move with 9 new people") as refused:
        check_moves(standing({"a": 20}), moved({"a": 29}), Ballots({}, counts_of({"a": 9})))
    assert refused.value.rule == "S2"
    check_moves(standing({"a": 20}), moved({"a": 30}), Ballots({}, counts_of({"a": 10})))


def test_so_is_a_row_that_would_disappear() -> None:
    with pytest.raises(ReleaseRefused, match="S2"):
        check_moves(standing({"a": 20, "b": 20}), moved({"a": 30}), Ballots({}, counts_of({"a": 10})))


@pytest.mark.parametrize("added", [{"a": 5, "b": 5}, {"a": 3, "b": 3, "c": 3}])
def test_so_is_a_pool_that_would_move_with_too_few_from_too_few(added: dict[str, int]) -> None:
    before, after = standing({POOLED: 20}, "abc"), moved({POOLED: 30}, "abc")
    with pytest.raises(ReleaseRefused, match="the row pooled would move"):
        check_moves(before, after, Ballots({}, counts_of(added)))
    check_moves(before, after, Ballots({}, counts_of({"a": 5, "b": 4, "c": 1})))


def test_so_is_a_row_of_fewer_than_ten() -> None:
    with pytest.raises(ReleaseRefused, match="the row b would have 9 people") as refused:
        check_moves(standing({"a": 20}), Moves(standing({"a": 20, "b": 9}), frozenset("b")), Ballots({}, {}))
    assert refused.value.rule == "R1"
