"""A form as a workbook: there and back without loss; what is wrong is shown at its cell."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from content.forms import questionnaire_of
from content.problem_words import KEYS, say_problem
from content.problems import Cell
from content.shapes import FormShape
from content.translated import TranslatedForm, Translation, reopen, translated_from
from content.workbook import read_workbook
from content.workbook_cells import read_sheets
from content.workbook_rows import read_rows
from content.workbook_writing import make_workbook
from engine.questionnaire import Condition, NumberRange, Option, Question, Questionnaire
from tests.chats import handbook
from tests.workbooks import Change, changed, workbook_of

pytestmark = pytest.mark.slow

# survey: A type, B name, C indicator, D label (vi), E label (en), F short (vi), G short (en), H hint (vi),
# I hint (en), J guidance_hint (vi), K guidance_hint (en), L relevant, M minimum, N maximum, O points_at_most,
# P ranges, Q why. choices: A list_name, B name, C label (vi), D label (en), E points. settings: A form_id,
# B version, C form_title (vi), D form_title (en), E describes (vi), F describes (en), G wording,
# H default_language.


def without_sheet(name: str) -> Change:
    return lambda book: book.remove(book[name])


def without_column(sheet: str, column: int) -> Change:
    return lambda book: book[sheet].delete_cols(column)


def with_rows(sheet: str, number: int) -> Change:
    return lambda book: book[sheet].cell(number, 1, "row")


PROBLEMS_AT_CELLS: list[tuple[str, str, list[Any]]] = [
    ("C010", "survey!B3", [("survey!B3", "q01")]),
    ("C012", "survey!C2", [("survey!C2", 11)]),
    ("C013", "survey!A2", [("survey!A2", "yes_no q01")]),
    ("C013", "survey!A2", [("survey!A2", "select_multiple q01")]),
    ("C014", "choices!C4", [("choices!C4", "1-2 ngay")]),
    ("C015", "choices!C4", [("choices!C4", "3–4 ngày mỗi tuần trong cả tháng qua ấy")]),
    ("C015", "settings!C2", [("settings!C2", "Làm nông, làm rừng, làm vườn, làm ao")]),
    ("C016", "choices!C4", [("choices!C4", 3)]),
    ("C017", "survey!D2", [("survey!D2", "Trong tháng qua " + "rất " * 40)]),
    ("C018", "survey!F2", [("survey!F2", "Đọc và nghe tin mới mỗi tuần nhé bạn")]),
    ("C020", "survey!C2", [("choices!E5", 4)]),
    ("C021", "settings!A2", [("choices!E5", 4)]),
    ("C022", "choices!A2", [("choices!E3", 5)]),
    ("C030", "survey!L2", [("survey!L2", "${q02} = '1'")]),
    ("C031", "survey!L3", [("survey!L3", "${q01} = '5'")]),
    ("C032", "survey!L3", [("survey!L3", "selected(${q01}, '5')")]),
    ("C042", "settings!B2", [("settings!B2", "hai")]),
    ("C070", "survey!E2", [("survey!D2", "Một câu chưa ai dịch?"), ("survey!E2", None)]),
    ("C073", "choices!D2", [("choices!C2", "Chưa"), ("choices!D2", "Hardly " * 6)]),
    ("C074", "choices!D3", [("choices!C2", "Chưa"), ("choices!D2", "1–2 days")]),
    ("C106", "choices!A1", [without_sheet("choices")]),
    ("C106", "settings!A2", [lambda book: book["settings"].delete_rows(2)]),
    ("C107", "survey!A1", [without_column("survey", 4)]),
    ("C107", "survey!A1", [without_column("survey", 5)]),
    ("C108", "survey!Q1", [("survey!Q1", "reason")]),
    ("C108", "survey!R1", [("survey!R1", "label_of::English (en)")]),
    ("C108", "survey!S5", [("survey!S5", "a note beside")]),
    ("C109", "survey!R1", [("survey!R1", "why")]),
    ("C110", "survey!E1", [("survey!E1", "label::English")]),
    ("C110", "survey!D1", [("survey!D1", "label")]),
    ("C111", "survey!A1", [with_rows("survey", 1001)]),
    ("C111", "survey!A1", [lambda book: book["survey"].cell(1, 61, "far away")]),
    ("C111", "settings!A3", [with_rows("settings", 3)]),
    ("C112", "choices!E2", [("choices!E2", "=1+1")]),
    ("C113", "choices!C3", [("choices!C3", date(2026, 2, 1))]),
    ("C113", "choices!C3", [("choices!C3", True)]),
    ("C113", "choices!C3", [("choices!C3", "#REF!")]),
    ("C114", "survey!Q2", [("survey!Q2", "x" * 2001)]),
    ("C115", "survey!D2", [("survey!D2", None)]),
    ("C115", "settings!G2", [("settings!G2", None)]),
    ("C116", "survey!C2", [("survey!C2", "một")]),
    ("C116", "choices!E2", [("choices!E2", -1)]),
    ("C116", "choices!E2", [("choices!E2", 0.5)]),
    ("C120", "survey!B2", [("survey!B2", "Câu 1")]),
    ("C121", "survey!A2", [("survey!A2", "begin_group")]),
    ("C121", "survey!A2", [("survey!A2", "integer q01")]),
    ("C122", "survey!A2", [("survey!A2", "select_one")]),
    ("C123", "survey!A2", [("survey!A2", "select_one q99")]),
    ("C124", "choices!A2", [("survey!A2", "select_one q02")]),
    ("C125", "choices!B3", [("choices!B3", "3")]),
    ("C126", "survey!L3", [("survey!L3", "${q01} > 2")]),
    ("C126", "survey!L4", [("survey!L4", "${q01} = '2' or ${q02} = '2'")]),
    ("C127", "survey!P2", [("survey!P2", "0-2: 1")]),
    ("C128", "settings!G2", [("settings!G2", "ours")]),
    ("C130", "settings!A2", [("settings!A2", "fisher")]),
    ("C131", "settings!B2", [("settings!B2", "2026.1")]),
    ("C131", "settings!B2", [("settings!B2", 2025.9)]),
    ("C132", "settings!B2", [("settings!B2", "2026.1.2.3.4.5.6.7")]),
    ("C133", "settings!H2", [("settings!H2", "English (en)")]),
    ("C134", "choices!D26", [("choices!D26", "Almost never")]),
    ("C135", "survey!I10", [("survey!I10", "What counts.")]),
]


@pytest.mark.parametrize(("code", "cell", "changes"), PROBLEMS_AT_CELLS, ids=lambda value: str(value)[:12])
def test_what_is_wrong_is_shown_at_its_cell(code: str, cell: str, changes: list[Any]) -> None:
    read = read_workbook(changed(*changes), handbook())
    assert (code, cell) in [(each.code, str(each.line)) for each in read.problems], [str(p) for p in read.problems]
    assert read.form is None
    for said in (
        say_problem(handbook().speak(language), each) for language in ("vi", "en") for each in read.problems
    ):
        assert "{" not in said.replace("${q", ""), said


def test_each_number_is_shown_somewhere() -> None:
    of_files = {"C101", "C102", "C103", "C104", "C105"}  # test_workbook_door
    assert {code for code, _, _ in PROBLEMS_AT_CELLS} | of_files == set(KEYS)


@pytest.mark.parametrize("form", ["farmer", "worker", "official", "student"])
def test_a_shipped_form_comes_back_as_it_was(form: str) -> None:
    shipped = translated_from(handbook().forms[form], handbook().languages)
    read = read_workbook(changed(form=form), handbook())
    assert read.problems == ()
    assert read.form is not None
    assert replace(read.form.questionnaire, version="2026.1") == shipped.questionnaire
    assert [each.why for each in read.form.questionnaire.questions] != [""] * 20
    assert read.form.translations == shipped.translations
    assert reopen(read.document) == read.form


def test_the_same_form_gives_the_same_bytes() -> None:
    assert workbook_of() == workbook_of()


def test_every_problem_is_shown_at_once_with_what_is_there() -> None:
    read = read_workbook(changed(("survey!C2", "một"), ("choices!C4", "/ba"), ("settings!G2", "ours")), handbook())
    assert [(each.code, str(each.line)) for each in read.problems] == [
        ("C116", "survey!C2"),
        ("C016", "choices!C4"),
        ("C128", "settings!G2"),
    ]
    assert read.found[Cell("survey", 2, 3)] == "một"
    assert read.found[Cell("choices", 4, 3)] == "/ba"


def test_a_list_of_choices_may_serve_two_questions() -> None:
    """`Hầu như không … Gần như hằng ngày` of q01 for q07, which has the same."""

    def share(book: Any) -> None:
        book["survey"]["A8"] = "select_one q01"
        book["choices"].delete_rows(26, 4)

    read = read_workbook(changed(share), handbook())
    assert read.problems == ()
    assert read.form is not None
    assert replace(read.form.questionnaire, version="2026.1") == handbook().forms["farmer"]


def test_another_language_comes_along_and_need_not_be_complete() -> None:
    read = read_workbook(changed(("survey!R1", "label::Thái Đen (blt)"), ("survey!R2", "ꪁꪫꪸ")), handbook())
    assert read.form is not None
    assert read.form.translations["blt"] == Translation(
        "Thái Đen", {read.form.questionnaire.questions[0].text: "ꪁꪫꪸ"}
    )
    again = make_workbook(read.form, handbook().speak("vi"), handbook().speak("vi"))
    assert load_workbook(BytesIO(again))["survey"]["F2"].value == "ꪁꪫꪸ"


def test_letters_and_accents_that_came_apart_are_joined() -> None:
    read = read_workbook(changed(("survey!Q2", "  La\u0300m\r\nnông ")), handbook())
    assert read.form is not None
    assert read.form.questionnaire.questions[0].why == "Làm\nnông"


def test_conditions_are_read_in_both_ways_of_saying_them() -> None:
    for said in ("${q01} = '2' or ${q01}=3", "selected( ${q01} , '2') or selected(${q01}, \"3\")"):
        read = read_workbook(changed(("survey!L3", said)), handbook())
        assert read.form is not None, [str(each) for each in read.problems]
        assert read.form.questionnaire.questions[1].condition == Condition("q01", (2, 3))


def test_the_columns_help_whoever_edits() -> None:
    sheet = load_workbook(BytesIO(workbook_of()))["survey"]
    helps = {str(each.sqref): each.prompt for each in sheet.data_validations.dataValidation if each.prompt}
    assert "${q11} = '2'" in helps["L1"]
    assert sheet.freeze_panes == "C2"


# ---- any form ----------------------------------------------------------------------------------------------------

words = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxy ĐÂ…–“”:=+-@'\"<&\n0123456789_", min_size=1, max_size=60).map(
    lambda drawn: "\n".join(drawn.strip().split("\n")).strip() or "a"
)
points = st.integers(0, 99)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    questions: list[Question] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["single", "multiple", "yes_no", "number", "page"]))
        takes_number = kind == "number"
        has_options = kind in ("single", "multiple", "yes_no")
        before = [each.id for each in questions]
        is_asked_if = bool(before) and draw(st.booleans())
        places = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)
        text = draw(words)
        questions.append(
            Question(
                id=f"q{number:02}",
                indicator=draw(st.integers(0, 10)),
                type=kind,
                text=text,
                short=draw(words),
                hint=draw(st.just("") | words),
                evidence=draw(st.just("") | words),
                why=draw(st.just("") | words),
                options=draw(st.lists(st.builds(Option, words, points), min_size=1, max_size=5).map(tuple))
                if has_options
                else (),
                points_at_most=draw(points),
                minimum=draw(st.integers(-9999, 9999)),
                maximum=draw(st.integers(-9999, 9999)),
                ranges=draw(st.lists(st.builds(NumberRange, st.integers(-999, 999), points), max_size=3).map(tuple))
                if takes_number
                else (),
                condition=Condition(draw(st.sampled_from(before)), draw(places)) if is_asked_if else None,
            )
        )
    return Questionnaire("farmer", "2027.10", draw(words), draw(words), draw(st.booleans()), tuple(questions))


@pytest.mark.slow
@given(questionnaires())
@settings(max_examples=30, deadline=None)
def test_any_form_comes_back_as_it_was(form: Questionnaire) -> None:
    say = handbook().speak("vi")
    sheets = read_sheets("form.xlsx", make_workbook(TranslatedForm(form, {}), say, say))
    data = read_rows(sheets)
    assert sheets.problems == []
    again = questionnaire_of(FormShape.model_validate(data))
    assert again == form
    assert [each.why for each in again.questions] == [each.why for each in form.questions]


SOME_CELLS = st.tuples(st.sampled_from(["survey", "choices", "settings"]), st.integers(1, 8), st.integers(1, 18))
SOME_VALUES = st.none() | st.integers(-5, 10**7) | st.floats(allow_nan=False) | st.booleans() | words
SOME_VALUES |= st.sampled_from(
    ["select_one q02", "note", "${q01} = '9'", "0=0,1=x", "label::A (aa)", "=1+1", "2027.01"]
)


@pytest.mark.slow
@given(st.lists(st.tuples(SOME_CELLS, SOME_VALUES), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)
def test_whatever_somebody_writes_there_is_an_answer(writes: list[tuple[tuple[str, int, int], Any]]) -> None:
    def write(book: Any) -> None:
        for (sheet, row, column), value in writes:
            book[sheet].cell(row, column, value)

    read = read_workbook(changed(write), handbook())
    assert (read.form is None) == bool(read.problems)
    for problem in read.problems:
        assert say_problem(handbook().speak("vi"), problem)
