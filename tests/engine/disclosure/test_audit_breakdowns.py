"""The audit of the final release: it finds what a naive pattern gives away, of counts and of means."""

from dataclasses import replace

import pytest

from engine.disclosure.audit_breakdowns import People, Pinned, Row, Shown, find_pinned_counts, find_pinned_means
from engine.disclosure.catalogue import GROUPS, Cell, Detail, Kind
from engine.disclosure.tally import Tally
from engine.errors import ReleaseRefused
from engine.state import AGE_BANDS, SEXES
from tests.engine.disclosure.made_up import everybody_alike, people_of, shown_of

AGE = "30-44"


def of_groups(*counts: int, age: str = AGE) -> dict[Kind, int]:
    """A row's people by group, equally many of each sex and, roughly, of each age."""
    kinds: dict[Kind, int] = {}
    for group, n in zip(GROUPS, counts, strict=True):
        for person in range(n):
            kind = Kind(group, SEXES[person % 3], AGE_BANDS[person % 6])
            kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def hiding(shown: list[Shown], table: str, *cells: tuple[str, ...]) -> list[Shown]:
    """The same, with these cells of one table hidden and no others."""
    return [replace(each, hidden=frozenset(cells if each.breakdown.table == table else ())) for each in shown]


def test_one_hidden_cell_in_a_row_is_the_total_minus_the_others() -> None:
    people = people_of({"a": of_groups(90, 90, 90, 6), "b": of_groups(90, 90, 90, 90)})
    naive = hiding(shown_of(people), "T2", ("a", "student"))
    assert Pinned(0, ("a", "student")) in find_pinned_counts(people, naive)


def test_two_hidden_cells_in_a_row_that_are_the_columns_minus_the_others_are_pinned() -> None:
    people = people_of(
        {"a": of_groups(90, 90, 12, 6), "b": of_groups(90, 90, 90, 90), "c": of_groups(90, 90, 90, 90)}
    )
    naive = hiding(shown_of(people), "T2", ("a", "student"), ("a", "official"))
    assert Pinned(0, ("a", "student")) in find_pinned_counts(people, naive), "T6 minus the rows of b and c"


def test_two_small_cells_whose_sum_is_below_ten_are_pinned() -> None:
    people = people_of(
        {"a": of_groups(90, 90, 4, 3), "b": of_groups(90, 90, 90, 90), "c": of_groups(90, 90, 90, 90)}
    )
    naive = hiding(shown_of(people), "T2", *((row, group) for row in "abc" for group in ("student", "official")))
    found = find_pinned_counts(people, naive)
    assert {Pinned(0, ("a", "student")), Pinned(0, ("a", "official"))} <= set(found)


def test_the_pattern_of_the_product_gives_none_of_them_away() -> None:
    for counts in ((90, 90, 90, 6), (90, 90, 12, 6), (90, 90, 4, 3)):
        people = people_of(
            {"a": of_groups(*counts), "b": of_groups(90, 90, 90, 90), "c": of_groups(90, 80, 90, 90)}
        )
        assert find_pinned_counts(people, shown_of(people)) == []


def test_a_bigger_cell_that_is_hidden_to_protect_others_only_must_not_be_exact() -> None:
    people = people_of({row: of_groups(90, 90, 90, 90) for row in "abc"})
    one = hiding(shown_of(people), "T2", ("a", "student"))
    assert find_pinned_counts(people, one) == [Pinned(0, ("a", "student"))]
    square = [(row, group) for row in "ab" for group in ("student", "official")]
    assert find_pinned_counts(people, hiding(shown_of(people), "T2", *square)) == []


@pytest.mark.parametrize(("removed", "pinned"), [(0, True), (3, True), (4, False), (30, False)])
def test_where_people_have_gone_since_a_row_was_issued_its_total_tells_less(removed: int, pinned: bool) -> None:
    people = people_of({"a": of_groups(90, 90, 90, 6)}, {"a": removed})
    only_groups = hiding([shown_of(people)[0]], "T2", ("a", "student"))
    assert (find_pinned_counts(people, only_groups) != []) is pinned


@pytest.mark.parametrize("female_farmers", [1, 2, 5])
def test_few_people_of_a_row_by_two_dimensions_that_no_table_has_must_not_be_worked_out(
    female_farmers: int,
) -> None:
    # In a, farmers and women together are as many more than all as there are women farmers, at least; in b they
    # are exactly so many, and the province's table gives the sum of both.
    def row(women_farmers: int, farmers: int, women: int) -> dict[Kind, int]:
        return {
            Kind("farmer", "female", AGE): women_farmers,
            Kind("farmer", "male", AGE): farmers - women_farmers,
            Kind("worker", "female", AGE): women - women_farmers,
        }

    people = people_of({"a": row(female_farmers, 30, 20 + female_farmers), "b": row(10, 60, 50)})
    naive = shown_of(people, naively=True)
    of_row_a = Pinned(0, ("a", "farmer"))
    assert of_row_a.cell not in naive[0].hidden, "said as the first cell of the row: it is no cell of the table"
    assert of_row_a in find_pinned_counts(people, naive)


def scored(row: dict[str, tuple[int, int]]) -> People:
    """One row; how many of each group, and the points all of them have in every indicator."""
    living = {
        Cell("a", Kind(group, "female", AGE)): everybody_alike(n, points) for group, (n, points) in row.items()
    }
    return People(
        [Cell("a", Kind(group, sex, age)) for group in GROUPS for sex in SEXES for age in AGE_BANDS],
        living,
        {"a": Row(sum(living.values(), Tally()), has_removed=False)},
    )


def groups_only(people: People, *hidden: str, detail: Detail = "fine") -> list[Shown]:
    return hiding([shown_of(people, detail=detail)[0]], "T2", *(("a", group) for group in hidden))


def test_one_hidden_mean_is_what_the_shown_ones_leave_of_the_total() -> None:
    people = scored({"farmer": (200, 10), "worker": (9, 0)})
    assert find_pinned_means(people, groups_only(people, "other", detail="coarse")) == {0}


def test_not_where_the_attacker_would_need_counts_that_are_hidden_as_well() -> None:
    people = scored({"farmer": (200, 10), "worker": (9, 0)})
    assert find_pinned_means(people, groups_only(people, "worker", "official", "student")) == frozenset()


def test_means_that_are_not_shown_pin_nothing() -> None:
    people = scored({"farmer": (200, 10), "worker": (9, 0)})
    [shown] = groups_only(people, "other", detail="coarse")
    everything = frozenset({"total", "passed", "indicators"})
    assert find_pinned_means(people, [replace(shown, silent=everything)]) == frozenset()
    assert find_pinned_means(people, [replace(shown, counts_only=frozenset(shown.breakdown.cells))]) == frozenset()


def test_a_row_that_people_have_left_pins_no_mean() -> None:
    people = scored({"farmer": (200, 10), "worker": (9, 0)})
    gone = replace(people, rows={"a": Row(people.rows["a"].tally, has_removed=True)})
    assert find_pinned_means(gone, groups_only(gone, "other", detail="coarse")) == frozenset()


def test_bigger_hidden_cells_and_empty_ones_have_no_mean_to_protect() -> None:
    for size in (0, 12):
        people = scored({"farmer": (200, 10), "worker": (size, 0)})
        assert find_pinned_means(people, groups_only(people, "other", detail="coarse")) == frozenset()


def test_what_the_row_of_a_commune_tells_by_itself_is_not_held_against_its_breakdowns() -> None:
    people = scored({"farmer": (3, 10), "worker": (9, 10)})
    assert find_pinned_means(people, groups_only(people, *GROUPS)) == frozenset()


def test_hidden_means_that_share_what_is_left_stay_open() -> None:
    people = scored({"farmer": (100, 5), "worker": (9, 5), "official": (9, 5), "student": (9, 5)})
    assert find_pinned_means(people, groups_only(people, "worker", "official", "student")) == frozenset()


def test_figures_that_contradict_each_other_stop_the_release() -> None:
    people = people_of({"a": of_groups(90, 90, 90, 90)})
    told_otherwise = replace(people, rows={"a": Row(everybody_alike(361), has_removed=False)})
    with pytest.raises(ReleaseRefused, match="contradict each other"):
        find_pinned_counts(told_otherwise, hiding(shown_of(people), "T2", ("a", "student")))
