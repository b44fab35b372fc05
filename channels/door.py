"""The only way from a channel into hoctap. `bot.bootstrap` makes the door; tests may make their own."""

from typing import Protocol

from engine.messages import AttachmentKind, File, Incoming
from handlers.converse import Reply


class Door(Protocol):
    """What a channel can ask for."""

    async def converse(self, incoming: Incoming) -> Reply:
        """Carries a conversation one turn on. The turn is on the disk when this returns."""

    async def present(self, channel: str, address: str, link: str = "") -> Reply:
        """The screen at which a chat stands. Changes nothing."""

    async def attachment(self, channel: str, address: str, kind: AttachmentKind, person: int) -> File:
        """A file that a screen named. NotFound if this chat has none."""
