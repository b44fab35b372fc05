"""The headers that keep a browser safe, on every response, whoever made it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " manifest-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in SAFE.items()]
_NAMES = frozenset(name for name, _ in _SAFE)
NOTHING_OF_THE_PHONE = "camera=(), geolocation=(), microphone=()"


def make_safe(headers: MutableHeaders) -> None:
    """Adds them. What is not said to be kept is not kept: a page may hold answers.

    A page of staff may ask for the microphone, and play back what it has just recorded (`blob:`).
    """
    headers.raw[:] = [each for each in headers.raw if each[0] not in _NAMES] + _SAFE
    headers.setdefault("Permissions-Policy", NOTHING_OF_THE_PHONE)
    headers.setdefault("Cache-Control", "no-store")


class SafeHeaders:
    """Adds them to all that passes. (What handles a bug stands outside of it and calls `make_safe` itself.)"""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                make_safe(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_safely)
