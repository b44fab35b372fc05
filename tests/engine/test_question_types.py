"""Each type of question: how it is pressed, typed, changed, and what it is worth."""

import pytest

from engine.question_types import QUESTION_TYPES, toggle, type_of
from engine.questionnaire import Answer
from engine.scoring import score
from tests.engine.made_up import EVERY_TYPE, every_type_handbook
from tests.engine.test_any_sequence import Walk


@pytest.fixture
def walk() -> Walk:
    walk = Walk(every_type_handbook())
    for text in ("/start c03667", "bat dau", "dong y", "lam nong"):
        walk.type(text)
    return walk


def words(walk: Walk, text: str) -> str:
    return str(walk.type(text).screens[0].html)


def test_every_type_is_in_the_made_up_form() -> None:
    assert {question.type for question in EVERY_TYPE.questions} == set(QUESTION_TYPES)


def test_page(walk: Walk) -> None:
    assert "Có trồng lúa?" in words(walk, "di tiep")


def test_yes_no_and_a_condition_that_is_not_met(walk: Walk) -> None:
    walk.type("di tiep")
    assert "Mấy sào?" in words(walk, "khong")


def test_multiple_by_toggling(walk: Walk) -> None:
    for text in ("di tiep", "co"):
        walk.type(text)
    walk.press("t:q2:1")
    screen = walk.press("t:q2:3").screens[0]
    assert [button.label for button in screen.flat_buttons][:4] == ["✓ Nếp", "Tẻ", "✓ Nương", "Xong"]
    walk.press("t:q2:1")
    walk.press("d:q2")
    assert walk.state.sessions[0, False].answers["q2"] == (3,)


@pytest.mark.parametrize(("typed", "answer"), [("1,3", (1, 3)), ("2", (2,)), ("3 1 1", (1, 3))])
def test_multiple_by_typing(walk: Walk, typed: str, answer: Answer) -> None:
    for text in ("di tiep", "co", typed):
        walk.type(text)
    assert walk.state.sessions[0, False].answers["q2"] == answer


@pytest.mark.parametrize("typed", ["1,9", "0", "1 và 2", "-1"])
def test_multiple_refuses_what_is_no_list_of_its_options(walk: Walk, typed: str) -> None:
    for text in ("di tiep", "co"):
        walk.type(text)
    assert "Mình chưa hiểu" in words(walk, typed)
    assert "q2" not in walk.state.sessions[0, False].answers


@pytest.mark.parametrize(("typed", "number"), [("7", 7), ("7 sào", 7), ("khoảng 12", 12), ("1000", 1000)])
def test_number(walk: Walk, typed: str, number: int) -> None:
    for text in ("di tiep", "khong", typed):
        walk.type(text)
    assert walk.state.sessions[0, False].answers["q3"] == number


@pytest.mark.parametrize("typed", ["1001", "-1", "nhiều lắm", "3 hay 4", "٣", "9" * 400])
def test_number_says_what_it_takes(walk: Walk, typed: str) -> None:
    for text in ("di tiep", "khong"):
        walk.type(text)
    assert "Gõ một số từ 0 đến 1000" in words(walk, typed)
    assert "q3" not in walk.state.sessions[0, False].answers


def test_a_number_can_be_kept_when_one_comes_back_to_it(walk: Walk) -> None:
    for text in ("di tiep", "co", "1", "12"):
        walk.type(text)
    screen = walk.type("quay lai").screens[0]
    assert screen.flat_buttons[0].label == "✓ 12 · Giữ số này"
    walk.press(screen.flat_buttons[0].action)
    assert walk.state.sessions[0, False].answers["q3"] == 12


def test_an_answer_whose_condition_is_gone_is_let_go(walk: Walk) -> None:
    for text in ("di tiep", "co", "1,3", "12", "cung nhau"):
        walk.type(text)
    session = walk.state.sessions[0, False]
    assert score(walk.book.criteria, EVERY_TYPE, session.answers) == (10, 10, 10, *[0] * 7)
    for text in ("khong muon tra loi", "khong muon tra loi"):
        walk.type(text)
    walk.press("change:q1")
    walk.press("a:q1:1")
    session = walk.state.sessions[0, False]
    assert set(session.answers) == {"p1", "q1", "q3"}
    assert score(walk.book.criteria, EVERY_TYPE, session.answers) == (0, 10, *[0] * 8)


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [("q1", 2, 5), ("q2", (1, 3), 5), ("q2", (2,), 2), ("q3", 0, 0), ("q3", 9, 4), ("q3", 10, 10), ("p1", 1, 0)],
)
def test_points(question: str, answer: Answer, points: int) -> None:
    asked = EVERY_TYPE.by_id[question]
    assert type_of(asked).points(asked, answer) == points


def test_toggling_twice_changes_nothing() -> None:
    assert toggle(toggle(None, 2), 2) == ()


@pytest.mark.parametrize(
    ("question", "most", "answer", "words"),
    [
        ("p1", 0, 1, []),
        ("q1", 5, 2, ["Có"]),
        ("q2", 5, (1, 3), ["Nếp", "Nương"]),
        ("q3", 10, 7, [7]),
        ("q4", 10, 2, ["Cùng nhau"]),
    ],
)
def test_most_points_and_how_an_answer_is_said(
    question: str, most: int, answer: Answer, words: list[str | int]
) -> None:
    asked = EVERY_TYPE.by_id[question]
    assert type_of(asked).most_points(asked) == most
    assert list(type_of(asked).say(asked, answer)) == words


def test_an_answer_of_another_type_is_worth_nothing() -> None:
    """Only a form that changed unseen could bring it about; then it must not break the result."""
    assert type_of(EVERY_TYPE.by_id["q3"]).points(EVERY_TYPE.by_id["q3"], (1, 2)) == 0
    assert type_of(EVERY_TYPE.by_id["p1"]).read(EVERY_TYPE.by_id["p1"], "1") is None
