"""A commune's report: it says what its release says, nothing finer, and never shows what is hidden as nothing."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.disclosure.released import PROVINCE, Release
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.charts.target import share_bars
from reports.commune_report import make_commune_report
from reports.release_words import ReleaseFacts
from reports.statistics_picture import draw_statistics_picture
from reports.what_stands_out import what_stands_out
from tests.reports.releases import (
    COUNTS_ONLY,
    HUGE,
    NEWCOMER,
    NOT_MOVED,
    SMALL,
    adults,
    codes,
    final_release,
    hidden_release,
    interim_release,
    province,
)

HIDDEN = next(iter(SMALL))
MOST_BYTES = 80_000


def facts_of(release: Release, unit: str, criteria: Criteria) -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), adults(), criteria)


def named(facts: ReleaseFacts, name: str) -> ReleaseFacts:
    """The same facts about a unit of another name."""
    communes = tuple(
        replace(commune, name=name) if commune.code == facts.unit else commune
        for commune in facts.province.communes
    )
    return replace(facts, province=replace(facts.province, communes=communes))


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def page_words(pdf: bytes) -> list[str]:
    """The text of each page, with one space wherever a line ends."""
    return [" ".join(page.extract_text().split()) for page in opened(pdf).pages]


def words(pdf: bytes) -> str:
    return " ".join(page_words(pdf))


def test_it_says_the_figures_of_the_release(say: Texts, criteria: Criteria) -> None:
    first, second = page_words(make_commune_report(facts_of(interim_release(), HUGE, criteria), say))
    for figure in ("Phường Tô Hiệu", "năm 2026", "số 3", "5/10/2026", "1.105", "32–33 %", "74–75/100"):
        assert figure in first
    for of_province in ("toàn tỉnh: 5.903", "toàn tỉnh: 46,1–46,2 %", "toàn tỉnh: 71–72"):
        assert of_province in first
    assert "9. Thân thiện, hòa giải 8,2–8,3 7,9–8,0" in first
    assert f"hoctap poster --commune {HUGE}" in second
    assert say.plain("report.not_the_title") in second


def test_english(say_in_english: Texts, criteria: Criteria) -> None:
    text = words(make_commune_report(facts_of(interim_release(), HUGE, criteria), say_in_english))
    for figure in (
        "Release 3 (interim), as of 5/10/2026",
        "1,105",
        "32–33%",
        "whole province: 46.1–46.2%",
        "8.2–8.3",
    ):
        assert figure in text
    assert "Toàn tỉnh" not in text
    assert "Tìm đọc" not in text


def test_the_final_one_has_the_breakdowns(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    _, second = page_words(make_commune_report(facts, say))
    table = facts.release.table("T2")
    assert table is not None
    assert "Làm nông, làm rừng 1.212 17–18 % 70–71" in second
    assert len([row for row in table.rows if row.n]) == 4
    assert say.plain("commune_report.final_brings") not in second
    coarse = words(make_commune_report(facts_of(final_release(coarse=True), HUGE, criteria), say))
    assert "30–59 tuổi" in coarse


def test_what_is_hidden_is_never_nothing(say: Texts, criteria: Criteria) -> None:
    counts_only = min(COUNTS_ONLY)
    _, second = page_words(make_commune_report(facts_of(final_release(), counts_only, criteria), say))
    shown = second.partition(say.plain("commune_report.reading"))[0]
    assert "Làm nông, làm rừng 23 … …" in shown
    assert "Đang đi học … … …" in shown
    assert " 0 " not in shown


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("release", [interim_release, final_release])
def test_a_hidden_commune_gets_a_page_that_says_why(
    both_languages: dict[str, Texts], criteria: Criteria, release: object, language: str
) -> None:
    say = both_languages[language]
    made = interim_release() if release is interim_release else final_release()
    (page,) = page_words(make_commune_report(facts_of(made, HIDDEN, criteria), say))
    for sentence in (
        say.plain("statistics_picture.too_few_or_joined", k=10),
        say.plain("statistics_picture.why_hidden"),
        say.plain("statistics_picture.meanwhile"),
        f"hoctap poster --commune {HIDDEN}",
        say.plain("report.not_the_title"),
    ):
        assert sentence in page
    assert str(SMALL[HIDDEN]) not in page.partition(say.plain("statistics_picture.meanwhile"))[0].split()


def test_nothing_of_the_province_where_that_is_hidden_too(say: Texts, criteria: Criteria) -> None:
    (page,) = page_words(make_commune_report(facts_of(hidden_release(), HUGE, criteria), say))
    assert say.plain("statistics_picture.meanwhile") not in page
    assert "%" not in page


def test_a_row_that_did_not_move_says_so(say: Texts, criteria: Criteria) -> None:
    code, number = next(iter(NOT_MOVED.items()))
    sentence = say.plain("statistics_picture.unmoved", number=number)
    assert sentence in words(make_commune_report(facts_of(final_release(), code, criteria), say))
    assert sentence not in words(make_commune_report(facts_of(final_release(), HUGE, criteria), say))


def test_a_row_of_which_only_the_count_may_be_known(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    bare = [
        replace(each, rows=tuple(replace(row, passed=None, total=None, indicators=None) for row in each.rows))
        for each in facts.release.tables
    ]
    only_the_commune = [bare[1] if each.id == "T1" else each for each in facts.release.tables]
    for tables in (bare, only_the_commune):
        known = replace(facts, release=replace(facts.release, tables=tuple(tables)))
        first, second = page_words(make_commune_report(known, say))
        assert "2.400" in first
        assert first.count("…") >= 2
        assert "Làm nông, làm rừng 1.212" in second
        assert draw_statistics_picture(known, say)


def test_the_target_stands_beside_all_adults_where_they_are_known(say: Texts, criteria: Criteria) -> None:
    known = facts_of(interim_release(), HUGE, criteria)
    unknown = replace(known, adults={})
    text = words(make_commune_report(known, say))
    assert "15,9 %" in text
    assert "6.950 người lớn" in text
    assert "60 %" in text.partition("2547/QĐ-UBND")[0]
    assert "2547" not in words(make_commune_report(unknown, say))


def test_shares_too_small_to_write_are_not_nothing(say: Texts, criteria: Criteria) -> None:
    few = facts_of(interim_release(), NEWCOMER, criteria)
    bars = share_bars(replace(few, adults={NEWCOMER: 90_000}), say)
    assert bars is not None
    assert [bar["written"] for bar in bars] == ["≤ 0,1\u00a0%", "≤ 0,1\u00a0%"]


def test_what_stands_out_is_said_in_words(say: Texts, criteria: Criteria) -> None:
    sentences = what_stands_out(facts_of(final_release(), HUGE, criteria), say)
    assert sentences == [
        "Mạnh nhất: Thân thiện, hòa giải (8,2–8,3 điểm).",
        "Nên học thêm nhất: Ngoại ngữ, tiếng dân tộc (6,0–6,1 điểm).",
        "Cao hơn hẳn toàn tỉnh: 9 trong 10 mục.",
    ]


@pytest.mark.parametrize(
    ("own", "sentences"),
    [
        ([(6, 7)] * 10, ["Không mục nào khác hẳn so với toàn tỉnh."]),
        (
            [(8, 9)] + [(6, 7)] * 9,
            ["Mạnh nhất: Tìm đọc thông tin (8–9 điểm).", "Cao hơn hẳn toàn tỉnh: Tìm đọc thông tin."],
        ),
        (
            [(4, 5)] + [(6, 7)] * 9,
            ["Nên học thêm nhất: Tìm đọc thông tin (4–5 điểm).", "Thấp hơn hẳn toàn tỉnh: Tìm đọc thông tin."],
        ),
        (
            [(4, 5), (8, 9)] + [(6, 7)] * 8,
            [
                "Mạnh nhất: Kế hoạch học tập (8–9 điểm).",
                "Nên học thêm nhất: Tìm đọc thông tin (4–5 điểm).",
                "Cao hơn hẳn toàn tỉnh: Kế hoạch học tập. Thấp hơn hẳn: Tìm đọc thông tin.",
            ],
        ),
    ],
    ids=["alike", "one high", "one low", "both"],
)
def test_only_what_is_clearly_apart_is_said(
    say: Texts, criteria: Criteria, own: list[tuple[float, float]], sentences: list[str]
) -> None:
    facts = facts_of(interim_release(), HUGE, criteria)
    tables = tuple(
        replace(table, rows=tuple(replace(row, indicators=bands) for row in table.rows))
        for table, bands in zip(facts.release.tables, (((6.5, 6.6),) * 10, tuple(own)), strict=True)
    )
    assert what_stands_out(replace(facts, release=replace(facts.release, tables=tables)), say) == sentences


def test_two_tagged_pages_of_a4_dated_as_the_release(both_languages: dict[str, Texts], criteria: Criteria) -> None:
    for language, say in both_languages.items():
        pdf = make_commune_report(facts_of(final_release(), "03670", criteria), say)
        document = opened(pdf)
        assert len(document.pages) == 2
        width, height = (float(side) / 72 * 25.4 for side in document.pages[0].mediabox[2:])
        assert (width, height) == pytest.approx((210, 297), abs=0.1)
        assert str(document.root_object["/MarkInfo"]) == "{'/Marked': True, '/Suspects': False}"
        assert str(document.root_object["/Lang"]) == language
        assert document.metadata is not None
        assert str(document.metadata.title).startswith("Phường Chiềng Cơi – ")
        assert set(document.metadata) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
        assert str(document.metadata["/CreationDate"]).startswith("D:20261116")
        assert len(pdf) < MOST_BYTES


def test_the_same_facts_have_the_same_bytes(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), HUGE, criteria)
    assert make_commune_report(facts, say) == make_commune_report(facts, say)


@pytest.mark.parametrize("name", ['#image("x.png")', "$x$ *b* _i_ `c` @ref <l>", "\\n {} #panic()", "= A", "+ b"])
def test_hostile_text_shows_as_it_is(say: Texts, criteria: Criteria, name: str) -> None:
    for unit in (HUGE, HIDDEN):
        first, *_ = page_words(make_commune_report(named(facts_of(interim_release(), unit, criteria), name), say))
        assert name in first


def test_not_for_the_province_nor_for_a_stranger(say: Texts, criteria: Criteria) -> None:
    with pytest.raises(ValueError, match="province"):
        make_commune_report(facts_of(interim_release(), PROVINCE, criteria), say)
    with pytest.raises(LookupError, match="99999"):
        make_commune_report(facts_of(interim_release(), "99999", criteria), say)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_commune_has_its_pages(both_languages: dict[str, Texts], criteria: Criteria, language: str) -> None:
    for release, some in ((interim_release(), 10), (final_release(), 1), (final_release(coarse=True), 10)):
        for code in codes()[:: some if language == "vi" else 10]:
            pages = page_words(make_commune_report(facts_of(release, code, criteria), both_languages[language]))
            assert len(pages) == (1 if code in SMALL else 2)
            assert province().by_code[code].name in pages[0]
            others = [each for each in province().communes if each.code != code and each.name in pages[0]]
            assert all(each.name in province().by_code[code].name for each in others)
