"""The whole server in this process, with a bot on the stand-in; and one person who chats with it."""

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import uvicorn
from markupsafe import Markup
from pydantic import SecretStr

from bot.bootstrap import Hoctap
from bot.runner import make_runner
from bot.settings import Settings
from bot.telegram import Telegram as TelegramSide
from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from engine.disclosure.released import Release
from engine.messages import Attachment, Button, Screen
from engine.voices import Voices
from storage.database import Database, open_database
from tests.chats import ADDRESS, Clock, first, handbook
from tests.counting import keys
from tests.standin import Person, Seen, Telegram

NO_LIMITS = {"telegram_per_second": 100_000, "telegram_chat_per_second": 100_000.0, "telegram_chat_burst": 100}
_BAR = re.compile(r"^([▓░]{10})\n")
_NUMBERED = re.compile(r"(\d+)\. (.*)")
_SENDING = re.compile("(send|edit).*")


@dataclass
class BotServer:
    """hoctap with a bot, in this process: its clock can be moved, and it can be stopped and started."""

    telegram: Telegram
    database_url: str
    is_webhook: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    token: str = ""
    """Another one than the stand-in's."""
    _port: int = 0

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self._port = listening.getsockname()[1]
        chosen = {**NO_LIMITS, **self.settings, "telegram_api": self.telegram.url}
        if self.is_webhook:
            chosen["telegram_webhook_url"] = f"http://127.0.0.1:{self._port}/telegram"
        settings = Settings(telegram_token=SecretStr(self.token or self.telegram.token), **chosen)
        self.database = open_database(self.database_url)
        self._runner = make_runner(self.database)
        self.hoctap = Hoctap(handbook(), self._runner, self.clock, keys(), ADDRESS, choose=first)
        side = TelegramSide(settings, self.hoctap, process=f"test:{self._port}")
        never_full = RateLimit(1_000_000, 1_000_000, self.clock.seconds)
        app = make_web_chat(self.hoctap, self.hoctap.speak, never_full, side.routes, side.lifespan)
        config = uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=5)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._runner.close()
        self.database.close()

    def restart(self) -> None:
        self.stop()
        self.start()


@contextmanager
def running_bot(server: BotServer) -> Iterator[BotServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


class TelegramChat:
    """One person's chat over real HTTP: presses the buttons of the keyboards that the bot sent."""

    def __init__(self, server: BotServer) -> None:
        self.server = server
        self.clock = server.clock
        self.clock.now = Clock().now
        self._phones: dict[str, tuple[Person, dict[str, Seen]]] = {}
        self.take_phone("")
        self.publish(None)
        self.publish_voices(Voices())

    @property
    def database(self) -> Database:
        return self.server.database

    def publish(self, release: Release | None) -> None:
        hoctap = self.server.hoctap
        hoctap.put_in_force(replace(hoctap.handbook, release=release))

    def publish_voices(self, voices: Voices) -> None:
        hoctap = self.server.hoctap
        hoctap.put_in_force(replace(hoctap.handbook, voices=voices))

    def look(self) -> list[Screen]:
        return [screen_of(self.person.last)]

    def receive(self, buttons: Mapping[str, str]) -> None:
        """The bot writes without being asked. `buttons`: label → action."""
        keyboard = {
            "inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in buttons.items()]
        }
        message = {"chat_id": self.person.chat_id, "text": "Có tin cho bạn.", "reply_markup": keyboard}
        telegram = self.server.telegram
        httpx2.post(f"{telegram.url}/bot{telegram.token}/sendMessage", json=message).raise_for_status()
        self._seen_on |= dict.fromkeys(buttons.values(), self.person.last)

    def type(self, text: str) -> list[Screen]:
        return self._after(lambda: self.person.type(text))

    def press(self, action: str) -> list[Screen]:
        message = self._seen_on[action]
        return self._after(lambda: self.person.press(message, action=action), pressed=message.message_id)

    def take_phone(self, whose: str) -> None:
        """Somebody else is chatting from now on. An action was seen on one's own phone."""
        if whose not in self._phones:
            self._phones[whose] = (self.server.telegram.person(), {})
        self.person, self._seen_on = self._phones[whose]

    def restart(self) -> None:
        in_force = self.server.hoctap.handbook
        self.server.restart()
        self.server.hoctap.put_in_force(in_force)

    def _after(self, act: Any, pressed: int = 0) -> list[Screen]:
        """Does it, waits for the bot's answer, and finds the messages that it wrote, or the one that it changed."""
        before = {each.message_id: each.edited for each in self.person.messages}
        sent = self._sent()
        act()
        telegram = self.server.telegram
        telegram.wait(lambda telegram: self._sent() > sent and telegram.pending == 0, seconds=30)
        now = {each.message_id: each for each in self.person.messages if each.is_from_bot}
        changed = [each for number, each in now.items() if before.get(number) != each.edited]
        # A message that is left without its buttons changes too, but it is not the answer.
        answers = [each for each in changed if each.keyboard]
        shown = [each for each in changed if each.message_id not in before] or answers[-1:]
        if not shown:
            assert pressed in now, self.person.transcript
            shown = [now[pressed]]
        self._seen_on.update({key.data: each for each in shown for row in each.keyboard for key in row})
        return [screen_of(each) for each in shown]

    def _sent(self) -> int:
        return sum(count for (method, _), count in self.server.telegram.counts.items() if _SENDING.match(method))


def screen_of(seen: Seen) -> Screen:
    """A message back as a screen, as far as a transcript shows it. Numbered choices get their words back."""
    html = seen.html
    progress = None
    if bar := _BAR.match(html):
        html = html[bar.end() :]
        progress = (bar[1].count("▓") * 2 + 1, 20)
    choices = dict(_NUMBERED.findall(html.rpartition("\n\n")[2]))
    keys = [key for row in seen.keyboard for key in row]
    labels = {key.label for key in keys}
    if choices and labels.issuperset(choices) and not keys[0].data.startswith("change:"):
        html = html.rpartition("\n\n")[0]
    else:
        choices = {}
    return Screen(
        id="telegram",
        language="vi",
        html=Markup(html),
        buttons=tuple((Button(choices.get(key.label, key.label), key.data, url=key.url),) for key in keys),
        picture=Attachment("result_card", 0, "a file") if seen.photo else None,
        document=Attachment("result_form", 0, "a file") if seen.document else None,
        voice=Attachment("question_voice", 0, "a file") if seen.voice else None,
        progress=progress,
    )
