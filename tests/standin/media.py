"""Photos, documents and voice messages that a bot sends: uploaded, attached, or known by their id."""

import mimetypes
from dataclasses import dataclass
from typing import Any

from tests.standin.chats import Json
from tests.standin.files import LARGEST_PHOTO, LARGEST_UPLOAD, StoredFile, image_size
from tests.standin.parameters import Parameters, Upload
from tests.standin.refusal import Refused, bad_request
from tests.standin.world import World

MEDIA_KINDS = ("photo", "document", "voice")


@dataclass(frozen=True)
class Media:
    kind: str
    file: StoredFile
    content: Json


def read_media(world: World, kind: str, asked: Parameters, value: Any = None) -> Media:
    """The file in the field named like its kind, or in `value` (a field of InputMedia)."""
    if value is None:
        value = asked.uploads.get(kind) or asked.text(kind)
    if isinstance(value, str) and value.startswith("attach://"):
        value = asked.uploads.get(value.removeprefix("attach://"))
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(value, Upload):
        file = _keep_upload(world, kind, value)
    elif str(value).startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    else:
        file = world.files.find(str(value))
        if file.kind != kind:
            found, wanted = file.kind.capitalize(), kind.capitalize()
            raise bad_request(f"can't use file of type {found} as {wanted}")
    return Media(kind, file, {kind: _describe(kind, file, asked)})


def _keep_upload(world: World, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    if kind == "photo":
        if len(upload.content) > LARGEST_PHOTO:
            raise bad_request(f"too big Photo, maximum size is {LARGEST_PHOTO} bytes")
        image_size(upload.content)
    return world.files.keep(kind, upload.name, upload.content, _content_type(upload.name))


def _content_type(name: str) -> str:
    """Telegram goes by the name, not by what the client says."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _describe(kind: str, file: StoredFile, asked: Parameters) -> Any:
    if kind == "photo":
        width, height = image_size(file.content)
        return [{**file.as_json(), "width": width, "height": height}]
    described: Json = {"mime_type": file.content_type, **file.as_json()}
    if kind == "voice":
        return {"duration": asked.integer("duration"), **described, "mime_type": "audio/ogg"}
    return {"file_name": file.name, **described}
