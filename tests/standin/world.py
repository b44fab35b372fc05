"""All that the stand-in knows: chats, files, updates, the bot's own profile. Changed under one lock only."""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standin.chats import Chat, Json, Message
from tests.standin.clock import Clock
from tests.standin.faults import Faults
from tests.standin.files import Files
from tests.standin.flood import Flood
from tests.standin.refusal import Refused, bad_request, forbidden
from tests.standin.updates import Update, Updates

PRESS_LIVES_SECONDS = 15.0
"""How long a callback query can be answered. Telegram names no figure; people report 10 to 15 seconds and more."""


@dataclass(frozen=True)
class Call:
    """One request as it was asked and answered; `at` is monotonic seconds."""

    method: str
    parameters: dict[str, Any]
    at: float
    status: int


@dataclass(eq=False, slots=True)
class Press:
    """A callback query: who pressed, when, and how it was answered."""

    query_id: str
    user_id: int
    at: float
    answered_at: float = 0.0
    text: str = ""
    show_alert: bool = False

    @property
    def is_answered(self) -> bool:
        return self.answered_at > 0


@dataclass
class Profile:
    """What the bot says of itself, by language; commands by scope and language."""

    name: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})


@dataclass
class World:
    token: str
    bot: Json
    clock: Clock
    flood: Flood
    faults: Faults
    calls: deque[Call]
    press_lives_seconds: float = PRESS_LIVES_SECONDS
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    files: Files = field(default_factory=Files)
    updates: Updates = field(default_factory=Updates)
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)
    on_update: Callable[[Update], None] = lambda update: None
    on_shown: Callable[[Message], None] = lambda message: None
    on_answered: Callable[[Press], None] = lambda press: None

    def __post_init__(self) -> None:
        self.changed = threading.Condition(self.lock)
        self.profile = Profile({"": self.bot["first_name"]})
        self._last_query = 4_000_000_000_000_000_000

    def now(self) -> int:
        return int(self.clock.now())

    def add_update(self, kind: str, body: Json, queue_key: tuple[str, int]) -> int:
        """The update's number; 0 if allowed_updates keeps it out."""
        if not self.updates.is_allowed(kind):
            return 0
        update = self.updates.add({kind: body}, queue_key)
        self.on_update(update)
        return update.update_id

    def new_press(self, user_id: int) -> Press:
        # Far apart, so that ids look as unlike counters as Telegram's do.
        self._last_query += 4_294_967_311
        press = Press(str(self._last_query), user_id, self.clock.monotonic())
        self.presses[press.query_id] = press
        return press

    def new_message(self, chat: Chat, sender: Json, **content: Any) -> Message:
        """A message at the end of the chat. The caller shows it, once it is whole."""
        message = Message(chat, chat.next_message_id(), sender, self.now(), **content)
        chat.messages[message.message_id] = message
        return message

    def show(self, message: Message) -> None:
        """A message was written or changed by the bot: people see it."""
        self.changed.notify_all()
        self.on_shown(message)

    def find_chat(self, asked: Any) -> Chat:
        """The chat that a chat_id names."""
        if asked in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            chat = self.chats.get(int(asked))
        except (TypeError, ValueError):
            chat = self._find_public_chat(str(asked))
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _find_public_chat(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        public = (chat for chat in self.chats.values() if chat.kind != "private")
        return next((chat for chat in public if chat.names.get("username", "").lower() == wanted), None)

    def access_chat(self, asked: Any) -> Chat:
        """The chat, if the bot may write there."""
        chat = self.find_chat(asked)
        if chat.moved_to:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, migrate_to_chat_id=chat.moved_to)
        if chat.refusal:
            raise forbidden(chat.refusal)
        return chat
