"""What officers type, and what they are told: moments, formatted words, refusals."""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.campaigns.life import CAMPAIGN_STATES, STEPS
from engine.campaigns.message import clean
from engine.campaigns.refusals import say_refusal, say_state
from engine.conversation.arranging import read_moment
from engine.conversation.composing import html_of
from engine.errors import CampaignRefused
from engine.messages import Incoming
from engine.state import HOME_ZONE
from tests.chats import handbook

NOW = datetime(2026, 10, 1, 9, tzinfo=HOME_ZONE)
ROOMS = ("engine", "handlers")
BY_THEMSELVES = {"freeze", "start", "finish"}
"""Steps that no officer takes."""
VALUES = {
    "placeholder": "{x}",
    "known": "{commune}",
    "length": 1000,
    "most": 900,
    "few": 10,
    "url": "<x>",
    "commune": "1",
    "state": "sending",
    "step": "edit",
}


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("5/10 8:00", (2026, 10, 5, 8, 0)),
        ("5/10 08:00", (2026, 10, 5, 8, 0)),
        ("05/10/2027 20:15", (2027, 10, 5, 20, 15)),
        ("8h ngày 5/10", (2026, 10, 5, 8, 0)),
        ("8h30 5/10", (2026, 10, 5, 8, 30)),
        ("8 giờ 30 ngày 5/10/2026", (2026, 10, 5, 8, 30)),
        ("8 gio, 5/10", (2026, 10, 5, 8, 0)),
        ("1/9 8:00", (2026, 9, 1, 8, 0)),
    ],
)
def test_a_moment_is_read(typed: str, moment: tuple[int, int, int, int, int]) -> None:
    assert read_moment(typed, NOW) == datetime(*moment, tzinfo=HOME_ZONE)


@pytest.mark.parametrize(
    "typed", ["", "mai", "8:00", "5/10", "31/2 8:00", "5/13 8:00", "5/10 25:00", "2026-10-05 08:00", "5/10 08.00"]
)
def test_what_is_no_moment(typed: str) -> None:
    assert read_moment(typed, NOW) is None


@pytest.mark.parametrize(
    ("text", "html", "written"),
    [
        ("a < b & c", None, "a &lt; b &amp; c"),
        ("<b>a</b>", None, "&lt;b&gt;a&lt;/b&gt;"),
        ("a\r\n\nb\tc", None, "a\n\nb c"),
        ("a\0\ud800\x1bb", None, "ab"),
        ("Tie\u0302\u0301ng", None, "Tiếng"),
        ("x", "<b>a</b> <u>b</u> <a href='https://x.vn'>c</a>", '<b>a</b> b <a href="https://x.vn">c</a>'),
        ("x", '<a href="javascript:alert(1)">c</a><script>d</script>', "<a>c</a>"),
        ("x", "<strong>a</strong>", "<b>a</b>"),
        (None, None, ""),
    ],
)
def test_words_as_they_are_sent(text: str | None, html: str | None, written: str) -> None:
    assert html_of(Incoming("test", "someone", text=text, html=html)) == written
    assert clean(written) == written


def refusals() -> Iterator[CampaignRefused]:
    """Everything that is refused somewhere, with the values that are named there."""
    for room in ROOMS:
        for path in (Path(__file__).parent.parent.parent / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CampaignRefused":
                    values = {str(each.arg): VALUES[str(each.arg)] for each in node.keywords}
                    yield CampaignRefused(ast.literal_eval(node.args[0]), **values)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_refusal_is_said(language: str) -> None:
    say = handbook().speak(language)
    for refusal in refusals():
        words = say_refusal(say, refusal)
        assert words
        assert "<x>" not in words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_states_and_steps_are_said_in_the_officers_language(language: str) -> None:
    say = handbook().speak(language)
    names = {say_state(say, state) for state in CAMPAIGN_STATES}
    assert len(names) == len(CAMPAIGN_STATES)
    for step in {*STEPS, "again"} - BY_THEMSELVES:
        assert say_refusal(say, CampaignRefused("campaign.not_now", state="paused", step=step))
