"""Whatever someone presses or types, in whatever order: nothing raises, and the assessment can be finished."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from content.read import CONTENT
from engine.conversation.messages_received import BUTTONS, VERB
from engine.conversation.turn import ACTS, COMMANDS, Turn, advance, look
from engine.handbook import Handbook
from engine.messages import LONGEST_ACTION, Incoming
from engine.state import Account, State
from tests.chats import handbook
from tests.engine.made_up import every_type_handbook

pytestmark = pytest.mark.slow

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
MOST_STEPS = 60

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["1", "2", "4", "7", "99", "dong y", "quay lai", "muong bu", "chieng", "1, 3", "  ", "\0"]),
    st.sampled_from([f"/{command}" for command in COMMANDS] + ["/start c03667", "/start c99999", "/"]),
)
forged = st.one_of(
    st.builds(
        lambda verb, parts: ":".join([verb, *parts]),
        st.sampled_from(sorted(ACTS)),
        st.lists(st.sampled_from(["q01", "q20", "1", "-1", "03667", "farmer", "en", "💥", ""]), max_size=3),
    ),
    st.text(max_size=20),
)


class Walk:
    """Somebody who does one thing after the other."""

    def __init__(self, book: Handbook) -> None:
        self.book = book
        self.now = BEGINNING
        self.state = State(Account("test", "someone"))

    def take(self, incoming: Incoming) -> Turn:
        turn = advance(self.book, self.state, incoming, self.now)
        assert turn == advance(self.book, self.state, incoming, self.now), "the same in must give the same out"
        self.state = turn.state or State(Account("test", "someone"))
        [screen] = turn.screens
        assert screen.html.strip()
        assert all(len(button.action.encode()) <= LONGEST_ACTION for button in screen.flat_buttons)
        assert screen.flat_buttons, f"no way on from {screen.id}"
        return turn

    def press(self, action: str) -> Turn:
        return self.take(Incoming("test", "someone", action=action))

    def type(self, text: str) -> Turn:
        return self.take(Incoming("test", "someone", text=text))

    def press_under_message(self, button: str) -> Turn:
        """A button of a message that arrived on its own: costs no answer, and leaves the message to be read."""
        before = self.state.sessions
        turn = self.press(f"{VERB}:{button}")
        assert self.state.sessions == before
        assert not turn.screens[0].replaces
        return turn

    def finish(self) -> None:
        """Does what the screens ask for until there is a result."""
        for text in ("/start c03667", "bat dau", "dong y"):
            self.type(text)
        for _ in range(80):
            screen = look(self.book, self.state, self.now)
            if screen.id == "result":
                return
            self.step_towards_the_result(screen.id)
        raise AssertionError("no result")

    def step_towards_the_result(self, screen: str) -> None:
        wanted = {
            "commune": "/commune",
            "form": "lam nong lam rung",
            "too_young": "/start",
            "review": "xem ket qua",
        }
        if screen == "commune":
            self.type("muong bu")
            self.type("dung")
        elif screen == "question":
            self.type("1")
        elif screen in ("sex", "age"):
            self.type("khong muon tra loi")
        elif screen in wanted:
            self.type(wanted[screen])
        else:
            self.type("/start")
            present = look(self.book, self.state, self.now)
            main = next((b for b in present.flat_buttons if b.kind == "main"), present.flat_buttons[0])
            if present.id not in ("question", "sex", "age", "review", "result", "form", "commune"):
                self.press(main.action)


@st.composite
def walks(draw: st.DrawFn, book: Handbook) -> Walk:
    walk = Walk(book)
    for _ in range(draw(st.integers(0, MOST_STEPS))):
        kind = draw(st.sampled_from(["button", "button", "button", "text", "forged", "message", "pause"]))
        if kind == "button":
            buttons = look(book, walk.state, walk.now).flat_buttons
            action = draw(st.sampled_from(buttons)).action
            note(f"presses {action}")
            walk.press(action)
        elif kind == "text":
            text = draw(texts)
            note(f"types {text!r}")
            walk.type(text)
        elif kind == "message":
            button = draw(st.sampled_from(sorted(BUTTONS)))
            note(f"presses {button} under a message")
            walk.press_under_message(button)
        elif kind == "forged":
            action = draw(forged)
            note(f"forges {action!r}")
            walk.press(action)
        else:
            walk.now += timedelta(days=draw(st.integers(0, 200)))
    return walk


def _in_vietnamese(walk: Walk) -> None:
    account = replace(walk.state.account, language="vi")
    walk.state = State(account, walk.state.sessions)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_sequence_can_be_finished(data: st.DataObject) -> None:
    walk = data.draw(walks(handbook()))
    _in_vietnamese(walk)
    walk.finish()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_sequence_can_be_finished_with_questions_of_every_type(data: st.DataObject) -> None:
    walk = data.draw(walks(every_type_handbook()))
    _in_vietnamese(walk)
    walk.finish()


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(["farmer", "worker", "official", "student"]),
    places=st.lists(st.integers(1, 4), min_size=20, max_size=20),
)
def test_scores_equal_a_sum_made_from_the_file(form: str, places: list[int]) -> None:
    walk = Walk(handbook())
    for text in ("/start c03667", "bat dau", "dong y"):
        walk.type(text)
    walk.press(f"form:{form}")
    for number, place in enumerate(places, start=1):
        walk.press(f"a:q{number:02}:{place}")
    for action in ("sex:undisclosed", "age:undisclosed", "finish"):
        walk.press(action)

    written = yaml.safe_load((CONTENT / "questionnaires" / f"{form}.yaml").read_text(encoding="utf-8"))
    expected = [0] * 10
    for question, place in zip(written["questions"], places, strict=True):
        expected[question["indicator"] - 1] += question["options"][place - 1]["points"]
    session = walk.state.sessions[0, True]
    assert session.scores == tuple(expected)
    shown = look(handbook(), walk.state, walk.now).html
    assert f"{sum(expected)}/100" in shown
    meets = sum(expected) >= 80 and min(expected) >= 5
    assert ("✅" in shown) == meets
