"""Open connections: how many there may be, and how long they may take to say what they want.

uvicorn waits for ever for a request that has begun, and for one that never does, so a few thousand slow clients
would use up all file descriptors: here their time is limited. A reverse proxy in front does this as well; it is
not needed for it.
"""

import asyncio
import logging
import resource
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""From the connection, or the first byte of a request, to the end of its head."""
BODY_BYTES_PER_SECOND = 100
"""Whose body comes slower than this has no network to speak of: 2G brings a hundred times as much."""
STALLED_SECONDS = 30.0
"""Of an answer that nobody takes."""
LOOK_SECONDS = 5.0
LARGEST_HEAD = 16_384  # bytes
MOST_AHEAD = 8
"""Requests of one connection that may wait for the answer to the one before."""
OTHER_FILES = 200
"""File descriptors that are not for browsers: the database, Telegram, what is being read."""
MANY_OF_ONE = 100
"""Silent connections of one network address, above which its own go first when there is no room."""

_TOO_LONG = "The head of the request is too long."
_NOISE = ("Invalid HTTP request", "Unsupported upgrade request", "No supported WebSocket")


def files_for(connections: int) -> int:
    """Asks the system for so many file descriptors and some more; how many connections there may be now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else min(connections, max(1, soft - OTHER_FILES))


class _Silent:
    """Connections that ask for nothing (yet, or any more), the oldest first; by their network address, too."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._all: dict[PatientProtocol, None] = {}
        self._by_host: dict[str, dict[PatientProtocol, None]] = {}

    def add(self, each: "PatientProtocol") -> None:
        self._all[each] = None
        self._by_host.setdefault(each.host, {})[each] = None

    def discard(self, each: "PatientProtocol") -> None:
        self._all.pop(each, None)
        of_host = self._by_host.get(each.host, {})
        of_host.pop(each, None)
        if not of_host:
            self._by_host.pop(each.host, None)

    def longest(self, host: str) -> "PatientProtocol | None":
        """Who goes first: one of this address, if it has many."""
        of_host = self._by_host.get(host, {})
        return next(iter(of_host if len(of_host) >= MANY_OF_ONE else self._all), None)


class PatientProtocol(HttpToolsProtocol):
    """One connection. `silent` is shared by all of a server."""

    silent: _Silent
    cycle: Any  # what is being answered; None before the first request
    host = ""
    _received = 0  # bytes of the request that is coming
    _since = 0.0
    """When it began, or the silence before it."""
    _unsent, _unsent_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Makes room for it, if there is none."""
        super().connection_made(transport)
        self.host = self.client[0] if self.client else ""
        self._begin()
        self._timer = self.loop.call_later(LOOK_SECONDS, self._look)
        self.silent.add(self)
        if len(self.connections) > self.silent.most and (other := self.silent.longest(self.host)):
            other.transport.abort()
            self.silent.discard(other)

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone."""
        self._timer.cancel()
        self.silent.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request."""
        if not self._is_answering and not self._received:
            self._since = self.loop.time()
        self._received += len(data)
        super().data_received(data)
        if self._is_answering:
            self.silent.discard(self)
        elif self._received > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(_TOO_LONG)

    def on_message_begin(self) -> None:
        """A request. Hardly anybody sends the next one before an answer; ten thousand would fill the memory."""
        if len(self.pipeline) >= MOST_AHEAD:
            raise ValueError("too many requests before the first one is answered")
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            raise ValueError(_TOO_LONG)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The answer has left; another request may follow."""
        super().on_response_complete()
        self._begin()
        if not self._is_answering and not self.transport.is_closing():
            self.silent.add(self)

    def _begin(self) -> None:
        self._since = self.loop.time()
        self._received = 0
        self._unsent, self._unsent_since = 0, self._since

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _look(self) -> None:
        """Every few seconds. Who was silent after an answer is sent away by uvicorn itself."""
        self._timer = self.loop.call_later(LOOK_SECONDS, self._look)
        if self._is_too_slow(self.loop.time()):
            self.transport.abort()

    def _is_too_slow(self, now: float) -> bool:
        passed = now - self._since
        if not self._is_answering:
            return passed > HEAD_SECONDS
        if self.cycle.more_body:
            return bool(self._received < (passed - HEAD_SECONDS) * BODY_BYTES_PER_SECOND)
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        return now - self._unsent_since > STALLED_SECONDS


def patient_protocol(most_connections: int) -> type[Any]:
    """What uvicorn makes of each connection of a server."""
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return type("Protocol", (PatientProtocol,), {"silent": _Silent(most_connections)})


def _is_news(record: logging.LogRecord) -> bool:
    """Not what strangers send that is no HTTP: a log line each would fill the disk for them."""
    return not record.getMessage().startswith(_NOISE)
