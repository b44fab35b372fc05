"""Takes updates that Telegram posts to us: many processes can stand behind one address."""

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

log = logging.getLogger(__name__)

LARGEST_BODY = 512 * 1024  # bytes; the largest updates we ask for have some 50,000
ANSWER_PATIENCE_SECONDS = 0.08
"""How long Telegram waits for the answer to leave before it hears that the update was taken."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- its name, not its value

Take = Callable[[object, float], Awaitable[None]]


def webhook_secret(token: str) -> str:
    """What Telegram sends along to prove itself: the same in all processes, and no way back to the token."""
    return hashlib.sha256(b"hoctap webhook|" + token.encode()).hexdigest()


class Webhook:
    """The address that Telegram posts to. Until `take` is set, and after it is taken away, it says: try later."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.take: Take | None = None

    async def receive(self, request: Request) -> Response:
        """POST, one update. Telegram repeats whatever is not answered with 200."""
        told = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(told, self._secret):
            return Response(status_code=403)
        if self.take is None:
            return Response(status_code=503)
        body = await _read(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            log.warning("action=telegram_webhook: not JSON, left out")
            return Response(status_code=400)
        await self.take(update, ANSWER_PATIENCE_SECONDS)
        return Response()


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
