"""Chats for tests: the same conversation through every channel and database, with a clock that tests move."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from httpx2 import Cookies
from markupsafe import Markup
from starlette.testclient import TestClient

from bot.bootstrap import Hoctap
from bot.runner import make_runner
from channels.terminal.transcript import written_screen
from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from content.read import read_handbook
from engine.disclosure.released import Release
from engine.handbook import Handbook
from engine.messages import Attachment, Button, Incoming, Screen
from engine.voices import Voices
from handlers.converse import Console, converse, present
from storage.database import Database, open_database
from storage.round_keys import RoundKeys
from tests.counting import keys


@cache
def handbook() -> Handbook:
    """The real content, read once."""
    return read_handbook("son_la")


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def move(self, **units: float) -> None:
        self.now += timedelta(**units)


ADDRESS = "https://hoctap.example"
"""Where the web chat and the console are."""


def first(signs: str) -> str:
    """What chance chooses in tests."""
    return signs[0]


class Chat(Protocol):
    """A person with a phone."""

    clock: Clock

    @property
    def database(self) -> Database: ...
    def publish(self, release: Release | None) -> None: ...
    def publish_voices(self, voices: Voices) -> None: ...
    def look(self) -> list[Screen]: ...
    def type(self, text: str) -> list[Screen]: ...
    def press(self, action: str) -> list[Screen]: ...
    def take_phone(self, whose: str) -> None: ...
    def restart(self) -> None: ...


class DatabaseChat:
    """Straight to the handlers, on a database; a restart closes it and opens it again."""

    def __init__(
        self,
        url: str,
        address: str = "someone",
        its_keys: RoundKeys | None = None,
        database: Database | None = None,
    ) -> None:
        self.clock = Clock()
        self.address = address
        self.places: set[str] = set()
        self._url = url
        self._handbook = handbook()
        self._keys = its_keys or keys()
        self.database: Database = database or open_database(url)

    def publish(self, release: Release | None) -> None:
        self._handbook = replace(self._handbook, release=release)

    def publish_voices(self, voices: Voices) -> None:
        self._handbook = replace(self._handbook, voices=voices)

    def look(self) -> list[Screen]:
        with self.database.transaction() as transaction:
            reply = present(transaction, self._handbook, "test", self.address, "", self.clock.now)
        return list(reply.screens)

    def type(self, text: str) -> list[Screen]:
        return self._take(Incoming("test", self.address, text=text))

    def press(self, action: str) -> list[Screen]:
        return self._take(Incoming("test", self.address, action=action))

    def _take(self, incoming: Incoming) -> list[Screen]:
        with self.database.transaction() as transaction:
            console = Console(ADDRESS, first)
            reply = converse(transaction, self._handbook, self._keys, incoming, self.clock.now, console)
            screens = list(reply.screens)
        self.places |= {screen.id for screen in screens}
        return screens

    def take_phone(self, whose: str) -> None:
        self.address = whose

    def restart(self) -> None:
        self.database.close()
        self.database = open_database(self._url)

    def close(self) -> None:
        self.database.close()


class WebChat:
    """Through the web chat's JSON, over ASGI."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self._url = url
        self._cookies = Cookies()
        self._phones = {"": self._cookies}
        self._phone = ""
        self._turn: int | None = None
        self._handbook = handbook()
        self._open()

    def _open(self) -> None:
        self.database: Database = open_database(self._url)
        self._runner = make_runner(self.database)
        self._hoctap = hoctap = Hoctap(handbook(), self._runner, self.clock, keys(), ADDRESS, choose=first)
        hoctap.put_in_force(self._handbook)
        never_full = RateLimit(1_000_000, 1_000_000, self.clock.seconds)
        self._client = TestClient(make_web_chat(hoctap, hoctap.speak, never_full), cookies=self._cookies)

    def publish(self, release: Release | None) -> None:
        self._put_in_force(replace(self._handbook, release=release))

    def publish_voices(self, voices: Voices) -> None:
        self._put_in_force(replace(self._handbook, voices=voices))

    def _put_in_force(self, changed: Handbook) -> None:
        self._handbook = changed
        self._hoctap.put_in_force(changed)

    def look(self) -> list[Screen]:
        raise NotImplementedError("the page is tested in tests/web")

    def type(self, text: str) -> list[Screen]:
        return self._post({"text": text})

    def press(self, action: str) -> list[Screen]:
        return self._post({"action": action})

    def _post(self, body: dict[str, Any]) -> list[Screen]:
        if not self._client.cookies:
            self._client.get("/")  # only a browser that has seen the page may say anything
        response = self._client.post("/chat", json=body)
        assert response.status_code == 200, response.text
        self._cookies = self._client.cookies
        return [_screen(each) for each in response.json()["screens"]]

    def take_phone(self, whose: str) -> None:
        self._phones[self._phone] = self._cookies
        self._phone, self._cookies = whose, self._phones.get(whose, Cookies())
        self.restart()

    def restart(self) -> None:
        self.close()
        self._open()

    def close(self) -> None:
        self._client.close()
        self._runner.close()
        self.database.close()


def _screen(shown: dict[str, Any]) -> Screen:
    """A screen back from its JSON, as far as a transcript shows it."""
    html = shown["html"].removeprefix("<p>").removesuffix("</p>")
    html = re.sub("</p><p>", "\n\n", html).replace("<br>", "\n")
    rows = [tuple(Button(**button) for button in row) for row in shown["buttons"]]
    progress = (shown["progress"]["now"], shown["progress"]["of"]) if shown["progress"] else None
    return Screen(
        id=shown["id"],
        language=shown["language"],
        html=Markup(html),
        buttons=tuple(rows),
        picture=Attachment("result_card", 0, shown["picture_alt"]) if shown["picture"] else None,
        document=Attachment("result_form", 0, shown["document_name"]) if shown["document"] else None,
        voice=Attachment("question_voice", 0, shown["voice_name"]) if shown["voice"] else None,
        progress=progress,
    )


def buttons_of(screens: Sequence[Screen]) -> dict[str, str]:
    """Label → action, for all buttons of the screens."""
    return {button.label: button.action for screen in screens for button in screen.flat_buttons}


@contextmanager
def closing(chat: DatabaseChat | WebChat) -> Iterator[DatabaseChat | WebChat]:
    try:
        yield chat
    finally:
        chat.close()


def as_written(screens: Sequence[Screen]) -> str:
    """Screens as a transcript shows them."""
    return "\n".join(written_screen(screen) for screen in screens)


FARMER_IN_CHIENG_AN = ("/start c03667", "Bắt đầu", "Đồng ý", "Làm nông, làm rừng")
"""What to type to stand at the first question."""


def type_all(chat: Chat, *texts: str) -> list[Screen]:
    """Types several things; the screens of the last."""
    screens: list[Screen] = []
    for text in texts:
        screens = chat.type(text)
    return screens


def finish(chat: Chat, option: str = "4") -> list[Screen]:
    """Answers every question with the same option, skips sex and age, and asks for the result."""
    return type_all(chat, *[option] * 20, "khong muon tra loi", "khong muon tra loi", "xem ket qua")
