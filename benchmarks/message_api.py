"""The least that takes messages: a Bot API in a process of its own that says yes to everything.

Run as a program: prints its port; then, for each line that it reads, how many messages it has got.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bare_http import BareHttp
from benchmarks.processes import ROOT

_BOT = '{"id":123456,"is_bot":true,"first_name":"Hoctap","username":"hoctap_bot"}'
_SENT = json.dumps(
    {
        "message_id": 1,
        "from": json.loads(_BOT),
        "chat": {"id": 6_500_000_001, "first_name": "A", "type": "private"},
        "date": 1_790_000_000,
        "text": "Bà con ơi. " * 20,
        "reply_markup": {
            "inline_keyboard": [[{"text": f"Nút {n}", "callback_data": f"message:{n}"}] for n in "ab"]
        },
    }
)
_ANSWERS = {b"getMe": _BOT, b"getMyCommands": "[]"}
_PATIENCE_SECONDS = 120.0


class MessageApi:
    """The process, from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._read())

    @property
    def count(self) -> int:
        """How many messages it has got so far."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._read())

    def wait(self, messages: int) -> float:
        """Until it has got so many more. Returns how many a second that were."""
        began, before = time.perf_counter(), self.count
        while (come := self.count - before) < messages:
            if time.perf_counter() - began > _PATIENCE_SECONDS:
                raise RuntimeError(f"{come} of {messages} messages came")
            time.sleep(0.02)
        return come / (time.perf_counter() - began)

    def _read(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def message_api() -> Iterator[MessageApi]:
    """Runs it."""
    command = [sys.executable, "-m", "benchmarks.message_api"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield MessageApi(process)
        finally:
            process.terminate()


class _Connection(BareHttp):
    messages = 0

    def take(self, method: bytes, body: bytes) -> None:
        """See `BareHttp`."""
        if method == b"sendMessage":
            _Connection.messages += 1
            self.send(_SENT)
        elif method != b"getUpdates":  # nobody ever writes to this bot
            self.send(_ANSWERS.get(method, "{}" if method.startswith(b"getMy") else "true"))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)

    def tell() -> None:
        sys.stdin.readline()
        print(_Connection.messages, flush=True)

    loop.add_reader(sys.stdin, tell)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
