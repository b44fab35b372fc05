"""HTTP on bare sockets, for servers that must cost so little that it is not they who are measured."""

import asyncio


class BareHttp(asyncio.Protocol):
    """One connection to a Bot API: HTTP/1.1, one request after the other."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._received += data
        head, is_whole, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if is_whole and len(body) >= int(length or 0):
            self._received = b""
            self.take(head.split(b" ", 2)[1].rpartition(b"/")[2], body)

    def take(self, method: bytes, body: bytes) -> None:
        """A request, whole. Whoever takes it calls `send`, at once or later."""
        raise NotImplementedError

    def send(self, result: str) -> None:
        """The answer; `result` is JSON."""
        body = f'{{"ok":true,"result":{result}}}'.encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        if isinstance(self._transport, asyncio.Transport):
            self._transport.write(head + body)
