"""Hiding: the small cells, and others beside them, so that no subtraction gives a small one back."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.disclosure.catalogue import Breakdown, CellName
from engine.disclosure.released import TableId
from engine.disclosure.rules import FEWEST_HIDDEN_IN_COLUMN, FEWEST_HIDDEN_IN_ROW, K
from engine.disclosure.suppression import hide_cells, smallest_shown
from engine.disclosure.tally import Tally


def breakdown(counts: Mapping[CellName, int], table: TableId = "T2", first: str = "commune") -> Breakdown:
    dims = (first, "group") if len(next(iter(counts))) == 2 else (first,)
    return Breakdown(table, dims, {name: Tally(n) for name, n in counts.items()}, {name: [] for name in counts})


def of_communes(rows: Mapping[str, list[int]]) -> Breakdown:
    values = ("farmer", "worker", "official", "student")
    return breakdown(
        {(row, value): n for row, counts in rows.items() for value, n in zip(values, counts, strict=False)}
    )


def test_where_every_cell_has_ten_people_nothing_is_hidden() -> None:
    assert hide_cells(of_communes({"a": [10, 11], "b": [12, 99]})) == frozenset()


def test_beside_one_small_cell_the_smallest_others_of_its_row_and_its_column_are_hidden() -> None:
    hidden = hide_cells(of_communes({"a": [90, 20, 7], "b": [80, 30, 40], "c": [70, 25, 30], "d": [60, 50, 50]}))
    assert {("a", "official"), ("a", "worker")} <= hidden
    assert {("b", "official"), ("c", "official")} <= hidden
    assert ("d", "farmer") not in hidden


def test_small_cells_that_make_up_fewer_than_ten_together_take_in_a_bigger_one() -> None:
    hidden = hide_cells(
        breakdown({("farmer",): 90, ("worker",): 12, ("official",): 3, ("student",): 4}, "T6", "group")
    )
    assert hidden == {("official",), ("student",), ("worker",)}


def test_empty_cells_are_hidden_like_small_ones() -> None:
    hidden = hide_cells(breakdown({("female",): 40, ("male",): 30, ("undisclosed",): 0}, "T6", "sex"))
    assert hidden == {("undisclosed",), ("male",)}


def test_a_row_that_is_too_small_as_a_whole_is_hidden_as_a_whole() -> None:
    assert hide_cells(breakdown({("female",): 4, ("male",): 3}, "T6", "sex")) == {("female",), ("male",)}


def test_a_column_of_communes_needs_three_hidden_cells_and_one_of_the_province_two() -> None:
    counts: dict[CellName, int] = {(row, value): 50 for row in "abcd" for value in ("farmer", "worker")}
    counts[("a", "farmer")] = 9
    farmers = [row for row, value in hide_cells(breakdown(counts)) if value == "farmer"]
    assert len(farmers) == FEWEST_HIDDEN_IN_COLUMN
    province = hide_cells(breakdown(counts, "T5", "sex"))
    assert len(province) == 4, "two rows, two columns"


def test_cells_that_are_hidden_for_other_reasons_are_protected_too() -> None:
    plain = of_communes({row: [30, 40, 50] for row in "abc"})
    hidden = hide_cells(plain, also=[("a", "farmer")])
    assert len(hidden & {("a", "farmer"), ("a", "worker"), ("a", "official")}) >= FEWEST_HIDDEN_IN_ROW
    assert len({row for row, value in hidden if value == "farmer"}) >= FEWEST_HIDDEN_IN_COLUMN


def test_equally_small_cells_are_taken_in_the_order_of_their_names() -> None:
    counts: dict[CellName, int] = {("b",): 10, ("a",): 10, ("c",): 9}
    assert smallest_shown(counts, counts, {("c",)}) == ("a",)
    assert smallest_shown(counts, counts, counts.keys()) is None


sizes = st.lists(st.sampled_from([0, 1, 5, 9, 10, 11, 30, 200]), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(sizes, min_size=1, max_size=6))
def test_no_subtraction_along_a_row_or_a_column_gives_fewer_than_ten(rows: list[list[int]]) -> None:
    table = of_communes({f"r{number}": counts for number, counts in enumerate(rows)})
    hidden = hide_cells(table)
    assert {name for name, n in table.counts.items() if n < K} <= hidden
    lines: dict[str, list[CellName]] = {}
    for name in table.cells:
        for part in name:
            lines.setdefault(part, []).append(name)
    for part, line in lines.items():
        here = [name for name in line if name in hidden]
        fewest = FEWEST_HIDDEN_IN_ROW if part.startswith("r") else FEWEST_HIDDEN_IN_COLUMN
        is_protected = len(here) >= fewest and sum(table.counts[name] for name in here) >= K
        assert not here or is_protected or len(here) == len(line)
