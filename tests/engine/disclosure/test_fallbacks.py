"""What stays unsafe is hidden, then withheld, then refused: never released."""

from collections.abc import Callable, Sequence

import pytest

from engine.disclosure import audit_breakdowns, final_tables
from engine.disclosure.audit_breakdowns import People, Pinned, Shown, find_pinned_counts
from engine.disclosure.catalogue import GROUPS, Kind, Values
from engine.disclosure.released import ReleasedTable
from engine.disclosure.rules import MOST_REPAIRS
from engine.disclosure.suppression import hide_cells
from engine.errors import ReleaseRefused
from engine.state import AGE_BANDS, SEXES
from tests.engine.disclosure.made_up import people_of, shown_of

Finder = Callable[[People, Sequence[Shown]], list[Pinned]]
TABLES = ("T2", "T3", "T4", "T5", "T5", "T5", "T6", "T6", "T6")


def everybody() -> People:
    """Three communes in which no cell is small."""
    kinds = {Kind(group, sex, age): 10 for group in GROUPS for sex in SEXES for age in AGE_BANDS}
    return people_of({"a": kinds, "b": kinds, "c": kinds})


def tables_of(people: People) -> tuple[ReleasedTable, ...]:
    return final_tables.final_tables(people, sorted(people.rows), Values("fine"), 4)


def is_all_hidden(table: ReleasedTable) -> bool:
    return all(row.n is None for row in table.rows)


def is_silent(table: ReleasedTable) -> bool:
    return all(row.n is not None and (row.passed, row.total, row.indicators) == (None,) * 3 for row in table.rows)


def find_counts(monkeypatch: pytest.MonkeyPatch, finder: Finder) -> list[Sequence[Shown]]:
    """The audit of counts is this one; what it was asked about."""
    asked: list[Sequence[Shown]] = []

    def find(people: People, shown: Sequence[Shown]) -> list[Pinned]:
        asked.append(list(shown))
        return finder(people, shown)

    monkeypatch.setattr(final_tables, "find_pinned_counts", find)
    return asked


def find_means(monkeypatch: pytest.MonkeyPatch, *answers: set[int]) -> None:
    """The audit of means answers this, one after the other."""
    left = iter(answers)
    monkeypatch.setattr(final_tables, "find_pinned_means", lambda people, shown: frozenset(next(left)))


def first_cell(shown: Sequence[Shown], place: int) -> Pinned:
    return Pinned(place, next(iter(shown[place].breakdown.cells)))


def hidden_cells(shown: Sequence[Shown]) -> int:
    return sum(len(each.hidden) for each in shown)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert not any(row.n is None for table in tables_of(everybody()) for row in table.rows)


def test_each_round_of_the_audit_hides_more_until_it_is_content(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = find_counts(monkeypatch, lambda people, shown: [first_cell(shown, 0)] if len(asked) == 1 else [])
    tables = tables_of(everybody())
    assert [hidden_cells(shown) for shown in asked] == sorted({hidden_cells(shown) for shown in asked})
    assert not is_all_hidden(tables[0])
    assert not any(row.n is None for table in tables[1:] for row in table.rows)


def test_a_table_that_stays_unsafe_is_withheld_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def pinned_until_withheld(people: People, shown: Sequence[Shown]) -> list[Pinned]:
        return [first_cell(shown, 7)] if shown[7].cells else []

    monkeypatch.setattr(final_tables, "_hide_one_more", lambda shown, pinned: shown)
    find_counts(monkeypatch, pinned_until_withheld)
    tables = tables_of(everybody())
    assert [is_all_hidden(table) for table in tables] == [place == 7 for place in range(len(TABLES))]


def test_if_that_is_not_enough_all_breakdowns_are_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def pinned_until_all_withheld(people: People, shown: Sequence[Shown]) -> list[Pinned]:
        return [first_cell(shown, 0)] if any(each.cells for each in shown) else []

    asked = find_counts(monkeypatch, pinned_until_all_withheld)
    tables = tables_of(everybody())
    assert tuple(table.id for table in tables) == TABLES
    assert all(map(is_all_hidden, tables))
    assert len(asked) == MOST_REPAIRS + 3


def test_if_even_that_is_not_enough_there_is_no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    find_counts(monkeypatch, lambda people, shown: [first_cell(shown, 0)])
    with pytest.raises(ReleaseRefused, match="even if all of them are hidden"):
        tables_of(everybody())


def test_where_a_row_is_all_hidden_the_column_is_hidden_next() -> None:
    people = everybody()
    of_groups = shown_of(people)[0]
    row_hidden = [name for name in of_groups.breakdown.cells if name[0] == "a"]
    shown = Shown(of_groups.breakdown, frozenset(row_hidden))
    more = final_tables._hide_one_more(shown, Pinned(0, ("a", "farmer")))
    assert more.hidden > shown.hidden
    assert {name[0] for name in more.hidden - shown.hidden} >= {"b"}
    everything = Shown(of_groups.breakdown, frozenset(of_groups.breakdown.cells))
    assert final_tables._hide_one_more(everything, Pinned(0, ("a", "farmer"))) == everything


def test_a_table_with_pinned_means_loses_them_and_keeps_its_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    find_means(monkeypatch, {1}, set())
    tables = tables_of(everybody())
    assert [is_silent(table) for table in tables] == [place == 1 for place in range(len(TABLES))]


def test_if_that_is_not_enough_all_of_them_do(monkeypatch: pytest.MonkeyPatch) -> None:
    find_means(monkeypatch, {1}, {2})
    assert all(map(is_silent, tables_of(everybody())))


def leaking_people() -> People:
    """In commune a few are students, nearly all of one sex: what T5 shows of b and c gives them away."""
    rest = {Kind(group, sex, age): 4 for group in GROUPS for sex in SEXES for age in AGE_BANDS}
    few = {**rest, **{Kind("student", sex, age): 0 for sex in SEXES for age in AGE_BANDS}}
    return people_of({"a": {**few, Kind("student", "female", "18-29"): 3}, "b": rest, "c": rest})


def test_a_naive_pattern_leaks_and_the_tables_that_are_released_do_not() -> None:
    people = leaking_people()
    naive = shown_of(people, naively=True)
    assert find_pinned_counts(people, naive)
    assert audit(people, tables_of(people)) == []


def test_a_leak_is_repaired_even_from_a_naive_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    people = leaking_people()
    real = hide_cells
    monkeypatch.setattr(
        final_tables,
        "hide_cells",
        lambda breakdown, also=None: (
            real(breakdown, also)
            if also is not None
            else frozenset(name for name, n in breakdown.counts.items() if n < 10)
        ),
    )
    tables = tables_of(people)
    assert audit(people, tables) == []
    assert not any(map(is_all_hidden, tables)), "it is repaired by hiding a few more, not by giving up"


def audit(people: People, tables: Sequence[ReleasedTable]) -> list[Pinned]:
    """The audit of what was released in the end."""
    shown = []
    for each, table in zip(shown_of(people), tables, strict=True):
        hidden = [tuple(row.key.values()) for row in table.rows if row.n is None]
        shown.append(Shown(each.breakdown, frozenset(hidden)))
    return audit_breakdowns.find_pinned_counts(people, shown)
