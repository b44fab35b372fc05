"""What stands in the chats: messages as they are now, in the shapes of https://core.telegram.org/bots/api#message."""

from dataclasses import dataclass, field
from typing import Any

from tests.standin.files import StoredFile
from tests.standin.keyboards import Markup
from tests.standin.texts import Text

Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One message. `content` is what is neither text nor keyboard: the photo, the poll, the service notice."""

    chat: "Chat"
    message_id: int
    sender: Json
    date: int
    text: Text | None = None
    caption: Text | None = None
    kind: str = "text"
    content: Json = field(default_factory=dict)
    file: StoredFile | None = None
    markup: Markup | None = None
    edited_at: int = 0
    edits: int = 0
    is_deleted: bool = False

    @property
    def is_from_bot(self) -> bool:
        return bool(self.sender.get("is_bot"))

    def as_json(self) -> Json:
        shown: Json = {"message_id": self.message_id}
        if self.chat.kind == "channel":
            shown["sender_chat"] = self.chat.as_json()
        else:
            shown["from"] = self.sender
        shown["chat"] = self.chat.as_json()
        shown["date"] = self.date
        if self.edited_at:
            shown["edit_date"] = self.edited_at
        if self.text:
            shown["text"] = self.text.plain
            if self.text.entities:
                shown["entities"] = self.text.entities
        shown.update(self.content)
        if self.caption and self.caption.plain:
            shown["caption"] = self.caption.plain
            if self.caption.entities:
                shown["caption_entities"] = self.caption.entities
        if self.markup and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        return shown

    def as_inaccessible_json(self) -> Json:
        """https://core.telegram.org/bots/api#inaccessiblemessage: what is left of a message too old to be seen."""
        return {"chat": self.chat.as_json(), "message_id": self.message_id, "date": 0}


@dataclass(eq=False)
class Chat:
    """A private chat, a group or a channel; `refusal` says why the bot may not write there."""

    chat_id: int
    kind: str
    names: Json
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    refusal: str = ""
    moved_to: int = 0
    menu_button: Json | None = None
    _shown: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        if not self._shown:
            self._shown = {"id": self.chat_id, **self.names, "type": self.kind}
        return self._shown

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id
