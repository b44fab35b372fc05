"""The result form: it can be read, searched and read aloud, and does not say who made it."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.questionnaire import Criteria
from engine.texts import Texts
from reports.result_form import draw_result_form
from tests.reports.conftest import MakeSheet

MEETS_RULE = (8, 7, 9, 8, 6, 5, 6, 8, 9, 8)
ONE_TOO_LOW = (9, 8, 10, 9, 7, 4, 7, 8, 9, 9)
BYTES_AT_MOST = 90_000


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def words(pdf: bytes) -> str:
    """The text, with one space wherever a line ends."""
    return " ".join("\n".join(page.extract_text() for page in opened(pdf).pages).split())


def test_it_has_the_official_wording_and_the_points(make_sheet: MakeSheet, say: Texts, criteria: Criteria) -> None:
    text = words(draw_result_form(make_sheet(*ONE_TOO_LOW), say))
    for indicator, points in zip(criteria.indicators, ONE_TOO_LOW, strict=True):
        assert f"{indicator.number} {indicator.title} 10 {points} " in text
    for competency, reached in zip(criteria.competencies, ("40 36", "40 26", "20 18"), strict=True):
        assert f"{competency.numeral}. {competency.title} {reached} " in text
    assert f"{say.plain('report.total')} 100 80 " in text
    assert criteria.source.replace(" ", "") in text.replace(" ", "")  # a line may end after a hyphen


def test_it_says_what_it_is_and_what_it_is_not(make_sheet: MakeSheet, say: Texts) -> None:
    met = words(draw_result_form(make_sheet(*MEETS_RULE), say))
    missed = words(draw_result_form(make_sheet(*ONE_TOO_LOW), say))
    official = words(draw_result_form(make_sheet(*MEETS_RULE, is_official_wording=True), say))
    assert met.startswith("PHIẾU TỰ ĐÁNH GIÁ CÔNG DÂN HỌC TẬP ")
    for text in (met, missed, official):
        assert say.plain("report.not_the_title") in text
        assert "Xã Mường Bú" in text
        assert "1/10/2026" in text
    assert say.plain("report.meets") in met
    assert say.plain("report.not_yet") not in met
    assert say.plain("report.not_yet") in missed
    assert say.plain("report.too_low", number=1, minimum=5) in missed
    assert say.plain("report.own_wording") in met
    assert say.plain("report.own_wording") not in official


def test_english(make_sheet: MakeSheet, say_in_english: Texts) -> None:
    pdf = draw_result_form(make_sheet(*(0,) * 10), say_in_english)
    text = words(pdf)
    assert text.startswith("LEARNING CITIZEN SELF-ASSESSMENT FORM ")
    assert say_in_english.content("Làm nông, làm rừng") in text
    assert "Làm nông" not in text
    assert say_in_english.plain("report.points_missing", points=70) in text


@pytest.mark.parametrize("points", [MEETS_RULE, ONE_TOO_LOW, (0,) * 10, (10,) * 10])
def test_one_tagged_page_of_a4_without_an_author(
    make_sheet: MakeSheet, both_languages: dict[str, Texts], points: tuple[int, ...]
) -> None:
    for language, say in both_languages.items():
        pdf = draw_result_form(make_sheet(*points), say)
        document = opened(pdf)
        assert len(document.pages) == 1
        width, height = (float(side) / 72 * 25.4 for side in document.pages[0].mediabox[2:])
        assert (width, height) == pytest.approx((210, 297), abs=0.1)
        assert str(document.root_object["/MarkInfo"]) == "{'/Marked': True, '/Suspects': False}"
        assert str(document.root_object["/Lang"]) == language
        assert document.metadata is not None
        assert document.metadata.title == say.plain("report.form_title")
        assert document.metadata.author is None
        assert set(document.metadata) == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
        assert str(document.metadata["/Creator"]).startswith("Typst")
        assert str(document.metadata["/CreationDate"]).startswith("D:20261001")
        assert len(pdf) < BYTES_AT_MOST


def test_the_same_result_gives_the_same_bytes(make_sheet: MakeSheet, say: Texts) -> None:
    assert draw_result_form(make_sheet(*MEETS_RULE), say) == draw_result_form(make_sheet(*MEETS_RULE), say)


def test_long_names_move_on_to_a_second_page(make_sheet: MakeSheet, say: Texts) -> None:
    document = opened(draw_result_form(make_sheet(*MEETS_RULE, commune_name="Xã Rất Dài " * 90), say))
    assert len(document.pages) == 2


@pytest.mark.parametrize(
    "name",
    ['#image("x.png")', "$x$ *b* _i_ `c` @ref <l>", "\\n {} #panic() // -- ~ ...", "= A", "+ b", "#data"],
)
def test_hostile_text_shows_as_it_is(make_sheet: MakeSheet, say: Texts, name: str) -> None:
    text = words(draw_result_form(make_sheet(*MEETS_RULE, commune_name=name), say))
    assert f"{say.plain('report.commune')}: {name} " in text
    assert say.plain("report.rule", commune=name, pass_mark=70, minimum=5) in text
