"""Sends pictures, documents and recordings: made when they are sent, and uploaded only if Telegram lacks them."""

import hashlib
from typing import Any

from aiogram.methods import SendDocument, SendPhoto, SendVoice
from aiogram.types import BufferedInputFile

from channels.door import Door
from channels.telegram.failures import is_voice_forbidden
from channels.telegram.receive import CHANNEL
from channels.telegram.recent import Latest
from channels.telegram.sending import Sending, Showing
from engine.errors import MessageRefused, NotFound
from engine.messages import PICTURES, Attachment, File
from engine.recordings import read_mp3

MOST_KNOWN_FILES = 2000


class Files:
    """Telegram knows a file by an id once it has it; a phone that has it need not load it again."""

    def __init__(self, sending: Sending, door: Door) -> None:
        self._sending = sending
        self._door = door
        self._known: Latest[bytes, str] = Latest(MOST_KNOWN_FILES)
        self._known_voices: Latest[int, str] = Latest(MOST_KNOWN_FILES)
        """By their number, under which they never change: what is known need not be loaded."""

    async def send(self, showing: Showing, attachment: Attachment, html: str, keyboard: Any) -> bool:
        """With words and buttons under it. False if there is no such file (any more)."""
        about = {"caption": html, "parse_mode": "HTML", "reply_markup": keyboard}
        if attachment.kind == "question_voice" and await self._send_known_voice(showing, attachment, about):
            return True
        try:
            file = await self._door.attachment(CHANNEL, str(showing.chat), attachment.kind, attachment.person)
        except NotFound:
            return False
        if attachment.kind == "question_voice":
            await self._send_voice(showing, attachment, file, about)
        else:
            await self._send_file(showing, attachment, file, about)
        return True

    async def _send_file(self, showing: Showing, attachment: Attachment, file: File, about: dict[str, Any]) -> None:
        digest = hashlib.sha256(file.content).digest()
        upload = BufferedInputFile(file.content, file.name)
        kind, name = (SendPhoto, "photo") if attachment.kind in PICTURES else (SendDocument, "document")
        known = self._known.get(digest)
        try:
            sent = await self._sending.send(showing, kind, **{name: known or upload}, **about)
        except MessageRefused:
            if known is None:
                raise
            sent = await self._sending.send(showing, kind, **{name: upload}, **about)
        self._remember(digest, sent)

    def _remember(self, digest: bytes, sent: Any) -> None:
        files = [*(sent.get("photo") or ()), sent.get("document") or {}] if isinstance(sent, dict) else []
        if named := [each for each in files if "file_id" in each]:
            self._known.keep(digest, max(named, key=lambda each: each.get("file_size", 0))["file_id"])

    async def _send_known_voice(self, showing: Showing, attachment: Attachment, about: dict[str, Any]) -> bool:
        """False if Telegram does not have it, or does not take it like that."""
        known = self._known_voices.get(attachment.person)
        if known is None:
            return False
        try:
            await self._sending.send(showing, SendVoice, voice=known, **about)
        except MessageRefused:
            return False
        return True

    async def _send_voice(
        self, showing: Showing, attachment: Attachment, file: File, about: dict[str, Any]
    ) -> None:
        """As a voice message; to whoever wants none as a file, which can be played as well."""
        upload = BufferedInputFile(file.content, file.name)
        recording = read_mp3(file.content)
        seconds = round(recording.seconds) if recording else None
        try:
            sent = await self._sending.send(showing, SendVoice, voice=upload, duration=seconds, **about)
        except MessageRefused as failure:
            if not is_voice_forbidden(failure):
                raise
            await self._sending.send(showing, SendDocument, document=upload, **about)
            return
        # An answer without a voice: Telegram has made something else of it, and it is uploaded again next time.
        voice = (sent.get("voice") or {}) if isinstance(sent, dict) else {}
        if "file_id" in voice:
            self._known_voices.keep(attachment.person, voice["file_id"])
