"""Screens as Telegram messages: what stands in the text, what on the buttons, at 360 pixels."""

from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup

from channels.telegram.show import LETTERS_IN_A_ROW, shown
from engine.messages import LONGEST_ACTION, Button, Screen
from tests.chats import DatabaseChat, handbook
from tests.transcripts.conftest import FOLDER, play, said_lines

pytestmark = pytest.mark.slow

QUESTION = Screen("question", "vi", Markup("Câu hỏi"), progress=(6, 20))
LONG = "Tự làm được và đã chỉ cho vài người khác cùng làm"


def labels(screen: Screen) -> list[list[str]]:
    keyboard: Any = shown(screen).keyboard
    return [[key["text"] for key in row] for row in keyboard["inline_keyboard"]]


def test_the_bar_stands_above_the_words() -> None:
    assert shown(QUESTION).html == "▓▓░░░░░░░░\nCâu hỏi"


def test_without_buttons_there_is_no_keyboard() -> None:
    assert shown(QUESTION).keyboard is None


def test_long_choices_stand_in_the_text_and_their_buttons_have_the_number_to_type() -> None:
    choices = [Button("Chưa", "a:q01:1", "choice"), Button(LONG, "a:q01:2", "choice")]
    screen = replace(QUESTION, buttons=((choices[0],), (choices[1],), (Button("‹ Quay lại", "b:q01"),)))
    assert shown(screen).html.endswith(f"\n\n1. Chưa\n2. {LONG}")
    assert labels(screen) == [["1", "2"], ["‹ Quay lại"]]
    for number, choice in enumerate(choices, start=1):
        assert screen.button_at(str(number)) == choice


def test_what_a_choice_says_is_escaped_in_the_text() -> None:
    screen = replace(QUESTION, buttons=((Button("<b>" + LONG, "a:q01:1", "choice"),),))
    assert "1. &lt;b&gt;Tự" in shown(screen).html


def test_a_link_opens_its_page_and_says_nothing_to_us() -> None:
    link, stop = (
        Button("Đọc thêm", "", "main", url="https://example.org/a?b=1"),
        Button("Thôi nhắn", "message:stop"),
    )
    keyboard: Any = shown(replace(QUESTION, buttons=((link,), (stop,)))).keyboard
    assert keyboard["inline_keyboard"] == [
        [{"text": "Đọc thêm", "url": "https://example.org/a?b=1"}],
        [{"text": "Thôi nhắn", "callback_data": "message:stop"}],
    ]


def test_a_row_that_does_not_fit_is_broken() -> None:
    row = (Button("Làm cho người nhà", "family"), Button("Trợ giúp", "help"))
    assert labels(replace(QUESTION, buttons=(row,))) == [["Làm cho người nhà"], ["Trợ giúp"]]
    short = tuple(Button(str(number), f"change:q{number}") for number in range(1, 7))
    assert [len(each) for each in labels(replace(QUESTION, buttons=(short,)))] == [4, 2]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_screen_of_the_transcripts_fits_a_phone_and_telegram(path: Any, tmp_path: Any) -> None:
    seen: list[Screen] = []

    class Watching(DatabaseChat):
        def _take(self, incoming: Any) -> list[Screen]:
            screens = super()._take(incoming)
            seen.extend(screens)
            return screens

    chat = Watching(f"sqlite:///{tmp_path}/hoctap.db")
    list(play(chat, said_lines(path.read_text(encoding="utf-8")), restarts=False))
    chat.close()
    assert seen
    for screen in seen:
        keyboard: Any = shown(screen).keyboard or {"inline_keyboard": []}
        for row in keyboard["inline_keyboard"]:
            assert all(len(key["text"]) <= LETTERS_IN_A_ROW[len(row)] for key in row), row
        keys = [key for row in keyboard["inline_keyboard"] for key in row]
        actions = [key["callback_data"] for key in keys if "url" not in key]
        assert all(1 <= len(action.encode()) <= LONGEST_ACTION for action in actions)
        assert sorted(actions) == sorted(button.action for button in screen.flat_buttons if not button.url)


def test_no_label_of_the_catalogues_is_too_long_for_a_row_of_its_own() -> None:
    for texts in handbook().languages.values():
        for key in ("result.advice", "consent.agree", "review.finish", "erase.yes", "restart.yes"):
            assert len(texts.plain(key)) <= LETTERS_IN_A_ROW[1]
