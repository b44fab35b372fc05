"""What leaves the program: released tables, as JSON and back; a commune's staff see their own rows."""

import json
from datetime import date

import pytest

from engine.disclosure.catalogue import COMMUNE_TABLES
from engine.disclosure.released import LATE, POOLED, PROVINCE, Release, ReleasedTable, document, reopen
from tests.engine.disclosure.made_up import round_of, row, table
from tests.reports.releases import HUGE, SMALL, final_release, hidden_release, interim_release

NOTHING = Release(2026, 1, "interim", date(2026, 9, 7), 10, "cdht-2026.1", ())

RELEASES = [
    pytest.param(interim_release(), id="interim"),
    pytest.param(final_release(), id="final"),
    pytest.param(final_release(coarse=True), id="final_coarse"),
    pytest.param(hidden_release(), id="all_hidden"),
    pytest.param(hidden_release("final"), id="all_hidden_final"),
    pytest.param(interim_release().for_unit(HUGE), id="of_a_commune"),
    pytest.param(NOTHING, id="without_tables"),
]


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_comes_back_from_its_json_as_it_was(release: Release) -> None:
    written = json.dumps(document(release), ensure_ascii=False)
    back = reopen(json.loads(written))
    assert back == release
    assert json.dumps(document(back), ensure_ascii=False) == written


def test_so_does_one_that_was_really_sealed() -> None:
    made_up = round_of({"a": 4, "b": 5, "c": 6, "d": 60, "e": 40})
    interim = made_up.seal().release
    made_up.erase("d", 1)
    for commune in "abde":
        made_up.arrive(commune, 4)
    final = made_up.seal("final").release
    for release in (interim, final):
        assert reopen(json.loads(json.dumps(document(release)))) == release


def test_the_json_gives_members_with_the_pooled_row_and_indicators_where_the_table_has_them() -> None:
    for each in document(final_release())["tables"]:
        for written in each["rows"]:
            is_pooled = each["id"] == "T1" and written["key"]["commune"] == POOLED
            assert ("members" in written) == is_pooled
            assert ("indicators" in written) == (each["id"] in {"T0", "T1", "T6"})
            if is_pooled:
                assert written["members"] == sorted(SMALL)


def test_a_hidden_row_is_written_as_nothing_but_its_key() -> None:
    for each in document(hidden_release("final"))["tables"]:
        for written in each["rows"]:
            said = {name: value for name, value in written.items() if name not in ("key", "members")}
            assert set(said.values()) == {None}


def test_the_staff_of_the_province_see_everything() -> None:
    assert final_release().for_unit(PROVINCE) is final_release()


def test_the_staff_of_a_commune_see_its_own_rows_and_those_of_the_province_only() -> None:
    whole, part = final_release(), final_release().for_unit(HUGE)
    assert part.province == whole.province
    assert [(each.id, each.dims) for each in part.tables] == [(each.id, each.dims) for each in whole.tables]
    for mine, all_ in zip(part.tables, whole.tables, strict=True):
        if "commune" in mine.dims:
            assert {one.commune for one in mine.rows} == {HUGE}
            assert mine.rows == tuple(one for one in all_.rows if one.commune == HUGE)
        else:
            assert mine == all_


def test_the_staff_of_a_pooled_commune_see_that_their_rows_are_hidden_and_no_pooled_row() -> None:
    small = next(iter(SMALL))
    part = interim_release().for_unit(small)
    [only] = table(part, "T1").rows
    assert (only.commune, only.n, only.members) == (small, None, ())


def test_a_unit_that_is_no_commune_has_no_rows_of_communes() -> None:
    part = final_release().for_unit("99999")
    assert all(not each.rows for each in part.tables if "commune" in each.dims)


def test_tables_and_rows_are_found_by_what_they_are_about() -> None:
    release = final_release()
    assert table(release, "T5", "sex", "age").dims == ("sex", "age")
    assert table(release, "T6", "sex").dims == ("sex",)
    assert interim_release().table("T5") is None
    assert release.table("T5", "age", "sex") is None
    for dimension, table_id in COMMUNE_TABLES.items():
        assert table(release, table_id).dims == ("commune", dimension)
    assert row(table(release, "T1"), commune=LATE).n
    assert table(release, "T1").row(commune="99999") is None
    assert release.of_commune(HUGE) == row(table(release, "T1"), commune=HUGE)
    assert release.of_commune("99999") is None
    assert NOTHING.of_commune(HUGE) is None
    assert release.province.commune == ""


def test_a_release_always_has_its_province_row() -> None:
    with pytest.raises(LookupError, match="province row"):
        _ = NOTHING.province


def test_a_row_is_found_by_its_whole_key_only() -> None:
    of_groups: ReleasedTable = table(final_release(), "T2")
    assert of_groups.row(commune=HUGE) is None
    assert row(of_groups, commune=HUGE, group="farmer").n
