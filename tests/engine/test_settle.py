"""What someone comes back to when the content, the consent notice or the year has moved on meanwhile."""

from dataclasses import replace

import pytest

from engine.conversation.scene import needed
from engine.conversation.turn import look
from engine.messages import Incoming
from engine.state import MOST_PEOPLE, Place, State
from tests.chats import handbook
from tests.engine.made_up import every_type_handbook
from tests.engine.test_any_sequence import Walk


@pytest.fixture
def walk() -> Walk:
    """Somebody at the second question."""
    walk = Walk(handbook())
    for text in ("/start c03667", "bat dau", "dong y", "lam nong", "3"):
        walk.type(text)
    return walk


def finish(walk: Walk) -> None:
    questions = 20 - len(walk.state.sessions[0, False].answers)
    for text in (*["4"] * questions, "khong muon tra loi", "khong muon tra loi", "xem ket qua"):
        walk.type(text)


def change_account(walk: Walk, **changes: object) -> None:
    account = replace(walk.state.account, **changes)  # type: ignore[arg-type]
    walk.state = State(account, walk.state.sessions)


def test_a_version_that_is_no_longer_shipped_starts_again_and_says_so(walk: Walk) -> None:
    session = replace(walk.state.sessions[0, False], version="2025.1")
    walk.state = walk.state.with_session(session)
    screen = look(walk.book, walk.state, walk.now)
    assert screen.id == "form"
    assert "Bộ câu hỏi đã đổi" in screen.html
    walk.type("lam nong")
    assert walk.state.sessions[0, False].version == "2026.1"


def test_a_session_stays_with_the_version_it_began_with(walk: Walk) -> None:
    walk.book = every_type_handbook()
    walk.type("2")
    assert walk.state.sessions[0, False].version == "2026.1"
    for text in ("/start", "lam lai tu dau", "lam lai", "lam nong"):
        walk.type(text)
    assert walk.state.sessions[0, False].version == "2027.1"


def test_a_result_outlives_the_version_that_made_it(walk: Walk) -> None:
    finish(walk)
    session = replace(walk.state.sessions[0, True], version="2025.1")
    walk.state = walk.state.with_session(session)
    assert look(walk.book, walk.state, walk.now).id == "result"


def test_a_new_consent_notice_is_asked_for_and_answers_wait(walk: Walk) -> None:
    change_account(walk, consent_version="2020.1")
    assert look(walk.book, walk.state, walk.now).id == "greeting"
    for text in ("bat dau", "dong y"):
        walk.type(text)
    assert look(walk.book, walk.state, walk.now).id == "question"
    assert walk.state.sessions[0, False].answers == {"q01": 3}


def test_a_commune_that_is_gone_is_asked_for_again(walk: Walk) -> None:
    change_account(walk, commune="00000")
    assert look(walk.book, walk.state, walk.now).id == "commune"
    change_account(walk, place=Place("commune_confirm", ("00000",)))
    assert "Bạn ở xã, phường nào" in look(walk.book, walk.state, walk.now).html


def test_a_place_that_is_gone_leads_home(walk: Walk) -> None:
    change_account(walk, place=Place("a_place_of_an_older_version"))
    assert look(walk.book, walk.state, walk.now).id == "question"


def test_help_was_open_when_the_session_went(walk: Walk) -> None:
    walk.type("/help")
    walk.state = walk.state.without_session(0, finished=False)
    walk.type("quay lai")
    assert look(walk.book, walk.state, walk.now).id == "form"


def test_a_press_for_an_older_turn_changes_nothing(walk: Walk) -> None:
    before = walk.state
    stale = Incoming("test", "someone", action="a:q02:1", answers_turn=before.account.turn - 1)
    turn = walk.take(stale)
    assert turn.state == before
    assert turn.events == ("press_repeated",)
    assert turn.screens[0].id == "question"


def test_begin_again_when_one_has_agreed_already(walk: Walk) -> None:
    change_account(walk, place=Place("greeting"))
    walk.type("bat dau")
    assert look(walk.book, walk.state, walk.now).id == "question"


def test_a_link_gives_the_commune_to_someone_who_has_none(walk: Walk) -> None:
    change_account(walk, commune=None)
    walk.type("/start c03646")
    assert walk.state.account.commune == "03646"


def test_toggling_the_last_option_off_leaves_no_answer() -> None:
    walk = Walk(every_type_handbook())
    for text in ("/start c03667", "bat dau", "dong y", "lam nong", "di tiep", "co"):
        walk.type(text)
    for _ in range(2):
        walk.press("t:q2:1")
    assert "q2" not in walk.state.sessions[0, False].answers


def test_a_phone_serves_eight_people_and_no_more(walk: Walk) -> None:
    for person in range(1, MOST_PEOPLE):
        walk.type("/family")
        walk.press(f"person:{person}")
        walk.type("lam nong")
    walk.type("/family")
    labels = [button.label for button in look(walk.book, walk.state, walk.now).flat_buttons]
    assert "Thêm người nhà" not in labels
    assert len([label for label in labels if label.startswith(("Bạn", "Người nhà"))]) == MOST_PEOPLE


def test_my_data_says_that_messages_are_stopped(walk: Walk) -> None:
    walk.type("/stop")
    walk.type("/mydata")
    assert "Nhắc nhở: đã dừng" in look(walk.book, walk.state, walk.now).html


def test_home_is_the_result_when_there_is_one(walk: Walk) -> None:
    finish(walk)
    walk.type("/family")
    walk.type("quay lai")
    assert look(walk.book, walk.state, walk.now).id == "result"


def test_a_full_score_has_no_weakest_indicator(walk: Walk) -> None:
    walk.press("b:q02")
    walk.press("a:q01:4")
    finish(walk)
    html = look(walk.book, walk.state, walk.now).html
    assert "100/100" in html
    assert "Nên học thêm" not in html


def test_what_a_screen_needs_must_be_there() -> None:
    with pytest.raises(LookupError):
        needed(None)


def test_official_wording_is_not_called_our_own(walk: Walk) -> None:
    finish(walk)
    assert "do nhóm làm sản phẩm soạn" in look(walk.book, walk.state, walk.now).html
    official = tuple(replace(each, is_official_wording=True) for each in walk.book.questionnaires)
    walk.book = replace(walk.book, questionnaires=official)
    assert "do nhóm làm sản phẩm soạn" not in look(walk.book, walk.state, walk.now).html


def test_answers_that_are_gone_show_as_none(walk: Walk) -> None:
    walk.type("/mydata")
    walk.press("answers:0:0")
    assert "1. Đọc, nghe tin mới" in look(walk.book, walk.state, walk.now).html
    walk.state = walk.state.without_session(0, finished=False)
    assert "1. Đọc, nghe tin mới" not in look(walk.book, walk.state, walk.now).html


def test_someone_who_has_not_begun_is_in_the_family_too(walk: Walk) -> None:
    walk.state = walk.state.without_session(0, finished=False)
    walk.type("/family")
    labels = [button.label for button in look(walk.book, walk.state, walk.now).flat_buttons]
    assert labels[0] == "Bạn: chưa bắt đầu"
