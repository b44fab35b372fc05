"""The workbook: the release's figures in cells to count on, nothing hidden, nothing run, always the same bytes."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from time import time
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.disclosure.released import Release, ReleasedRow, ReleasedTable
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.release_charts import charts_of
from reports.release_tables import FIRST_ROW, GROUPS_ROW, HEADINGS_ROW, sheet_name
from reports.release_words import (
    HIDDEN,
    ReleaseFacts,
    as_of,
    mean_band,
    percent,
    row_name,
    share_band,
    value,
)
from reports.release_workbook import make_workbook
from tests.reports.releases import adults, adults_of_all, final_release, hidden_release, interim_release, province

pytestmark = pytest.mark.slow  # draws many workbooks

RELEASES: dict[str, Release] = {
    "interim": interim_release(),
    "final": final_release(),
    "final with little detail": final_release(coarse=True),
    "hidden": hidden_release(),
    "hidden final": hidden_release("final"),
}
ADULTS: dict[str, Mapping[str, int]] = {"none": {}, "some": adults(), "all": adults_of_all()}

Figure = str | float | None


def facts_of(
    release: Release, criteria: Criteria, unit: str = "province", entered: Mapping[str, int] | None = None
) -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), entered or {}, criteria)


def opened(made: bytes) -> Any:
    """The workbook as openpyxl reads it, which says nothing about types."""
    return load_workbook(BytesIO(made))


def parts(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(made)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def cells(book: Any) -> Iterator[Any]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def words_of(sheet: Any) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def figures(sheet: Any, line: int) -> list[Figure]:
    """All cells of a line, from 0, as they are."""
    found = next(sheet.iter_rows(min_row=line + 1, max_row=line + 1, values_only=True))
    return [each if isinstance(each, str | int | float) else None for each in found]


def expected(table: ReleasedTable, row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> list[Figure]:
    """The cells of a row, in order."""
    line: list[Figure] = []
    for dim in table.dims:
        if dim == "commune":
            line += [row.commune if row.commune.isdigit() else None, row_name(row, facts, say)]
        else:
            line.append(value(dim, row.key[dim], say))
    line.append(HIDDEN if row.n is None else row.n)
    if table.id == "T1" and facts.adults:
        codes = row.members or ((row.commune,) if row.commune else tuple(facts.province.by_code))
        entered = [facts.adults.get(code, 0) for code in codes]
        known = sum(entered) if all(entered) else None
        share = None if known is None else HIDDEN if row.n is None else round(row.n / known, 3)
        line += [known, share]
    line += [*(row.passed or (HIDDEN, HIDDEN)), share_band(row.passed, say), *(row.total or (HIDDEN, HIDDEN))]
    if table.id in ("T1", "T6"):
        for band in row.indicators or ((HIDDEN, HIDDEN),) * 10:
            line += band
    return [*line, HIDDEN if row.as_of_release is None else row.as_of_release]


@pytest.mark.parametrize("name", RELEASES)
@pytest.mark.parametrize(("unit", "entered"), [("province", "all"), ("03847", "some"), ("03688", "none")])
def test_the_sheets_give_the_release(name: str, unit: str, entered: str, criteria: Criteria, say: Texts) -> None:
    facts = facts_of(RELEASES[name], criteria, unit, ADULTS[entered])
    book = opened(make_workbook(facts, say))
    tables = [table for table in facts.release.tables if table.id != "T0"]
    assert book.sheetnames == ["Đọc trước", "Biểu đồ", *(sheet_name(table, say) for table in tables)]
    for table in tables:
        sheet = book[sheet_name(table, say)]
        rows = [facts.release.province, *table.rows] if table.id == "T1" else list(table.rows)
        for line, row in enumerate(rows, start=FIRST_ROW):
            assert figures(sheet, line) == expected(table, row, facts, say)
        below = [cell for cell in figures(sheet, FIRST_ROW + len(rows) + 1) if cell is not None]
        pooled = [row for row in table.rows if row.members]
        assert len(below) == len(pooled)
        assert sheet.max_row <= FIRST_ROW + len(rows) + 2


def test_figures_are_numbers_with_a_format_and_hidden_ones_are_striped(criteria: Criteria, say: Texts) -> None:
    sheet = opened(make_workbook(facts_of(interim_release(), criteria), say))["T1 Xã, phường"]
    heads = [cell.value for cell in sheet[HEADINGS_ROW + 1]]
    assert heads[:7] == ["Mã", "Xã, phường", "Số người", "từ", "đến", "khoảng", "từ"]
    groups = [cell.value for cell in sheet[GROUPS_ROW + 1] if cell.value]
    assert groups[:3] == ["Đạt mức cần", "Tổng điểm (tối đa 100)", "1. Tìm đọc thông tin"]
    assert len(groups) == 12
    formats = [cell.number_format for cell in sheet[FIRST_ROW + 2]]
    assert formats[2:8] == ["#,##0", "0.0 %", "0.0 %", "General", "0.0", "0.0"]
    (hidden,) = [row for row in sheet.iter_rows(min_row=FIRST_ROW + 1) if row[0].value == "03688"]
    assert {cell.value for cell in hidden[2:]} == {HIDDEN}
    assert {cell.fill.fill_type for cell in hidden[2:]} == {"lightUp"}
    (older,) = [row for row in sheet.iter_rows(min_row=FIRST_ROW + 1) if row[0].value == "03721"]
    assert older[-1].value == 1
    assert older[-1].fill.fill_type == "solid"


def test_nothing_is_hidden_and_nothing_runs(criteria: Criteria, say: Texts) -> None:
    made = make_workbook(facts_of(final_release(), criteria, entered=adults_of_all()), say)
    book = opened(made)
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(shape.hidden for shape in sheet.row_dimensions.values())
        assert not any(shape.hidden for shape in sheet.column_dimensions.values())
    assert not any(cell.data_type == "f" or cell.comment or cell.hyperlink for cell in cells(book))
    inside = parts(made)
    for part in inside:
        assert re.fullmatch(
            r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings)\.xml"
            r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?"
            r"|xl/drawings/(_rels/)?drawing1\.xml(\.rels)?|xl/charts/chart\d+\.xml",
            part,
        )
    names = set(re.findall(r'<definedName name="([^"]+)"', inside["xl/workbook.xml"]))
    assert names == {"_xlnm.Print_Titles", "_xlnm._FilterDatabase"}
    assert "absPath" not in inside["xl/workbook.xml"]


def test_it_says_no_more_about_itself_than_the_day(criteria: Criteria, say: Texts) -> None:
    properties = opened(make_workbook(facts_of(interim_release(), criteria), say)).properties
    assert (properties.creator, properties.lastModifiedBy) == ("hoctap", "hoctap")
    for moment in (properties.created, properties.modified):
        assert moment is not None
        assert moment.isoformat() == "2026-10-05T00:00:00"
    assert properties.title == "Tự đánh giá Công dân học tập năm 2026 – Toàn tỉnh Sơn La"
    more = (properties.description, properties.keywords, properties.category, properties.subject)
    assert more == (None,) * 4


def test_the_same_bytes_whenever_they_are_made(
    criteria: Criteria, say: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = facts_of(final_release(), criteria, entered=adults())
    made = make_workbook(facts, say)
    later = time() + 400 * 24 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    assert make_workbook(facts, say) == made
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pages_are_ready_to_print(criteria: Criteria, say: Texts) -> None:
    book = opened(make_workbook(facts_of(final_release(), criteria), say))
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.oddFooter.left.text == "hoctap, bản phát hành số 9"
        assert sheet.oddFooter.right.text == "trang &P/&N"
    for sheet in book.worksheets[2:]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # one page is what Excel takes for granted
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$4:$5"
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith(str(FIRST_ROW + 1))
        assert str(sheet.auto_filter.ref).startswith(f"A{HEADINGS_ROW + 1}:")


def test_charts_stand_beside_their_tables(criteria: Criteria, both_languages: dict[str, Texts]) -> None:
    facts = facts_of(final_release(), criteria)
    for say in both_languages.values():
        made = make_workbook(facts, say)
        sheet = opened(made).worksheets[1]
        drawn = [chart for chart in charts_of(facts, say) if chart.bars]
        assert len(sheet._charts) == len(drawn) == 6
        found = {(row[0], row[-2]) for row in sheet.iter_rows(max_col=5, values_only=True) if row[0]}
        for place, chart in enumerate(drawn, start=1):
            xml = parts(made)[f"xl/charts/chart{place}.xml"]
            assert '<c:barDir val="horiz"/>' in xml or 'barDir val="bar"' in xml
            for bar in chart.bars:
                assert f"<a:t>{bar.words}</a:t>" in xml
                assert bar.band is None or (bar.name, bar.words) in found
                assert bar.band is None or bar.band[0] < bar.length < bar.band[1]
    by_people = list(charts_of(facts, both_languages["vi"]))[4]
    lengths = [bar.length for bar in by_people.bars]
    assert lengths == sorted(lengths, reverse=True)
    assert sum(lengths) == final_release().province.n
    assert "Xã Mường Chiên" not in {bar.name for bar in by_people.bars}


@pytest.mark.parametrize("name", ["hidden", "hidden final"])
def test_where_everything_is_hidden_no_figure_is_written(name: str, criteria: Criteria, say: Texts) -> None:
    book = opened(make_workbook(facts_of(RELEASES[name], criteria), say))
    assert [cell.value for cell in cells(book) if cell.data_type == "n"] == [RELEASES[name].number]
    assert book.worksheets[1]._charts == []
    assert "Chưa vẽ được gì: chưa dòng nào đủ 10 người." in words_of(book.worksheets[1])


def test_the_first_sheet_says_what_this_is(criteria: Criteria, say: Texts) -> None:
    text = words_of(opened(make_workbook(facts_of(final_release(), criteria), say)).worksheets[0])
    for words in (
        "Toàn tỉnh Sơn La",
        "bản cuối của năm",
        "16/11/2026",
        "Đây là tự đánh giá. Danh hiệu do xã, phường công nhận.",
        "Con số nào cũng là của ít nhất 10 người. “…” là từ 0 đến 9 người,",
        "Càng đông người, khoảng càng hẹp.",
        "Một dòng chỉ đổi khi có thêm ít nhất 10 người mới.",
        "“theo bản phát hành số …”",
        "“Các xã gộp”: Xã Mường Chiên, Xã Mường Bám, Xã Tà Xùa, Xã Mường Lèo.",
        "Dòng “Đến muộn”",
        "2547/QĐ-UBND: 40\u00a0% công dân có danh hiệu Công dân học tập vào năm 2025, 60\u00a0% vào năm 2030.",
        "Chưa có số người lớn của 75/75 xã, phường",
        "hoctap communes set-adults FILE",
        "Đây chưa phải tỉ lệ công dân có danh hiệu",
        "Mức điểm là tạm tính, chờ Hội Khuyến học xác nhận.",
    ):
        assert words in text


def test_the_target_stands_beside_the_figures(criteria: Criteria, say: Texts) -> None:
    facts = facts_of(final_release(), criteria, entered=adults_of_all())
    sheet = opened(make_workbook(facts, say)).worksheets[0]
    beside = {row[0]: row[1:4] for row in sheet.iter_rows(max_col=4, values_only=True)}
    row, people = facts.release.province, sum(adults_of_all().values())
    assert row.n is not None
    assert row.passed is not None
    assert beside["Người lớn"][0] == people
    assert beside["Đã tự đánh giá, trên số người lớn"][0] == round(row.n / people, 3)
    low, high = (round(row.n * end / people, 3) for end in row.passed)
    assert beside["Tự thấy đạt mức cần, trên số người lớn"] == (low, high, share_band((low, high), say))
    assert beside["Mục tiêu năm 2030: có danh hiệu"][0] == 0.6
    assert "set-adults" not in words_of(sheet)


def test_a_commune_whose_adults_are_known_has_the_target_too(criteria: Criteria, say: Texts) -> None:
    known = facts_of(final_release(), criteria, "03847", {"03847": 9_000})
    sheet = opened(make_workbook(known, say)).worksheets[0]
    assert "Xã Mường Bú" in words_of(sheet)
    assert "Dòng “Đến muộn”" not in words_of(sheet)
    assert any(row[:2] == ("Người lớn", 9_000) for row in sheet.iter_rows(values_only=True))
    unknown = words_of(opened(make_workbook(replace(known, adults={}), say)).worksheets[0])
    assert "Chưa có số người lớn của 1/1 xã, phường" in unknown


def test_english(criteria: Criteria, say_in_english: Texts) -> None:
    facts = facts_of(final_release(), criteria, entered=adults_of_all())
    book = opened(make_workbook(facts, say_in_english))
    assert book.sheetnames[:4] == ["Read first", "Charts", "T1 Commune", "T2 Commune × Group"]
    for words in ("Sơn La province", "the last of the year", "This is a self-assessment.", "60% by 2030"):
        assert words in words_of(book.worksheets[0])
    everything = "\n".join(words_of(sheet) for sheet in book.worksheets)
    for vietnamese in ("Số người", "khoảng", "Toàn tỉnh", "Nhóm", "tuổi", "Đến muộn", "Làm nông"):
        assert vietnamese not in everything


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("x")', "{=1+1}", "http://x.y"]
)
def test_a_name_is_never_a_formula(name: str, criteria: Criteria, say: Texts) -> None:
    facts = facts_of(final_release(), criteria)
    communes = tuple(replace(each, name=name) for each in facts.province.communes)
    made = make_workbook(replace(facts, province=replace(facts.province, communes=communes)), say)
    book = opened(made)
    for cell in cells(book):
        assert cell.data_type in ("s", "n")
        assert not str(cell.value).lstrip().startswith(("=", "+", "-", "@"))
    assert not any("<f>" in text or "hyperlink" in text for part, text in parts(made).items() if "sheet" in part)


def test_numbers_as_people_write_them(say: Texts, say_in_english: Texts) -> None:
    assert [say.number(1204), say.number(70.5, 1), say.number(1204567)] == ["1.204", "70,5", "1.204.567"]
    assert [say_in_english.number(1204), say_in_english.number(70.5, 1)] == ["1,204", "70.5"]
    assert [percent(0.6, say), percent(0.705, say_in_english)] == ["60\u00a0%", "70.5%"]


@pytest.mark.parametrize(
    ("band", "written"),
    [
        ((0.70, 0.72), "70–72\u00a0%"),
        ((0.28, 0.29), "28–29\u00a0%"),
        ((0.306, 0.308), "30,6–30,8\u00a0%"),
        ((0.499, 0.5), "49,9–50,0\u00a0%"),
        ((0.9, 1.0), "≥ 90\u00a0%"),
        ((0.0, 0.1), "≤ 10\u00a0%"),
        ((0.0, 1.0), "0–100\u00a0%"),
        ((0.004, 0.004), "0,4\u00a0%"),
        (None, HIDDEN),
    ],
)
def test_shares_as_people_write_them(band: tuple[float, float] | None, written: str, say: Texts) -> None:
    assert share_band(band, say) == written


def test_means_as_people_write_them(say: Texts, say_in_english: Texts) -> None:
    assert mean_band((6.2, 6.4), 10, say) == "6,2–6,4"
    assert mean_band((7.0, 8.0), 10, say) == "7–8"
    assert mean_band((9.5, 10.0), 10, say_in_english) == "≥ 9.5"
    assert mean_band((0.0, 5.0), 100, say) == "≤ 5"


def test_a_row_that_has_not_moved_says_so(say: Texts) -> None:
    moved, stayed, hidden = (interim_release().of_commune(code) for code in ("03646", "03721", "03688"))
    assert moved is not None
    assert stayed is not None
    assert hidden is not None
    assert as_of(moved, interim_release(), say) == as_of(hidden, interim_release(), say) == ""
    assert as_of(stayed, interim_release(), say) == "theo bản phát hành số 1"
