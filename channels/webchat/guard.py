"""Stands before everything: refuses what is too much for a few microseconds, before anybody looks at it.

Two limits. What one network address may ask for in all, and how many turns may wait for the database: above that,
strangers are asked to come back in a moment, so that those who are in the middle of something are served. And a no
takes its time when many get one: whoever sends junk waits for it, and sends less.
"""

import asyncio
from collections.abc import Callable
from math import ceil

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.webchat.entry import Entry
from channels.webchat.headers import make_safe
from channels.webchat.rate import RateLimit
from channels.webchat.visitor import Visitor

TURNS = frozenset({"/", "/chat"})
"""Addresses that need the database."""

BUSY_SECONDS = 5
KNOWN_MAY_WAIT = 4
"""So many times more turns may wait before somebody with an account is sent away, too."""

OWN_PER_MINUTE, OWN_AT_ONCE = 120, 40
"""What a browser with an account may ask for where others have used up what its network address may."""


HELD_SECONDS = 1.0
MOST_HELD = 1000
NOES_PER_MINUTE, NOES_AT_ONCE = 600, 50
"""Given at once. There are some on any day: icons that browsers look for, old links."""


class Guard:
    """ASGI, around the application. `waiting` says how many turns wait now; `exempt` is the messenger's address."""

    def __init__(
        self,
        app: ASGIApp,
        entry: Entry,
        requests: RateLimit,
        waiting: Callable[[], int],
        most_waiting: int,
        clock: Callable[[], float],
        exempt: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._entry = entry
        self._requests = requests
        self._noes = RateLimit(NOES_PER_MINUTE, NOES_AT_ONCE, clock)
        self._held = 0
        self._own = RateLimit(OWN_PER_MINUTE, OWN_AT_ONCE, clock)
        self._waiting = waiting
        self._most_waiting = most_waiting
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return

        async def send_patiently(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500:
                await self._hold(scope)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            try:
                await self._app(scope, receive, send_patiently)
            except ClientDisconnect:  # whoever is gone in the middle of a request is no fault to be logged
                return
        else:
            make_safe(MutableHeaders(raw=refusal.raw_headers))
            await refusal(scope, receive, send_patiently)

    async def _hold(self, scope: Scope) -> None:
        """Lets a stranger wait for a no, when there have been many of them."""
        is_calm = not self._noes.seconds_to_wait("")
        if is_calm or self._held >= MOST_HELD or self._entry.knows(Request(scope)):
            return
        self._held += 1
        try:
            await asyncio.sleep(HELD_SECONDS)
        finally:
            self._held -= 1

    def _refusal(self, scope: Scope) -> Response | None:
        client = scope["client"]
        wait = self._requests.seconds_to_wait(client[0] if client else "")
        if not wait and (scope["path"] not in TURNS or self._waiting() < self._most_waiting):
            return None
        request = Request(scope)
        is_known = self._entry.knows(request)
        if wait and not (is_known and not self._own.seconds_to_wait(Visitor.of(request).address)):
            return self._entry.send_away(request, "web.too_many_page", 429, ceil(wait))
        is_full = self._waiting() >= self._most_waiting * (KNOWN_MAY_WAIT if is_known else 1)
        if is_full and scope["path"] in TURNS:
            return self._entry.send_away(request, "web.busy", 503, BUSY_SECONDS)
        return None
