"""What a browser sent: the body of `POST /chat`, as a form or as JSON → what the person did."""

import json

from starlette.datastructures import FormData
from starlette.requests import Request

from channels.webchat.visitor import Visitor
from engine.messages import Incoming

CHANNEL = "web"
LONGEST_BODY = 16_384  # bytes; the longest text that is read has 500 characters


async def read_body(request: Request) -> bytes | None:
    """The whole body, None if it is too long. Kept, so that a form can be read from it afterwards."""
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > LONGEST_BODY:
            return None
        parts.append(part)
    request._body = b"".join(parts)  # what Starlette's own body() keeps
    return request._body


def is_json(request: Request) -> bool:
    """Whether chat.js sent it rather than the plain form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def read_json(body: bytes, visitor: Visitor) -> Incoming | None:
    """`{"text": …}` or `{"action": …}`, with the turn it answers; None if it is anything else."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    text, action, turn = read.get("text"), read.get("action"), read.get("turn")
    is_turn = turn is None or (isinstance(turn, int) and not isinstance(turn, bool))
    if isinstance(action, str) == isinstance(text, str) or not is_turn:
        return None
    said = text if isinstance(text, str) else None
    pressed = action if isinstance(action, str) else None
    return Incoming(CHANNEL, visitor.address, text=said, action=pressed, answers_turn=turn)


def read_form(form: FormData, visitor: Visitor) -> Incoming | None:
    """The plain form: a button that was pressed, else what stands in the text field; None if neither."""
    turn = field(form, "turn")
    answers_turn = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 10 else None
    action, text = field(form, "action"), field(form, "text")
    if action:
        return Incoming(CHANNEL, visitor.address, action=action, answers_turn=answers_turn)
    if text.strip():
        return Incoming(CHANNEL, visitor.address, text=text, answers_turn=answers_turn)
    return None


def field(form: FormData, name: str) -> str:
    """A field's value; empty if it is missing or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
