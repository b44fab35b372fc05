"""Listening to a question: who sees the button, what a press brings, and that it changes nothing else."""

from dataclasses import replace

import pytest

from engine.conversation.turn import Turn, advance
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.questionnaire import Question
from engine.state import Account, State
from engine.voices import Voices, fingerprint, read_out
from tests.chats import Clock, handbook

FIRST, SECOND = handbook().forms["farmer"].questions[:2]
NAMES = {"vi": "Tiếng Việt", "blt": "Thái", "hmn": "Mông", "mtq": "Mường"}


def with_recordings(*languages: str, of: Question = FIRST) -> Handbook:
    numbers = {language: 10 + place for place, language in enumerate(languages)}
    return replace(handbook(), voices=Voices(NAMES, {fingerprint(of): numbers}))


class Listener:
    """Somebody at the first question."""

    def __init__(self, its_handbook: Handbook) -> None:
        self.handbook = its_handbook
        self.state = State(Account("web", "x"))
        for text in ("/start c03667", "bat dau", "dong y", "lam nong"):
            self.turn(text=text)

    def turn(self, text: str | None = None, action: str | None = None) -> Turn:
        turn = advance(self.handbook, self.state, Incoming("web", "x", text=text, action=action), Clock().now)
        assert turn.state
        self.state = turn.state
        return turn

    def press(self, action: str) -> Screen:
        return self.turn(action=action).screens[-1]

    @property
    def screen(self) -> Screen:
        return advance(self.handbook, self.state, Incoming("web", "x", action="-"), Clock().now).screens[-1]


def rows_of(screen: Screen) -> list[list[str]]:
    rows = [[each.label for each in row if each.action.startswith("v:")] for row in screen.buttons]
    return [row for row in rows if row]


@pytest.mark.parametrize(
    ("languages", "rows"),
    [
        ((), []),
        (("vi",), [["🔊 Nghe"]]),
        (("blt",), [["🔊 Thái"]]),
        (("hmn", "vi"), [["🔊 Tiếng Việt", "🔊 Mông"]]),
        (("vi", "blt", "hmn", "mtq"), [["🔊 Tiếng Việt", "🔊 Thái", "🔊 Mông"], ["🔊 Mường"]]),
    ],
)
def test_a_button_for_each_language(languages: tuple[str, ...], rows: list[list[str]]) -> None:
    assert rows_of(Listener(with_recordings(*languages)).screen) == rows


def test_the_numbers_of_the_answers_stay() -> None:
    silent, spoken = Listener(handbook()).screen, Listener(with_recordings("vi")).screen
    count = len(FIRST.options)
    assert spoken.flat_buttons[:count] == silent.flat_buttons[:count]
    assert [each.action for each in spoken.flat_buttons[count:]] == ["v:q01:vi", "b:q01", "e:q01", "pause"]


def test_a_press_brings_the_same_question_with_the_recording() -> None:
    listener = Listener(with_recordings("vi", "blt"))
    before, session = listener.screen, listener.state.sessions
    heard = listener.press("v:q01:blt")
    assert heard.voice
    assert (heard.voice.kind, heard.voice.person) == ("question_voice", 11)
    assert heard.voice.description == "Bản đọc câu hỏi: Thái"
    assert replace(heard, voice=None) == replace(before, replaces=heard.replaces)
    assert listener.state.sessions == session
    assert heard.file == heard.voice


def test_typed_words_do_the_same_as_the_button() -> None:
    listener = Listener(with_recordings("vi"))
    assert listener.turn(text="nghe").screens[-1].voice


def test_after_the_answer_it_is_silent_again() -> None:
    listener = Listener(with_recordings("vi"))
    listener.press("v:q01:vi")
    second = listener.press("a:q01:2")
    assert (second.progress, second.voice, rows_of(second)) == ((2, 20), None, [])
    assert listener.press("b:q02").voice is None


def test_an_example_that_is_shown_stays_while_listening() -> None:
    listener = Listener(with_recordings("vi"))
    listener.press("e:q01")
    heard = listener.press("v:q01:vi")
    assert heard.voice
    assert "💡" in heard.html
    assert "e:q01" not in [each.action for each in heard.flat_buttons]
    assert listener.press("v:q01:vi").voice == heard.voice


def test_coming_back_from_help_it_is_there_again() -> None:
    listener = Listener(with_recordings("vi"))
    listener.press("v:q01:vi")
    assert listener.press("help").voice is None
    assert listener.turn(text="quay lai").screens[-1].voice


@pytest.mark.parametrize("action", ["v:q01:vi", "v:q02:vi", "v:q01:xx", "v:q01", "v", "v::", "v:q99:vi:1"])
def test_old_and_made_up_buttons_change_nothing(action: str) -> None:
    listener = Listener(handbook())
    before = listener.state
    turn = listener.turn(action=action)
    assert turn.events == ("press_outdated",)
    assert turn.screens[-1].voice is None
    assert replace(listener.state.account, turn=before.account.turn) == replace(
        before.account, seen_on=listener.state.account.seen_on
    )
    assert listener.state.sessions == before.sessions


def test_a_recording_that_was_removed_meanwhile_is_just_not_there() -> None:
    listener = Listener(with_recordings("vi"))
    listener.press("v:q01:vi")
    listener.handbook = handbook()
    assert listener.screen.voice is None
    assert listener.press("a:q01:1").progress == (2, 20)


def test_what_is_read_out_is_all_that_one_needs_to_answer() -> None:
    assert read_out(FIRST) == (FIRST.text, FIRST.hint, *(each.label for each in FIRST.options))


@pytest.mark.parametrize("change", ["text", "hint", "options"])
def test_other_words_have_no_recording(change: str) -> None:
    other: object = FIRST.options[:-1] if change == "options" else "Khác"
    changed = replace(FIRST, **{change: other})  # type: ignore[arg-type]
    assert with_recordings("vi").voices.of(FIRST) == {"vi": 10}
    assert with_recordings("vi").voices.of(changed) == {}


def test_the_same_words_in_another_form_share_it() -> None:
    assert with_recordings("vi").voices.of(replace(FIRST, id="q17", short="", evidence="Sổ ghi.")) == {"vi": 10}
    assert with_recordings("vi").voices.of(SECOND) == {}
