"""Recordings for tests: an MP3 and a WAV made here; what phones record, made once with ffmpeg, in tests/voices."""

import io
import struct
import wave
from functools import partial
from pathlib import Path

from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.recordings import Recording
from handlers.staff import Access
from handlers.voices import Spot, add_language, keep_recording, with_voices
from storage.database import Database
from tests.campaigns import run
from tests.chats import Clock

OFFICER = Access(7, PROVINCE, "staff 7")
FIRST = Spot("farmer", "q01", "vi")
FILES = Path(__file__).parent / "voices"
"""`ffmpeg -f lavfi -i sine=d=1.2 -c:a libopus -b:a 8k -metadata title=Nobody recorded.webm`, and so on."""

_SILENT_FRAME = b"\xff\xf3\x44\xc4" + bytes(92)
"""MPEG-2 layer III, 24 kHz, one channel, 32 kbit/s: 96 bytes for 24 ms."""


def mp3(seconds: float = 3.0) -> bytes:
    return _SILENT_FRAME * round(seconds / 0.024)


def tagged_mp3(words: bytes) -> bytes:
    """As phones and programs write them: who made it and when, before the sound and after it."""
    text = b"\x03" + words
    frame = b"TIT2" + struct.pack(">I", len(text)) + b"\x00\x00" + text
    length = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + length + frame + mp3() + b"TAG" + words.ljust(125)


def wav(seconds: float = 1.2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(2 * round(8000 * seconds)))
    return file.getvalue()


def recorded(seconds: float = 3.0) -> Recording:
    return Recording(mp3(seconds), seconds)


def record(database: Database, handbook: Handbook, *spots: Spot, **languages: str) -> Handbook:
    """Keeps a recording at each spot, all of another length; the handbook with them. `languages`: code → name."""
    for code, name in languages.items():
        run(database, partial(add_language, handbook=handbook, by=OFFICER, code=code, name=name, now=Clock().now))
    for number, spot in enumerate(spots):
        keep = partial(keep_recording, handbook=handbook, by=OFFICER, spot=spot, now=Clock().now)
        run(database, partial(keep, recording=recorded(3.0 + number)))
    return run(database, partial(with_voices, handbook=handbook))
