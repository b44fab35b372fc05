"""Junk requests on bare sockets, as many a second as are asked for or the server answers, until it is told to stop.

Run as a program; writes how many were answered, and in how many seconds, when its standard input is closed.
"""

import json
import random
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CONNECTIONS = 100
PER_SECOND = 10_000
_REST_SECONDS = 0.002

Origin = Literal["one", "many"]
"""Whether all of it comes from one network address, or each request from another."""


@dataclass(slots=True)
class Junk:
    """What was answered, or sent; known when the attack is over."""

    per_second: float = 0.0


@contextmanager
def attack(port: int, origin: Origin, program: str = __name__) -> Iterator[Junk]:
    """Junk goes to a port, from another process, as long as this is open. `program` is what sends it."""
    seen = Junk()
    command = [sys.executable, "-m", program, str(port), origin]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield seen
        told, _ = process.communicate()
    seen.per_second = float(told)


def main() -> None:
    """A request on each connection as soon as the one before was answered, while the pace allows it."""
    port, origin = int(sys.argv[1]), sys.argv[2]
    chance = random.Random(7)
    answered = sent = 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        free = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        for connection in free:
            selector.register(connection, selectors.EVENT_READ)
        is_over = False
        while not is_over:
            due = int((time.perf_counter() - began) * PER_SECOND) - sent
            for _ in range(min(due, len(free))):
                free.pop().sendall(request_of("one" if origin == "one" else "many", chance))
                sent += 1
            for key, _ in selector.select(_REST_SECONDS):
                if key.fileobj is sys.stdin:
                    is_over = True
                elif isinstance(key.fileobj, socket.socket):
                    free.append(_take_answer(selector, key.fileobj, port))
                    answered += 1
    print(json.dumps(answered / (time.perf_counter() - began)))


def _take_answer(selector: selectors.BaseSelector, connection: socket.socket, port: int) -> socket.socket:
    """The connection to go on with: another one where the server has closed it."""
    try:
        is_open = bool(connection.recv(65_536))
    except ConnectionError:
        is_open = False
    if is_open:
        return connection
    selector.unregister(connection)
    connection.close()
    another = socket.create_connection(("127.0.0.1", port))
    selector.register(another, selectors.EVENT_READ)
    return another


def request_of(origin: Origin, chance: random.Random) -> bytes:
    """One: two of three for a page that is not there, the third for the first page of the chat."""
    host = "198.51.100.7" if origin == "one" else ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    number = chance.randrange(10**6)
    path = f"/wp-{number}.php" if number % 3 else f"/?{number}"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {host}\r\n\r\n".encode()


if __name__ == "__main__":
    main()
