"""Junk that does not wait for answers: so many requests a second over a few connections, until it is told to stop.

Run as a program, by `junk.attack`; writes how many a second it could send when its standard input is closed.
"""

import json
import random
import selectors
import socket
import sys
import time
from contextlib import suppress
from itertools import cycle

from benchmarks.junk import PER_SECOND, Origin, request_of

CONNECTIONS = 50
TOGETHER = 8
"""Requests in one packet."""
_REST_SECONDS = 0.002


def main() -> None:
    """Attacks until standard input is closed."""
    attacker = _Attacker(int(sys.argv[1]), "one" if sys.argv[2] == "one" else "many")
    began = time.perf_counter()
    while not attacker.is_told_to_stop():
        attacker.send(int((time.perf_counter() - began) * PER_SECOND))
    print(json.dumps(attacker.sent / (time.perf_counter() - began)))


class _Attacker:
    def __init__(self, port: int, origin: Origin) -> None:
        self.sent = 0
        self._port = port
        self._origin = origin
        self._chance = random.Random(7)
        self._selector = selectors.DefaultSelector()
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        self._lines: list[socket.socket | None] = [None] * CONNECTIONS
        self._places = cycle(range(CONNECTIONS))

    def send(self, due: int) -> None:
        """As many as are due by now, and go through."""
        for _ in range(min((due - self.sent) // TOGETHER, CONNECTIONS)):
            place = next(self._places)
            line = self._lines[place] or self._connect(place)
            junk = b"".join(request_of(self._origin, self._chance) for _ in range(TOGETHER))
            try:
                is_whole = line is not None and line.send(junk) == len(junk)
            except OSError:
                is_whole = False
            if is_whole:
                self.sent += TOGETHER
            else:
                self._drop(place)

    def is_told_to_stop(self) -> bool:
        """Throws away what was answered meanwhile; whether standard input was closed."""
        for key, _ in self._selector.select(_REST_SECONDS):
            if key.fileobj is sys.stdin:
                return True
            try:
                is_open = isinstance(key.fileobj, socket.socket) and bool(key.fileobj.recv(1 << 20))
            except OSError:
                is_open = False
            if not is_open:
                self._drop(key.data)
        return False

    def _connect(self, place: int) -> socket.socket | None:
        parts = ["127", "0", "0", "9"]
        if self._origin == "many":
            parts[1:] = [str(self._chance.randrange(1, 255)) for _ in range(3)]
        with suppress(OSError):
            line = socket.create_connection(("127.0.0.1", self._port), 1, source_address=(".".join(parts), 0))
            line.setblocking(False)
            self._selector.register(line, selectors.EVENT_READ, place)
            self._lines[place] = line
        return self._lines[place]

    def _drop(self, place: int) -> None:
        if line := self._lines[place]:
            self._selector.unregister(line)
            line.close()
            self._lines[place] = None


if __name__ == "__main__":
    main()
