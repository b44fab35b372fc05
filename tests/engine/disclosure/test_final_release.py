"""The final release: T2 to T6 come with it, once; their figures fit together, and hidden is hidden everywhere."""

from collections import Counter

import pytest

from engine.disclosure.catalogue import COMMUNE_TABLES, GROUPS, PAIRS, Kind
from engine.disclosure.pooling import NOTHING_ISSUED
from engine.disclosure.released import LATE, POOLED, Release, ReleasedRow, TableId
from engine.disclosure.rules import K
from engine.disclosure.sealing import Snapshot, seal
from engine.disclosure.tally import Tally
from engine.errors import ReleaseRefused
from engine.state import AGE_BANDS, SEXES
from tests.engine.disclosure.made_up import (
    MadeUpRound,
    all_shown,
    every_kind,
    everybody_alike,
    issued_people,
    round_of,
    row,
    rows_of,
    table,
)

SIZES = {"a": 4, "b": 5, "c": 6, "d": 60, "e": 140, "f": 300}
LATE_FROM = {"a": 4, "b": 4, "d": 5}
VALUES = {"group": GROUPS, "sex": SEXES, "age": AGE_BANDS}


def with_late_people() -> MadeUpRound:
    made_up = round_of(SIZES)
    made_up.seal()
    for commune, n in LATE_FROM.items():
        made_up.arrive(commune, n)
    return made_up


def final(made_up: MadeUpRound) -> Release:
    return made_up.seal("final").release


def test_it_has_every_table_of_the_catalogue_once() -> None:
    ids: list[tuple[TableId, tuple[str, ...]]] = [("T0", ()), ("T1", ("commune",))]
    ids += [(COMMUNE_TABLES[dim], ("commune", dim)) for dim in COMMUNE_TABLES]
    ids += [("T5", pair) for pair in PAIRS]
    ids += [("T6", (dim,)) for dim in COMMUNE_TABLES]
    assert [(each.id, each.dims) for each in final(with_late_people()).tables] == ids


@pytest.mark.parametrize("dimension", COMMUNE_TABLES)
def test_a_table_of_communes_lists_all_of_them_then_the_pooled_and_the_late_row(dimension: str) -> None:
    of = final(with_late_people()).table(COMMUNE_TABLES[dimension])  # type: ignore[index]
    assert of is not None
    wanted = [(commune, value) for commune in (*SIZES, POOLED, LATE) for value in VALUES[dimension]]
    assert [(each.key["commune"], each.key[dimension]) for each in of.rows] == wanted


def test_the_late_row_has_those_whose_commune_did_not_move() -> None:
    release = final(with_late_people())
    assert row(table(release, "T1"), commune=LATE).n == 13
    assert release.province.n == sum(SIZES.values()) + 13
    assert release.province.as_of_release == 2
    assert row(table(release, "T1"), commune="d") == row(
        table(with_late_people().seal().release, "T1"), commune="d"
    )


def test_too_few_late_people_are_in_no_figure() -> None:
    made_up = round_of(SIZES)
    before = made_up.seal().release
    made_up.arrive("d", 9)
    release = final(made_up)
    assert table(release, "T1") == table(before, "T1")
    assert release.province == before.province
    assert rows_of(table(release, "T2"), LATE) == []


def test_where_nothing_is_hidden_all_tables_add_up_to_the_rows_of_communes() -> None:
    release = final(all_shown())
    communes = table(release, "T1")
    for dimension, table_id in COMMUNE_TABLES.items():
        of = table(release, table_id)
        for commune in "abc":
            assert issued_people(rows_of(of, commune)) == row(communes, commune=commune).n == 720
        by_value = Counter[str]()
        for each in of.rows:
            by_value[each.key[dimension]] += each.n or 0
        assert by_value == {each.key[dimension]: each.n for each in table(release, "T6", dimension).rows}
    for one, other in PAIRS:
        of = table(release, "T5", one, other)
        for dimension in (one, other):
            for total in table(release, "T6", dimension).rows:
                value = total.key[dimension]
                assert issued_people(each for each in of.rows if each.key[dimension] == value) == total.n
    for of in release.tables:
        if of.id in ("T5", "T6"):
            assert issued_people(of.rows) == release.province.n == 2160


def test_indicators_are_in_the_tables_of_the_province_by_one_dimension_only() -> None:
    for each in final(all_shown()).tables:
        for one in each.rows:
            assert (one.indicators is not None) == (each.id in ("T0", "T1", "T6"))
            assert one.passed is not None
            assert one.total is not None


@pytest.mark.parametrize("seed", range(4))
def test_what_is_hidden_in_a_row_is_ten_people_or_more_in_two_cells_or_more(seed: int) -> None:
    release = final(round_of(SIZES, seed=seed))
    for table_id in COMMUNE_TABLES.values():
        for commune in ("d", "e", "f", POOLED):
            cells = rows_of(table(release, table_id), commune)
            hidden = [each for each in cells if each.n is None]
            left = (row(table(release, "T1"), commune=commune).n or 0) - issued_people(cells)
            assert not hidden or (len(hidden) >= 2 and left >= K)
            assert all(each == ReleasedRow(each.key) for each in hidden)


def test_cells_of_communes_in_the_pooled_row_are_all_hidden() -> None:
    release = final(with_late_people())
    for table_id in COMMUNE_TABLES.values():
        for commune in "abc":
            assert all(each == ReleasedRow(each.key) for each in rows_of(table(release, table_id), commune))


def test_with_coarse_detail_communes_have_fewer_values_and_the_province_all_of_them() -> None:
    release = final(round_of(SIZES, detail="coarse"))
    values = {
        dim: [each.key[dim] for each in rows_of(table(release, id_), "f")] for dim, id_ in COMMUNE_TABLES.items()
    }
    assert values == {
        "group": ["farmer", "other"],
        "sex": list(SEXES),
        "age": ["15-29", "30-59", "60+", "undisclosed"],
    }
    for dimension in COMMUNE_TABLES:
        assert [each.key[dimension] for each in table(release, "T6", dimension).rows] == list(VALUES[dimension])


def test_coarse_values_are_the_sums_of_the_fine_ones() -> None:
    made_up = all_shown()
    made_up.detail = "coarse"
    release = final(made_up)
    assert {each.key["group"]: each.n for each in rows_of(table(release, "T2"), "a")} == {
        "farmer": 180,
        "other": 540,
    }
    ages = {each.key["age"]: each.n for each in rows_of(table(release, "T4"), "a")}
    assert ages == {"15-29": 240, "30-59": 240, "60+": 120, "undisclosed": 120}


def test_a_final_release_may_be_the_first() -> None:
    release = final(round_of({"a": 30, "b": 40}))
    assert (release.number, release.province.n) == (1, 70)


def test_with_too_few_people_there_is_none() -> None:
    with pytest.raises(ReleaseRefused, match="fewer than 10 people") as refused:
        final(round_of({"a": 3, "b": 3, "c": 3}))
    assert refused.value.rule == "R6"


def test_people_of_a_group_that_no_table_has_stop_the_release() -> None:
    # T1 minus T2 would say how many they are; the audit must not take what it cannot account for as safe.
    made_up = all_shown()
    made_up.arrive("a", 3, Kind("elder", "female", "60+"))
    with pytest.raises(ReleaseRefused):
        final(made_up)


def test_everybody_alike_is_said_with_open_ends() -> None:
    added = {(commune, kind): everybody_alike(10, points=10) for commune in "abc" for kind in every_kind(1)}
    release = seal(all_shown().about("final"), Snapshot({}, added), NOTHING_ISSUED, []).release
    for each in release.tables:
        for one in each.rows:
            assert one.n is not None
            assert one.passed is not None
            assert one.passed[1] == 1
            assert round((one.passed[1] - one.passed[0]) * one.n, 6) >= 4


def test_a_tally_of_nobody_is_nobody() -> None:
    assert sum([Tally(), everybody_alike(3)], Tally()) == everybody_alike(3)
