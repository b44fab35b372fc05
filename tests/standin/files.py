"""The files that were sent, either way: each has an id that can be sent again and a path to fetch it from."""

import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from tests.standin.refusal import bad_request

LARGEST_PHOTO = 10 * 1024 * 1024  # https://core.telegram.org/bots/api#sending-files
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024  # https://core.telegram.org/bots/api#getfile

_FOLDERS = {"photo": "photos", "voice": "voice", "video": "videos", "audio": "music", "sticker": "stickers"}
_PREFIXES = {
    "photo": "AgACAgUAAxkB",
    "voice": "AwACAgUAAxkB",
    "document": "BQACAgUAAxkB",
    "sticker": "CAACAgUAAxkB",
}


@dataclass(frozen=True)
class StoredFile:
    kind: str
    file_id: str
    unique_id: str
    path: str
    name: str
    content: bytes
    content_type: str

    def as_json(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


@dataclass
class Files:
    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, StoredFile] = field(default_factory=dict)

    def keep(self, kind: str, name: str, content: bytes, content_type: str) -> StoredFile:
        number = len(self.by_id) + 1
        tail = urlsafe_b64encode(f"file {number:08d} of the stand-in".encode()).decode().rstrip("=")
        suffix = f".{name.rsplit('.', 1)[-1]}" if "." in name else ""
        stored = StoredFile(
            kind=kind,
            file_id=_PREFIXES.get(kind, "BQACAgUAAxkB") + tail,
            unique_id=f"AQAD{number:010d}",
            path=f"{_FOLDERS.get(kind, 'documents')}/file_{number}{suffix}",
            name=name,
            content=content,
            content_type=content_type,
        )
        self.by_id[stored.file_id] = stored
        self.by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile:
        if file_id not in self.by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self.by_id[file_id]


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; refuses what Telegram could not show as a photo."""
    size = _png_size(content) or _jpeg_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first frame header: any SOF marker but those that are no frames (DHT, JPG, DAC)."""
    if not content.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
