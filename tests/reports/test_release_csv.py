"""The CSV files: every figure of the release and no other, always the same bytes, nothing a spreadsheet runs."""

import csv
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO, StringIO
from time import time

import pytest

from engine.disclosure.released import Release, ReleasedRow, ReleasedTable
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.release_csv import COLUMNS, file_name, make_csv_zip
from reports.release_words import ReleaseFacts
from tests.reports.releases import final_release, hidden_release, interim_release, province

RELEASES: dict[str, Release] = {
    "interim": interim_release(),
    "final": final_release(),
    "final with little detail": final_release(coarse=True),
    "hidden": hidden_release(),
}


def facts_of(release: Release, criteria: Criteria, unit: str = "province") -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), {}, criteria)


def unpacked(packed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def lines_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def key_of(line: Mapping[str, str]) -> dict[str, str]:
    key = {"commune": line["commune_code"]} | {dim: line[dim] for dim in ("group", "sex", "age")}
    return {dim: value for dim, value in key.items() if value}


def assert_says(lines: list[dict[str, str]], table: ReleasedTable, release: Release) -> None:
    """The lines of a file give its table, no more and no less."""
    said: dict[tuple[str, ...], ReleasedRow] = {}
    for line in lines:
        about = [str(release.round), str(release.number), release.kind, release.as_of.isoformat(), table.id]
        assert [line[column] for column in COLUMNS[:5]] == about
        key = key_of(line)
        n, as_of = (int(line[column]) if line[column] else None for column in ("n", "as_of_release"))
        row = said.setdefault(tuple(key.values()), ReleasedRow(key, n, as_of))
        assert (row.n, row.as_of_release) == (n, as_of)
        if line["measure"]:
            band = (float(line["low"]), float(line["high"]))
            if line["measure"] == "indicator":
                done = row.indicators or ()
                assert int(line["indicator"]) == len(done) + 1
                said[tuple(key.values())] = replace(row, indicators=(*done, band))
            else:
                assert line["indicator"] == ""
                is_share = {"pass": True, "total": False}[line["measure"]]
                said[tuple(key.values())] = replace(row, passed=band) if is_share else replace(row, total=band)
        else:
            assert line["low"] == line["high"] == ""
    assert list(said.values()) == [replace(row, members=()) for row in table.rows]


@pytest.mark.parametrize("name", RELEASES)
@pytest.mark.parametrize("unit", ["province", "03646", "03688"])
def test_the_files_give_the_release(name: str, unit: str, criteria: Criteria, say: Texts) -> None:
    facts = facts_of(RELEASES[name], criteria, unit)
    files = unpacked(make_csv_zip(facts, say))
    assert list(files) == ["doc-truoc.txt", *(file_name(table) for table in facts.release.tables)]
    for table in facts.release.tables:
        assert_says(lines_of(files[file_name(table)]), table, facts.release)


def test_a_hidden_row_is_one_line_without_figures(criteria: Criteria, say: Texts) -> None:
    lines = lines_of(unpacked(make_csv_zip(facts_of(interim_release(), criteria), say))["T1_commune.csv"])
    (hidden,) = [line for line in lines if line["commune_code"] == "03688"]
    assert hidden["commune_name"] == "Xã Mường Chiên"
    assert {hidden[column] for column in ("n", "as_of_release", "measure", "indicator", "low", "high")} == {""}


def test_a_row_that_gives_only_a_count(criteria: Criteria, say: Texts) -> None:
    lines = lines_of(unpacked(make_csv_zip(facts_of(final_release(), criteria), say))["T3_commune_sex.csv"])
    (counted,) = [line for line in lines if line["commune_code"] == "03847" and line["sex"] == "female"]
    assert int(counted["n"]) >= 10
    assert counted["measure"] == ""


def test_the_same_bytes_whenever_they_are_made(
    criteria: Criteria, say: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = facts_of(final_release(), criteria)
    made = make_csv_zip(facts, say)
    later = time() + 400 * 24 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    assert make_csv_zip(facts, say) == made
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.extra, entry.comment) for entry in archive.infolist()} == {(b"", b"")}
        assert archive.comment == b""


def test_the_text_beside_explains_every_column_and_value(
    criteria: Criteria, both_languages: dict[str, Texts]
) -> None:
    for name, say in zip(("doc-truoc.txt", "readme.txt"), both_languages.values(), strict=True):
        text = unpacked(make_csv_zip(facts_of(final_release(), criteria), say))[name]
        assert text.startswith("\ufeff")
        for column in COLUMNS:
            assert f"{column}: " in text or column in ("low", "high")
        for key in ("farmer", "official", "female", "undisclosed", "15-17", "60+", "pooled", "late"):
            assert f"\r\n{key}: " in text
        assert "Xã Mường Chiên, " in text
        assert say.plain("report.not_the_title") in text
        assert "{" not in text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", '=HYPERLINK("x")'])
def test_a_name_is_never_a_formula(name: str, criteria: Criteria, say: Texts) -> None:
    facts = facts_of(interim_release(), criteria)
    communes = tuple(replace(each, name=name) for each in facts.province.communes)
    hostile = replace(facts, province=replace(facts.province, communes=communes))
    lines = lines_of(unpacked(make_csv_zip(hostile, say))["T1_commune.csv"])
    assert lines[0]["commune_name"] == f"'{name}"
    for line in lines:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in line.values())
