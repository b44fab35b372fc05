"""Buttons under messages that arrived on their own: at every place, without cost, and the message stays."""

import pytest

from engine.conversation.turn import advance, look
from engine.messages import Incoming
from engine.state import Account, State
from tests.chats import handbook
from tests.engine.test_any_sequence import Walk

FORGED = ["message", "message:", "message:unheard_of", "message:stop_all:1", "message::stop"]


@pytest.fixture
def walk() -> Walk:
    """Somebody at the second question."""
    walk = Walk(handbook())
    for text in ("/start c03667", "bat dau", "dong y", "lam nong", "3"):
        walk.type(text)
    return walk


def place(walk: Walk) -> str:
    return look(walk.book, walk.state, walk.now).id


@pytest.mark.parametrize("button", ["open", "continue"])
@pytest.mark.parametrize("before", ["/help", "/commune", "/family", "/erase", "/remindme", "tam dung"])
def test_on_to_the_open_question_from_anywhere(walk: Walk, button: str, before: str) -> None:
    walk.type(before)
    walk.press_under_message(button)
    assert look(walk.book, walk.state, walk.now).progress == (2, 20)


@pytest.mark.parametrize("button", ["open", "continue", "my_commune"])
def test_who_has_agreed_to_nothing_is_greeted(button: str) -> None:
    walk = Walk(handbook())
    walk.press_under_message(button)
    assert place(walk) == "greeting"


def test_how_my_commune_stands_and_back_to_the_question(walk: Walk) -> None:
    walk.press_under_message("my_commune")
    assert place(walk) == "my_commune"
    walk.type("quay lai")
    assert place(walk) == "question"


def test_stopped_in_the_middle_of_a_question_that_is_then_answered_where_it_stands(walk: Walk) -> None:
    walk.press_under_message("stop")
    assert walk.state.account.reminders == "stopped"
    assert place(walk) == "stopped"
    assert walk.press("a:q02:1").events == ("answer_given",)
    assert walk.state.sessions[0, False].answers == {"q01": 3, "q02": 1}
    assert place(walk) == "question"


def test_an_older_question_is_not_answered_from_aside(walk: Walk) -> None:
    walk.press_under_message("stop")
    assert walk.press("a:q01:1").events == ("press_outdated",)
    assert walk.state.sessions[0, False].answers == {"q01": 3}
    assert place(walk) == "stopped"


@pytest.mark.parametrize("action", FORGED)
def test_a_button_that_nobody_knows_changes_nothing(walk: Walk, action: str) -> None:
    before = walk.state.sessions
    turn = walk.press(action)
    assert turn.events == ("press_outdated",)
    assert walk.state.sessions == before
    assert not turn.screens[0].replaces
    assert place(walk) == "question"


def test_a_press_that_is_delivered_twice_leaves_the_message_too() -> None:
    press = Incoming("telegram", "7", action="message:continue", update=5)
    first = advance(handbook(), State(Account("telegram", "7")), press, Walk(handbook()).now)
    assert first.state
    again = advance(handbook(), first.state, press, Walk(handbook()).now)
    assert again.events == ("update_repeated",)
    assert not again.screens[0].replaces
