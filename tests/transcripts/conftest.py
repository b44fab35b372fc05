"""Plays transcripts: the lines that a person said are said again, and the bot must say the same again."""

import re
from collections.abc import Iterator
from pathlib import Path

from channels.terminal.transcript import written_turn
from engine.messages import Screen
from tests.chats import Chat, buttons_of, handbook
from tests.counting import count_everything, invite_somebody, publish_made_up

FOLDER = Path(__file__).parent
_PASSING = re.compile(r"-- (\d+) (hours|days) pass")
_OLD_BUTTON = re.compile(r"me> \[(?P<label>.+)\] \(an old button\)")
_BUTTON = re.compile(r"me> \[(?P<label>.+)\]")
RESTART, AGAIN = "-- restart", "-- the same press arrives again"
COUNTED, RELEASED = "-- what is finished is counted", "-- a made-up release comes out"
_INVITED = re.compile(r"-- staff of (\w+) is invited by the link (\w+)")


def said_lines(transcript: str) -> list[str]:
    """What the person did, and what happened around them: everything the bot did not say."""
    return [line for line in transcript.splitlines() if line.startswith(("me> ", "-- ", "#"))]


def play(chat: Chat, lines: list[str], *, restarts: bool) -> Iterator[str]:
    """Does what the lines say; yields the transcript that comes of it. `restarts`: one after every turn."""
    screens: list[Screen] = []
    earlier: dict[str, str] = {}
    last = ""
    for line in lines:
        if line.startswith("#"):
            yield line
            continue
        if line.startswith("-- ") and line != AGAIN:
            _happen(chat, line)
            yield line
            continue
        earlier |= buttons_of(screens)
        if old := _OLD_BUTTON.fullmatch(line):
            last = earlier[old["label"]]
            screens = chat.press(last)
        elif line == AGAIN:
            screens = chat.press(last)
        elif button := _BUTTON.fullmatch(line):
            present = buttons_of(screens)
            assert button["label"] in present, f"{line}: the screen has only {list(present)}"
            last = present[button["label"]]
            screens = chat.press(last)
        else:
            screens = chat.type(line.removeprefix("me> "))
        said = line.removeprefix("me> ")
        written = written_turn(said, screens)
        yield written if line != AGAIN else written.replace(f"me> {line}", line)
        if restarts:
            chat.restart()


_BUTTON_ROW = re.compile(r"(?<=\])  (?=\[)")
_FILE = re.compile(r"^     \(.*\)$", re.MULTILINE)


def as_on_telegram(transcript: str) -> str:
    """What a transcript leaves to the channel, made alike: how buttons share rows, how a file is described."""
    return _FILE.sub("     (a file)", _BUTTON_ROW.sub("\n     ", transcript))


def _happen(chat: Chat, line: str) -> None:
    if line == RESTART:
        chat.restart()
    elif passing := _PASSING.fullmatch(line):
        chat.clock.move(**{passing[2]: int(passing[1])})
    elif line == COUNTED:
        count_everything(chat.database, chat.clock.now)
    elif line == RELEASED:
        chat.publish(publish_made_up(chat.database, handbook()))
    elif invited := _INVITED.fullmatch(line):
        invite_somebody(chat.database, handbook(), invited[1], invited[2], chat.clock.now)
    else:
        raise AssertionError(f"nobody knows what this means: {line}")
