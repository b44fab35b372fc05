"""Plays transcripts: the lines that a person said are said again, and the bot must say the same again."""

import re
from collections.abc import Iterator
from pathlib import Path

from channels.terminal.transcript import written_screen, written_turn
from engine.messages import Screen
from engine.state import Role
from handlers.voices import Spot
from tests.chats import Chat, buttons_of, handbook
from tests.counting import count_everything, invite_somebody, publish_made_up
from tests.recordings import record
from tests.telegram import TelegramChat
from tests.transcripts.sending import (
    bring_people,
    lose_an_answer,
    receive_notice,
    send_everything,
    write_audiences_down,
)

FOLDER = Path(__file__).parent
_PASSING = re.compile(r"-- (\d+) (hours|days) pass")
_OLD_BUTTON = re.compile(r"me> \[(?P<label>.+)\] \(an old button\)")
_BUTTON = re.compile(r"me> \[(?P<label>.+)\]")
_UNDER_MESSAGE = re.compile(r"me> \[(?P<label>.+)\] \(under the message\)")
RESTART, AGAIN = "-- restart", "-- the same press arrives again"
COUNTED, RELEASED = "-- what is finished is counted", "-- a made-up release comes out"
ARRIVED = "-- a message arrives on its own"
MESSAGE_BUTTONS = {
    "Mở": "message:open",
    "Đi tiếp": "message:continue",
    "Xã mình thế nào?": "message:my_commune",
    "Thôi nhắn": "message:stop",
    "Một nút đời sau": "message:something_new:7",
}
"""What a message that arrives has under it, and one that this program does not know."""
_INVITED = re.compile(r"-- (staff|an officer) of (\w+) is invited by the link (\w+)")
ROLES: dict[str, Role] = {"staff": "statistics", "an officer": "campaigns"}
_RECORDED = re.compile(r"-- the first question of (\w+) is recorded in (.+) \((\w+)\)")
_PHONE = re.compile(r"-- the phone of the (\w+)")
_PEOPLE = re.compile(r"-- (\d+) people of (\w+) chat on (telegram|web)")
WRITTEN_DOWN, SENT = "-- the audience is written down", "-- what is due is sent"
ANSWER_LOST = "-- Telegram's answer to one copy is lost"
NOTICE = "-- the notice arrives"


def said_lines(transcript: str) -> list[str]:
    """What the person did, and what happened around them: everything the bot did not say."""
    return [line for line in transcript.splitlines() if line.startswith(("me> ", "-- ", "#"))]


def play(chat: Chat, lines: list[str], *, restarts: bool) -> Iterator[str]:
    """Does what the lines say; yields the transcript that comes of it. `restarts`: one after every turn."""
    screens: list[Screen] = []
    phone, on_phones = "", dict[str, list[Screen]]()
    earlier: dict[str, str] = {}
    arrived = dict(MESSAGE_BUTTONS)
    last = ""
    for line in lines:
        if line.startswith("#"):
            yield line
            continue
        if taken := _PHONE.fullmatch(line):
            on_phones[phone] = screens
            phone, screens = taken[1], on_phones.get(taken[1], [])
        elif line == NOTICE:
            request = receive_notice(chat)
            arrived |= buttons_of([request])
            yield line
            yield written_screen(request)
            continue
        if line.startswith("-- ") and line != AGAIN:
            _happen(chat, line)
            yield line
            continue
        earlier |= buttons_of(screens)
        if old := _OLD_BUTTON.fullmatch(line):
            last = earlier[old["label"]]
            screens = chat.press(last)
        elif under := _UNDER_MESSAGE.fullmatch(line):
            last = arrived[under["label"]]
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
    elif line == ARRIVED:
        if isinstance(chat, TelegramChat):  # only there it stands in the chat, and its buttons with it
            chat.receive(MESSAGE_BUTTONS)
    elif line == RELEASED:
        chat.publish(publish_made_up(chat.database))
    elif invited := _INVITED.fullmatch(line):
        who, unit, token = invited.groups()
        invite_somebody(chat.database, handbook(), unit, token, chat.clock.now, ROLES[who])
    elif recorded := _RECORDED.fullmatch(line):
        form, name, code = recorded.groups()
        added = {} if code == "vi" else {code: name}
        first = handbook().forms[form].questions[0].id
        chat.publish_voices(record(chat.database, handbook(), Spot(form, first, code), **added).voices)
    elif phone := _PHONE.fullmatch(line):
        chat.take_phone(phone[1])
    elif people := _PEOPLE.fullmatch(line):
        bring_people(chat, int(people[1]), people[2], people[3])
    elif line == WRITTEN_DOWN:
        write_audiences_down(chat)
    elif line == SENT:
        send_everything(chat)
    elif line == ANSWER_LOST:
        lose_an_answer(chat)
    else:
        raise AssertionError(f"nobody knows what this means: {line}")
