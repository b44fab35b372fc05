"""The side of the stand-in that tests hold: people, groups, faults, and a look at everything that was called."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.standin.chats import Chat, Json, Message
from tests.standin.groups import Channel, Group
from tests.standin.people import Person
from tests.standin.seen import Seen, see
from tests.standin.server import Server
from tests.standin.world import Call, Press, World

_FIRST_PERSON = 6_500_000_001
"""Above 32 bits, as new accounts are."""
_FIRST_GROUP = -4_000_000_001
_FIRST_CHANNEL = -1_001_500_000_001


class Telegram:
    """Everything here may be called from any thread, and from the callbacks."""

    def __init__(self, world: World, server: Server) -> None:
        self.world = world
        self.server = server
        self.faults = world.faults
        self.token = world.token
        self.url = f"http://127.0.0.1:{server.port}"
        self.people: dict[int, Person] = {}
        self._reply_callbacks: list[Callable[[Person, Seen], object]] = []
        self._answer_callbacks: list[Callable[[Person, Press], object]] = []
        world.on_shown, world.on_answered = self._tell_of_reply, self._tell_of_answer

    # --- who there is -------------------------------------------------------------------------------------------

    @property
    def bot(self) -> Json:
        """id, is_bot, first_name, username."""
        return self.world.bot

    def person(self, first_name: str = "Thào", language_code: str = "vi", **names: str) -> Person:
        """Someone who has not yet started the bot. `names`: last_name, username."""
        with self.world.lock:
            user = {"id": _FIRST_PERSON + len(self.people), "is_bot": False, "first_name": first_name, **names}
            if language_code:
                user["language_code"] = language_code
            person = Person(self.world, user)
            self.people[person.chat_id] = person
            self.world.chats[person.chat_id] = person.chat
            return person

    def group(self, title: str = "Bản Mường", owner: Person | None = None) -> Group:
        """A basic group that the bot is not in yet."""
        owner = owner or self.person("Chủ", username="group_owner")
        chat = self._chat(_FIRST_GROUP, "group", {"title": title})
        return Group(self.world, chat, owner.user)

    def channel(self, title: str = "Tin xã") -> Channel:
        return Channel(self.world, self._chat(_FIRST_CHANNEL, "channel", {"title": title}))

    def _chat(self, first_id: int, kind: str, names: Json) -> Chat:
        with self.world.lock:
            chat = Chat(first_id - len(self.world.chats), kind, names)
            self.world.chats[chat.chat_id] = chat
            return chat

    # --- what the bot is told -----------------------------------------------------------------------------------

    def feed(self, update: Json) -> int:
        """Any update, made by the test: with its own update_id or the next one. allowed_updates does not apply."""
        with self.world.lock:
            added = self.world.updates.add(update, ("fed", 0))
            self.world.on_update(added)
            return added.update_id

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed yet."""
        with self.world.lock:
            return len(self.world.updates.waiting)

    @property
    def polls_waiting(self) -> int:
        """1 while a getUpdates waits for something to come."""
        return int(self.server.polling.is_waiting)

    def wait(self, until: Callable[["Telegram"], Any], seconds: float = 10.0) -> None:
        """Until it holds, looked at again whenever a message, an answer, a poll or the queue changes."""
        with self.world.changed:
            held = self.world.changed.wait_for(lambda: until(self), seconds)
        assert held, f"not within {seconds} s; {self.pending} updates pending; calls: {dict(self.counts)}"

    # --- what the bot did ---------------------------------------------------------------------------------------

    def on_reply(self, callback: Callable[[Person, Seen], object]) -> None:
        """Called in the server's loop, after the answer went out, for each message sent or edited to a person."""
        self._reply_callbacks.append(callback)

    def on_answer(self, callback: Callable[[Person, Press], object]) -> None:
        """The same for each answered callback query."""
        self._answer_callbacks.append(callback)

    def _tell_of_reply(self, message: Message) -> None:
        person = self.people.get(message.chat.chat_id)
        if person and self._reply_callbacks:
            self._call_soon(self._reply_callbacks, person, see(message))

    def _tell_of_answer(self, press: Press) -> None:
        person = self.people.get(press.user_id)
        if person and self._answer_callbacks:
            self._call_soon(self._answer_callbacks, person, press)

    def _call_soon(self, callbacks: list[Callable[[Person, Any], object]], person: Person, what: Any) -> None:
        def call() -> None:
            for callback in callbacks:
                try:
                    callback(person, what)
                except BaseException as crash:  # noqa: BLE001 - raised where the test can see it: at the end
                    self.server.crashes.append(crash)

        self.server.loop.call_soon(call)

    @property
    def calls(self) -> list[Call]:
        """The last calls, oldest first: as many as `keep_calls` says."""
        with self.world.lock:
            return list(self.world.calls)

    @property
    def counts(self) -> Counter[tuple[str, int]]:
        """How often each method (lower case) was answered with each status: never forgets."""
        return self.world.counts

    @property
    def refusals(self) -> list[float]:
        """When a send or an edit was answered with 429: monotonic seconds of the clock."""
        return self.world.flood.refused_at

    # --- how the way there is -----------------------------------------------------------------------------------

    @property
    def webhook_url(self) -> str:
        return self.server.webhook.target.url

    @property
    def webhook_targets(self) -> list[str]:
        """Base addresses that stand, by turns, behind the webhook's one address; empty: the address itself."""
        return self.server.webhook.balanced

    @webhook_targets.setter
    def webhook_targets(self, addresses: list[str]) -> None:
        self.server.webhook.balanced = list(addresses)

    @property
    def webhook_error(self) -> str:
        """What went wrong last, in the words of getWebhookInfo."""
        return self.server.webhook.last_error

    def clear_webhook(self) -> None:
        """As deleteWebhook would."""
        self.server.in_loop(self.server.webhook.stop)
        self.server.polling.webhook_is_set = False
