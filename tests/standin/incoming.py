"""What a person can send beside text: each kind in the shape of its type at https://core.telegram.org/bots/api."""

from collections.abc import Callable

from tests.standin.chats import Json
from tests.standin.files import Files

_TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636060606000000005000157a2d3f50000000049454e44ae426082"
)


def _file(files: Files, kind: str, name: str, content_type: str, content: bytes = b"") -> Json:
    return files.keep(kind, name, content or f"a {kind} from a person".encode(), content_type).as_json()


def _photo(files: Files, content: bytes) -> Json:
    small = _file(files, "photo", "small.jpg", "image/jpeg", content or _TINY_PNG)
    large = _file(files, "photo", "large.jpg", "image/jpeg", content or _TINY_PNG)
    return {"photo": [{**small, "width": 90, "height": 67}, {**large, "width": 1280, "height": 960}]}


def _voice(files: Files, content: bytes) -> Json:
    file = _file(files, "voice", "voice.ogg", "audio/ogg", content)
    return {"voice": {"duration": 3, "mime_type": "audio/ogg", **file}}


def _audio(files: Files, content: bytes) -> Json:
    file = _file(files, "audio", "song.mp3", "audio/mpeg", content)
    return {"audio": {"duration": 61, "file_name": "song.mp3", "mime_type": "audio/mpeg", **file}}


def _document(files: Files, content: bytes) -> Json:
    file = _file(files, "document", "giay-to.pdf", "application/pdf", content)
    return {"document": {"file_name": "giay-to.pdf", "mime_type": "application/pdf", **file}}


def _animation(files: Files, content: bytes) -> Json:
    """Comes as a document, too, for older bots."""
    file = _file(files, "animation", "wave.mp4", "video/mp4", content)
    named: Json = {"file_name": "wave.mp4", "mime_type": "video/mp4", **file}
    return {"animation": {"duration": 2, "width": 320, "height": 240, **named}, "document": named}


def _video(files: Files, content: bytes) -> Json:
    file = _file(files, "video", "field.mp4", "video/mp4", content)
    return {"video": {"duration": 12, "width": 848, "height": 480, "mime_type": "video/mp4", **file}}


def _video_note(files: Files, content: bytes) -> Json:
    return {
        "video_note": {"duration": 5, "length": 240, **_file(files, "video_note", "note.mp4", "video/mp4", content)}
    }


def _sticker(files: Files, content: bytes) -> Json:
    shape: Json = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    file = _file(files, "sticker", "sticker.webp", "image/webp", content)
    return {"sticker": {**shape, "emoji": "👍", "set_name": "MadeUpStickers", **file}}


def _contact(files: Files, content: bytes) -> Json:
    return {"contact": {"phone_number": "+84000000000", "first_name": "Mùa", "last_name": "Nghĩ Ra"}}


def _location(files: Files, content: bytes) -> Json:
    return {"location": {"latitude": 21.327, "longitude": 103.914}}


def _venue(files: Files, content: bytes) -> Json:
    location = {"latitude": 21.327, "longitude": 103.914}
    return {"venue": {"location": location, "title": "Chợ", "address": "Sơn La"}, "location": location}


def _dice(files: Files, content: bytes) -> Json:
    return {"dice": {"emoji": "🎲", "value": 4}}


def _poll(files: Files, content: bytes) -> Json:
    options: list[Json] = [
        {"persistent_id": "1", "text": "Có", "voter_count": 0},
        {"persistent_id": "2", "text": "Không", "voter_count": 0},
    ]
    flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": True}
    poll: Json = {"id": "5000000000000000001", "question": "Đi chợ không?", "options": options, **flags}
    return {"poll": {**poll, "members_only": False, "total_voter_count": 0, "type": "regular"}}


KINDS: dict[str, Callable[[Files, bytes], Json]] = {
    "animation": _animation,
    "audio": _audio,
    "contact": _contact,
    "dice": _dice,
    "document": _document,
    "location": _location,
    "photo": _photo,
    "poll": _poll,
    "sticker": _sticker,
    "venue": _venue,
    "video": _video,
    "video_note": _video_note,
    "voice": _voice,
}
