"""Many browsers in one process, on bare sockets with keep-alive, so that the client is not what is measured.

Run as a program: reads from standard input what each browser presses, writes what it took to standard output.
"""

import gzip
import itertools
import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

CONNECTIONS = 32
_MARK = re.compile(rb"set-cookie: (hoctap_known=[^;]*)", re.IGNORECASE)
"""The cookie that a browser with an account gets once, and sends from then on."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The presses of one browser: its cookie, and bodies for POST /chat."""

    cookie: str
    bodies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """`last_screens` are the ids of the screens at which the visits ended, empty for an empty page."""

    presses: int
    seconds: float
    client_cpu_seconds: float
    last_screens: Sequence[str]


def press(port: int, visits: Sequence[Visit], connections: int = CONNECTIONS, *more_ports: int) -> Seen:
    """Lets the browsers press, so many at a time, in another process.

    With several ports each press of a browser goes to the next of them, as a load balancer would have it.
    """
    ports = ",".join(map(str, (port, *more_ports)))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.browsers", ports, str(connections)],
        input=json.dumps([asdict(visit) for visit in visits]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    return Seen(**json.loads(done.stdout))


def main() -> None:
    """Everything is made ready first; then the clock runs."""
    ports, connections = [int(port) for port in sys.argv[1].split(",")], int(sys.argv[2])
    visits = iter([Visit(**each) for each in json.load(sys.stdin)])
    last_screens: list[str] = []
    browsers = [_browse([_connect(port) for port in ports], visits, last_screens) for _ in range(connections)]
    began, cpu_began = time.perf_counter(), time.process_time()
    presses = _take_turns(browsers)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    print(json.dumps(asdict(Seen(presses, seconds, cpu_seconds, last_screens))))


def _take_turns(browsers: list[Iterator[socket.socket]]) -> int:
    """Lets each browser go on when its answer is there; returns how many answers there were."""
    answers = 0
    with selectors.DefaultSelector() as selector:
        for browser in browsers:
            if connection := next(browser, None):
                selector.register(connection, selectors.EVENT_READ, browser)
        while selector.get_map():
            for key, _ in selector.select():
                answers += 1
                connection = next(key.data, None)
                if connection is not key.fileobj:
                    selector.unregister(key.fileobj)
                    if connection is not None:
                        selector.register(connection, selectors.EVENT_READ, key.data)
    return answers


def _browse(
    connections: Sequence[socket.socket], visits: Iterator[Visit], last_screens: list[str]
) -> Iterator[socket.socket]:
    """One browser, one visit after another. Yields where it waits for an answer."""
    with ExitStack() as opened:
        for connection in connections:
            opened.enter_context(connection)
        turns = itertools.cycle(connections)
        for visit in visits:
            answer, cookies = b"", f"hoctap={visit.cookie}"
            for body, connection in zip(visit.bodies, turns):  # noqa: B905 -- the turns never end
                connection.sendall(_request(cookies, body))
                yield connection
                answer = _receive(connection)
                if mark := _MARK.search(answer):
                    cookies = f"hoctap={visit.cookie}; {mark[1].decode()}"
            last_screens.append(_last_screen(answer))


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _request(cookies: str, body: str) -> bytes:
    data = body.encode()
    return (
        "POST /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n"
        f"Accept-Language: vi\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookies}\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    ).encode() + data


def _receive(connection: socket.socket) -> bytes:
    """A whole answer; it is there or on its way."""
    received = connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(received.decode(errors="replace"))
    missing = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(body)
    while missing > 0:
        received += (more := connection.recv(65_536))
        missing -= len(more)
    return received


def _last_screen(answer: bytes) -> str:
    """The id of the screen in an answer; only the last answer of a visit is looked into."""
    head, _, body = answer.partition(b"\r\n\r\n")
    text = gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
    return str(json.loads(text)["screens"][-1]["id"]) if text else ""


if __name__ == "__main__":
    main()
