"""What a person sees of a message: plain values that a test can compare and print."""

from dataclasses import dataclass

from tests.standin.chats import Message
from tests.standin.keyboards import Key, keys


@dataclass(frozen=True, slots=True)
class Seen:
    """`html` is the text or caption as it was sent; `edited` says how often it changed."""

    message_id: int
    text: str
    html: str
    keyboard: list[list[Key]]
    photo: bytes
    document: bytes
    voice: bytes
    file_name: str
    edited: int
    is_from_bot: bool
    kind: str

    @property
    def labels(self) -> list[list[str]]:
        return [[key.label for key in row] for row in self.keyboard]

    def key(self, label: str = "", action: str = "") -> Key:
        """The button of that label, or the one that sends that action."""
        for row in self.keyboard:
            for key in row:
                if (label and key.label == label) or (action and key.data == action):
                    return key
        raise AssertionError(f"no button {label or action!r} among {self.labels}")

    def __str__(self) -> str:
        who = "bot" if self.is_from_bot else " me"
        what = "" if self.kind == "text" else f" ({self.kind})"
        rows = [" ".join(f"[{label}]" for label in row) for row in self.labels]
        return "\n".join([f"{who}> #{self.message_id}{what} {self.text}", *(f"     {row}" for row in rows)])


def see(message: Message) -> Seen:
    text = message.text or message.caption
    content = message.file.content if message.file else b""
    return Seen(
        message_id=message.message_id,
        text=text.plain if text else "",
        html=text.source if text else "",
        keyboard=keys(message.markup),
        photo=content if message.kind == "photo" else b"",
        document=content if message.kind == "document" else b"",
        voice=content if message.kind == "voice" else b"",
        file_name=message.file.name if message.file else "",
        edited=message.edits,
        is_from_bot=message.is_from_bot,
        kind=message.kind,
    )
