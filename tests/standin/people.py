"""A person with a phone: writes, presses, blocks, and sees what the bot wrote. Callable from any thread."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.standin.chats import Chat, Json, Message
from tests.standin.incoming import KINDS
from tests.standin.seen import Seen, see
from tests.standin.texts import Text, find_entities
from tests.standin.world import Press, World

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NEVER_STARTED = "bot can't initiate conversation with a user"
_DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")  # https://core.telegram.org/bots/features#deep-linking


class Person:
    """Has a private chat with the bot, which the bot may not open."""

    def __init__(self, world: World, user: Json) -> None:
        self.world = world
        self.user = user
        names: Json = {name: user[name] for name in ("first_name", "last_name", "username") if name in user}
        self.chat = Chat(user["id"], "private", names, refusal=NEVER_STARTED)
        self._chat_instance = str(-(user["id"] * 1_000_003))
        self._pressed: list[Press] = []

    @property
    def chat_id(self) -> int:
        return self.chat.chat_id

    # --- what the person does -----------------------------------------------------------------------------------

    def type(self, text: str) -> int:
        """Sends a text; the number of its update."""
        return self._send(text=Text(text, find_entities(text), text))

    def open_link(self, start: str) -> int:
        """Follows t.me/bot?start=… and presses Start."""
        assert _DEEP_LINK.fullmatch(start), f"no deep link can carry {start!r}"
        return self.type(f"/start {start}")

    def send(self, kind: str, content: bytes = b"", caption: str = "") -> int:
        """Sends a photo, a voice message, a place…; the number of its update."""
        body = KINDS[kind](self.world.files, content)
        return self._send(kind=kind, content=body, caption=Text(caption, find_entities(caption), caption))

    def _send(self, **content: Any) -> int:
        with self.world.lock:
            self._check_may_write()
            self.chat.refusal = ""
            message = self.world.new_message(self.chat, self.user, **content)
            self.world.changed.notify_all()
            return self.world.add_update("message", message.as_json(), ("chat", self.chat_id))

    def edit(self, message_id: int, text: str) -> int:
        """Changes an own text."""
        with self.world.lock:
            self._check_may_write()
            message = self.chat.messages[message_id]
            assert not message.is_from_bot, "a person cannot edit what the bot wrote"
            message.text = Text(text, find_entities(text), text)
            message.edited_at, message.edits = self.world.now(), message.edits + 1
            return self.world.add_update("edited_message", message.as_json(), ("chat", self.chat_id))

    def press(
        self, message: Seen | int | None = None, label: str = "", *, action: str = "", inaccessible: bool = False
    ) -> str:
        """Presses a button of a message (the last one with a keyboard by default); the id of the callback query.

        A `Seen` is pressed as it was seen, whatever has become of it. `action` need not be on any button: modified
        apps send what they like. The bot gets the message as inaccessible if it was deleted since, or if the test
        says so.
        """
        with self.world.lock:
            self._check_may_write()
            shown = self._shown(message)
            data = action if action and not label else shown.key(label, action).data
            assert data, f"the button {label!r} sends nothing"
            press = self.world.new_press(self.chat_id)
            self._pressed.append(press)
            query: Json = {"id": press.query_id, "from": self.user}
            current = self.chat.messages.get(shown.message_id)
            if current is None or current.is_deleted or inaccessible:
                old = current or Message(self.chat, shown.message_id, self.user, 0)
                query["message"] = old.as_inaccessible_json()
            else:
                query["message"] = current.as_json()
            query.update(chat_instance=self._chat_instance, data=data)
            self.world.add_update("callback_query", query, ("press", self.chat_id))
            return press.query_id

    def _shown(self, message: Seen | int | None) -> Seen:
        if isinstance(message, Seen):
            return message
        if message is not None:
            return see(self.chat.messages[message])
        with_keys = [each for each in self.chat.messages.values() if each.markup and not each.is_deleted]
        assert with_keys, f"no keyboard in sight:\n{self.transcript}"
        return see(with_keys[-1])

    def delete(self, message_id: int) -> None:
        """Deletes a message for both. Telegram tells the bot nothing."""
        with self.world.lock:
            self.chat.messages[message_id].is_deleted = True

    def block(self) -> int:
        """The number of the update that tells the bot."""
        return self._change_standing("member", "kicked", BLOCKED)

    def unblock(self) -> int:
        return self._change_standing("kicked", "member", "")

    def _change_standing(self, before: str, after: str, refusal: str) -> int:
        with self.world.lock:
            assert self.chat.refusal in ("", BLOCKED), self.chat.refusal
            self.chat.refusal = refusal
            change: Json = {
                "chat": self.chat.as_json(),
                "from": self.user,
                "date": self.world.now(),
                "old_chat_member": self._standing(before),
                "new_chat_member": self._standing(after),
            }
            return self.world.add_update("my_chat_member", change, ("member", self.chat_id))

    def _standing(self, status: str) -> Json:
        shown: Json = {"user": self.world.bot, "status": status}
        return {**shown, "until_date": 0} if status == "kicked" else shown

    def deactivate(self) -> None:
        """Gives up the account. Telegram tells the bot nothing."""
        with self.world.lock:
            self.chat.refusal = DEACTIVATED

    def ask_inline(self, query: str) -> int:
        """Types @bot and a query in some other chat."""
        with self.world.lock:
            body: Json = {"id": self.world.new_press(self.chat_id).query_id, "from": self.user}
            body.update(query=query, offset="", chat_type="sender")
            return self.world.add_update("inline_query", body, ("inline", self.chat_id))

    def _check_may_write(self) -> None:
        assert self.chat.refusal not in (BLOCKED, DEACTIVATED), f"{self.user['first_name']}: {self.chat.refusal}"

    # --- what the person sees -----------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Seen]:
        """The chat as it is now, oldest first."""
        with self.world.lock:
            return [see(message) for message in self.chat.messages.values() if not message.is_deleted]

    @property
    def last(self) -> Seen:
        """The bot's last message."""
        with self.world.lock:
            for message in reversed(self.chat.messages.values()):
                if message.is_from_bot and not message.is_deleted:
                    return see(message)
        raise AssertionError(f"the bot has written nothing:\n{self.transcript}")

    @property
    def answered_presses(self) -> list[Press]:
        """Callback queries that the bot answered, with when and with which words."""
        return [press for press in self._pressed if press.is_answered]

    @property
    def transcript(self) -> str:
        return "\n".join(map(str, self.messages)) or "(nothing)"

    def wait(self, until: Callable[["Person"], Any], seconds: float = 10.0) -> None:
        """Until it holds, looked at again whenever something changes; fails with the chat as it then is."""

        def holds() -> bool:
            # "The bot has written nothing" is no failure yet.
            with suppress(AssertionError):
                return bool(until(self))
            return False

        with self.world.changed:
            if not self.world.changed.wait_for(holds, seconds):
                raise AssertionError(f"not within {seconds} s; {self.user['first_name']} sees:\n{self.transcript}")

    def wait_for_reply(self, act: Callable[[], Any], seconds: float = 10.0) -> Seen:
        """Does it and waits until the bot wrote or changed something in this chat: its last message."""
        before = self._count()
        act()
        self.wait(lambda person: person._count() > before, seconds)
        return self.last

    def _count(self) -> int:
        with self.world.lock:
            return sum(1 + each.edits for each in self.chat.messages.values() if each.is_from_bot)
