"""Who has taken a ballot back since a release: no published number is restated, and none gives them away (S5)."""

import pytest

from engine.disclosure.catalogue import COMMUNE_TABLES
from engine.disclosure.pooling import NOTHING_ISSUED
from engine.disclosure.released import Release
from engine.disclosure.sealing import Snapshot, seal
from tests.engine.disclosure.made_up import (
    MadeUpRound,
    all_shown,
    every_kind,
    everybody_alike,
    round_of,
    rows_of,
    table,
)

SIZES = {"a": 4, "b": 5, "c": 6, "d": 60, "e": 140, "f": 300}


def final(made_up: MadeUpRound) -> Release:
    return made_up.seal("final").release


def test_rows_that_people_have_left_give_counts_only() -> None:
    made_up = all_shown()
    issued = table(made_up.seal().release, "T1")
    made_up.erase("c", 1)
    release = final(made_up)
    assert table(release, "T1") == issued, "no published number is restated"
    for table_id in COMMUNE_TABLES.values():
        shown = [each for each in table(release, table_id).rows if each.n is not None]
        assert {each.commune for each in shown} == {"a", "b", "c"}
        for each in shown:
            assert (each.passed is None) == (each.total is None) == (each.commune == "c")


def test_so_do_those_where_somebody_answered_again_but_the_row_did_not_move() -> None:
    made_up = all_shown()
    made_up.seal()
    made_up.answer_again("c", 1)
    of_sexes = table(final(made_up), "T3")
    shown = [each for each in rows_of(of_sexes, "c") if each.n is not None]
    assert shown
    assert all(each.total is None for each in shown)


def test_a_row_that_moved_after_somebody_had_left_gives_means_again() -> None:
    made_up = all_shown()
    made_up.seal()
    made_up.erase("c", 1)
    made_up.arrive("c", 10)
    shown = [each for each in rows_of(table(final(made_up), "T3"), "c") if each.n is not None]
    assert shown
    assert all(each.total is not None for each in shown)


@pytest.mark.parametrize(("gone", "tells_means"), [(0, True), (1, False), (9, False), (10, True)])
def test_the_province_gives_no_means_by_group_where_a_few_people_have_gone(gone: int, tells_means: bool) -> None:
    made_up = round_of(SIZES)
    made_up.seal()
    made_up.erase("f", gone)
    release = final(made_up)
    assert release.province.total is not None
    for each in release.tables:
        if each.id in ("T5", "T6"):
            shown = [one for one in each.rows if one.n is not None]
            assert shown
            assert all((one.total is not None) == tells_means for one in shown)


def test_of_very_many_people_the_means_may_be_said_although_one_has_gone_but_not_the_share() -> None:
    # Wide bands times many people leave a hundred persons' ranges open in the totals, but not in the shares.
    kinds = every_kind(28)
    sealed = {(commune, kind): everybody_alike(n) for commune in "abc" for kind, n in kinds.items()}
    first = seal(all_shown().about("interim"), Snapshot({}, sealed), NOTHING_ISSUED, [])
    somebody = next(iter(sealed))
    living = {**sealed, somebody: everybody_alike(27)}
    made_up = MadeUpRound(["a", "b", "c"], ledger=[first.release])
    release = seal(made_up.about("final"), Snapshot(living, {}), first.standing, [first.release]).release
    for each in table(release, "T6", "sex").rows:
        assert each.passed is None
        assert each.total == (60.0, 61.0)
        assert each.indicators is not None
