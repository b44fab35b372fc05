"""Sends pictures and documents: drawn when they are sent, and uploaded only if Telegram does not have them yet."""

import hashlib
from typing import Any

from aiogram.methods import SendDocument, SendPhoto
from aiogram.types import BufferedInputFile

from channels.door import Door
from channels.telegram.receive import CHANNEL
from channels.telegram.recent import Latest
from channels.telegram.sending import Sending, Showing
from engine.errors import MessageRefused, NotFound
from engine.messages import PICTURES, Attachment

MOST_KNOWN_FILES = 2000


class Files:
    """Telegram knows a file by an id once it has it; a phone that has it need not load it again."""

    def __init__(self, sending: Sending, door: Door) -> None:
        self._sending = sending
        self._door = door
        self._known: Latest[bytes, str] = Latest(MOST_KNOWN_FILES)

    async def send(self, showing: Showing, attachment: Attachment, html: str, keyboard: Any) -> bool:
        """With words and buttons under it. False if there is no such file (any more)."""
        try:
            file = await self._door.attachment(CHANNEL, str(showing.chat), attachment.kind, attachment.person)
        except NotFound:
            return False
        digest = hashlib.sha256(file.content).digest()
        upload = BufferedInputFile(file.content, file.name)
        about = {"caption": html, "parse_mode": "HTML", "reply_markup": keyboard}
        kind, name = (SendPhoto, "photo") if attachment.kind in PICTURES else (SendDocument, "document")
        known = self._known.get(digest)
        try:
            sent = await self._sending.send(showing, kind, **{name: known or upload}, **about)
        except MessageRefused:
            if known is None:
                raise
            sent = await self._sending.send(showing, kind, **{name: upload}, **about)
        self._remember(digest, sent)
        return True

    def _remember(self, digest: bytes, sent: Any) -> None:
        files = [*(sent.get("photo") or ()), sent.get("document") or {}] if isinstance(sent, dict) else []
        if named := [each for each in files if "file_id" in each]:
            self._known.keep(digest, max(named, key=lambda each: each.get("file_size", 0))["file_id"])
