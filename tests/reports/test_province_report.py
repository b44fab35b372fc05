"""The province's report: every commune on the map and in the table, what is hidden stays so, nothing is finer."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import combinations

import pytest
from pypdf import PdfReader

from engine.disclosure.released import PROVINCE, Release
from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.commune_map import HIDDEN_RADIUS, Box, draw_up_map
from reports.province_report import make_province_report
from reports.release_words import ReleaseFacts, people, share_band, total_band
from tests.reports.releases import (
    HUGE,
    NOT_MOVED,
    SMALL,
    adults,
    adults_of_all,
    final_release,
    hidden_release,
    interim_release,
    province,
)

pytestmark = pytest.mark.slow  # draws many pages

PAGES = {"interim": 4, "final": 7}


def facts_of(release: Release, criteria: Criteria, unit: str = PROVINCE) -> ReleaseFacts:
    return ReleaseFacts(release.for_unit(unit), unit, province(), adults_of_all(), criteria)


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def page_words(pdf: bytes) -> list[str]:
    """The text of each page, with one space wherever a line ends."""
    return [" ".join(page.extract_text().split()) for page in opened(pdf).pages]


@pytest.mark.parametrize("release", [interim_release(), final_release()], ids=["interim", "final"])
def test_every_commune_stands_in_the_table_as_released(say: Texts, criteria: Criteria, release: Release) -> None:
    text = " ".join(page_words(make_province_report(facts_of(release, criteria), say)))
    table = release.table("T1")
    assert table is not None
    for row in table.rows:
        if row.commune not in province().by_code:
            continue
        aside = f" theo bản phát hành số {row.as_of_release}" if row.commune in NOT_MOVED else ""
        figures = people(row.n, say), share_band(row.passed, say), total_band(row.total, say)
        assert f"{province().by_code[row.commune].name}{aside} {' '.join(figures)}".replace("\u00a0", " ") in text
    for code in SMALL:
        assert f"{province().by_code[code].name} … … …" in text
    assert ("Đến muộn" in text) == (release.kind == "final")


def test_the_summary_and_the_target(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(interim_release(), criteria)
    first, *_ = page_words(make_province_report(facts, say))
    for figure in ("Toàn tỉnh Sơn La", "5.903", "46,1–46,2 %", "71–72/100", "5/10/2026", "2547/QĐ-UBND"):
        assert figure in first
    for sentence in ("Mạnh nhất: Thân thiện, hòa giải", "Nên học thêm nhất: Ngoại ngữ, tiếng dân tộc"):
        assert sentence in first
    without, *_ = page_words(make_province_report(replace(facts, adults=adults()), say))
    assert "2547" not in without


def test_the_final_one_has_the_breakdowns(say: Texts, criteria: Criteria) -> None:
    text = " ".join(page_words(make_province_report(facts_of(final_release(), criteria), say)))
    for heading in (
        "theo nhóm và giới tính",
        "theo nhóm và tuổi",
        "theo giới tính và tuổi",
        "theo tuổi: điểm từng mục",
    ):
        assert heading in text
    assert "Đang đi học 1.268 56–57 % 281 58–60 % … … … …" in text
    assert not re.search(r" 0 (?!đến)", text.replace("không phải là 0", "")), "no cell is nothing"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("release", [interim_release(), final_release()], ids=["interim", "final"])
def test_tagged_pages_of_a4(
    both_languages: dict[str, Texts], criteria: Criteria, release: Release, language: str
) -> None:
    say = both_languages[language]
    document = opened(make_province_report(facts_of(release, criteria), say))
    assert len(document.pages) == PAGES[release.kind]
    assert str(document.root_object["/Lang"]) == language
    assert str(document.root_object["/MarkInfo"]) == "{'/Marked': True, '/Suspects': False}"
    assert document.metadata is not None
    assert str(document.metadata["/CreationDate"]).startswith(f"D:{release.as_of:%Y%m%d}")
    assert set(document.metadata) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}


def test_english(say_in_english: Texts, criteria: Criteria) -> None:
    text = " ".join(page_words(make_province_report(facts_of(final_release(), criteria), say_in_english)))
    for words in ("Sơn La province", "12,958", "46.1–46.2%", "no figures yet", "Farming, forestry"):
        assert words in text
    assert "Toàn tỉnh" not in text


def test_the_map_is_described_for_those_who_do_not_see_it(say: Texts, criteria: Criteria) -> None:
    pdf = make_province_report(facts_of(interim_release(), criteria), say)
    described = say.plain("province_report.map_described", shown=71, hidden=4)
    assert described.encode("utf-16-be").hex().upper().encode() in pdf


@pytest.mark.parametrize("kind", ["interim", "final"])
def test_while_all_is_hidden_it_says_so(say: Texts, criteria: Criteria, kind: str) -> None:
    release = hidden_release("final" if kind == "final" else "interim")
    (page,) = page_words(make_province_report(facts_of(release, criteria), say))
    assert say.plain("statistics_picture.hidden") in page
    assert "%" not in page


def test_the_same_facts_have_the_same_bytes(say: Texts, criteria: Criteria) -> None:
    facts = facts_of(final_release(), criteria)
    assert make_province_report(facts, say) == make_province_report(facts, say)


def test_hostile_text_shows_as_it_is(say: Texts, criteria: Criteria) -> None:
    name = '#image("x") $x$ *b* \\n'
    communes = tuple(replace(each, name=name) if each.code == HUGE else each for each in province().communes)
    facts = replace(facts_of(interim_release(), criteria), province=replace(province(), communes=communes))
    text = page_words(make_province_report(facts, say))
    assert name in text[2]


def test_not_for_a_commune(say: Texts, criteria: Criteria) -> None:
    with pytest.raises(ValueError, match="commune"):
        make_province_report(facts_of(interim_release(), criteria, HUGE), say)


COUNTS: dict[str, int | None] = {
    row.commune: row.n for table in final_release().tables if table.id == "T1" for row in table.rows
}


def test_circles_lie_as_the_communes_do_and_their_area_follows_the_people() -> None:
    plan = draw_up_map(province().communes, COUNTS, 500)
    page = Box(0, 0, plan.width, plan.height)
    assert {circle.commune.code for circle in plan.circles} == set(province().by_code)
    for one, other in combinations(plan.circles, 2):
        assert (one.x < other.x) == (one.commune.longitude < other.commune.longitude)
        assert (one.y < other.y) == (one.commune.latitude > other.commune.latitude)
    for circle in plan.circles:
        edge = circle.radius
        assert page.holds(Box(circle.x - edge, circle.y - edge, circle.x + edge, circle.y + edge))
        if circle.commune.code in SMALL:
            assert circle.radius == HIDDEN_RADIUS
    assert plan.radius_of(2_000) == pytest.approx(2 * plan.radius_of(500))
    assert [circle.radius for circle in plan.circles] == sorted((c.radius for c in plan.circles), reverse=True)
    east_west = 111.2 * 1.589 * 0.932  # km from 103.351° to 104.940° at 21.29° N
    across = max(circle.x for circle in plan.circles) - min(circle.x for circle in plan.circles)
    assert across / plan.points_per_km == pytest.approx(east_west, rel=0.01)


def test_names_cover_neither_each_other_nor_a_circle() -> None:
    plan = draw_up_map(province().communes, COUNTS, 500)
    labelled = [(circle, circle.label) for circle in plan.circles if circle.label]
    assert len(labelled) > 60
    assert plan.circles[0].label is not None, "the largest has its name"
    for (_, one), (_, other) in combinations(labelled, 2):
        assert not one.overlaps(other)
    for circle in plan.circles:
        assert not any(circle.touches(label) for _, label in labelled)
    bare = {each.name: each.bare_name for each in province().communes}
    assert bare["Phường Tô Hiệu"] == "Tô Hiệu"
    assert bare["Xã Co Mạ"] == "Co Mạ"


def test_a_map_of_one_place_or_of_nobody_can_be_drawn() -> None:
    one = draw_up_map(province().communes[:1], {}, 500)
    assert [circle.radius for circle in one.circles] == [HIDDEN_RADIUS]
