"""What a client asked for, whichever of the four ways it was sent; refuses what cannot be read."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.standin.refusal import bad_request


@dataclass(frozen=True)
class Upload:
    """A file in a multipart request."""

    name: str
    content: bytes


@dataclass
class Parameters:
    """The values as sent (text, or anything JSON can say) and the uploaded files by field name."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A number; what is not one counts as the default, as the Bot API's own server does it."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def structure(self, name: str, what: str) -> Any:
        """A JSON-serialized object; None if it was not sent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return load_json(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


def load_json(source: str | bytes) -> Any:
    """Raises ValueError for what is no JSON, and refuses halves of characters: nobody could show them."""
    read = json.loads(source)
    try:
        json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return read
