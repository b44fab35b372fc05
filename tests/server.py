"""The real server as a process of its own: started, killed, started again, stopped. And people who talk to it."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parent.parent
START_SECONDS = 120.0
STOP_SECONDS = 10.0
LINK = "03646"
"""A commune, as a QR poster would name it."""

NO_LIMITS = {
    "HOCTAP_PRESSES_PER_MINUTE": "1000000",
    "HOCTAP_PRESS_BURST": "100000",
    "HOCTAP_REQUESTS_PER_MINUTE": "1000000",
    "HOCTAP_REQUEST_BURST": "100000",
    "HOCTAP_NEWCOMERS_PER_MINUTE": "100000",
}
"""All of a test's people come from one address, and at once."""

_ADDRESS = re.compile(rb"^hoctap: (http://127\.0\.0\.1:(\d+)/)$", re.MULTILINE)


@dataclass
class Server:
    """`hoctap run` on a folder of data. The same port after a restart, so that the same browser goes on."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("bot", "run")
    within: tuple[str, ...] = ()
    """The command that runs it somewhere else, such as on another host."""
    url: str = ""
    _port: str = "0"
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def start(self) -> None:
        """Starts it and waits for the address that it prints."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        environment = {**kept, "HOCTAP_PORT": self._port, "HOCTAP_DATA": str(self.data), **self.settings}
        environment.setdefault("HOCTAP_KEY_DIR", str(self.data.parent / "keys"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.within, sys.executable, "-m", *self.program],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        found = _ADDRESS.search(self._read_until_address())
        assert found, f"no address printed: {self.log.read_text()}"
        self.url, self._port = found[1].decode(), found[2].decode()

    def _read_until_address(self) -> bytes:
        assert self._process
        assert self._process.stdout
        printed, until = b"", time.monotonic() + START_SECONDS
        while not _ADDRESS.search(printed) and (left := until - time.monotonic()) > 0:
            if select.select([self._process.stdout], [], [], left)[0]:
                part = os.read(self._process.stdout.fileno(), 4096)
                if not part:
                    break
                printed += part
        return printed

    def kill(self) -> None:
        """kill -9: no chance to tidy up."""
        assert self._process
        self._process.kill()
        self._close()

    def stop(self) -> int:
        """SIGTERM, as systemd and Docker send it. The exit code; fails if it takes too long."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        return self._close()

    def _close(self) -> int:
        assert self._process
        try:
            code = self._process.wait(STOP_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None
        return code

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def has_died(self) -> bool:
        """Whether it was started and has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def log_lines(self) -> list[dict[str, Any]]:
        """What it wrote to standard error: one JSON object a line, or this fails."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def check_log_is_calm(self) -> None:
        """Nothing but news."""
        loud = [line for line in self.log_lines() if line["level"] != "info" or "error" in line]
        assert not loud, loud


@contextmanager
def running_server(
    data: Path, *, is_calm: bool = True, program: tuple[str, ...] = ("bot", "run"), **settings: str
) -> Iterator[Server]:
    """A server that is stopped at the end, whatever happened; its log must be calm, unless something is broken."""
    server = Server(data, {**NO_LIMITS, **settings}, program)
    server.start()
    try:
        yield server
        if server.is_running:
            assert server.stop() in (0, -signal.SIGTERM)
        if is_calm:
            server.check_log_is_calm()
    finally:
        if server.is_running:
            server.kill()


class Person:
    """Someone with a browser and JavaScript, but without the browser: speaks JSON as chat.js does."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        self.turn: int | None = None
        self.screen: dict[str, Any] = {}

    def look(self, address: str = "/") -> str:
        """Opens the page."""
        page = self.client.get(address)
        assert page.status_code == 200, page.text
        self.turn = int(page_field(page.text, "turn"))
        return page.text

    def post(self, body: dict[str, Any]) -> httpx2.Response:
        # json.dumps escapes what UTF-8 cannot say, such as half a character: a browser's JSON.stringify does too.
        content = json.dumps(body)
        response = self.client.post("/chat", content=content, headers={"content-type": "application/json"})
        if response.status_code == 200:
            read = response.json()
            self.screen, self.turn = read["screens"][-1], read["turn"]
        return response

    def press(self, action: str) -> dict[str, Any]:
        """Presses a button: the screen after it."""
        response = self.post({"action": action, "turn": self.turn})
        assert response.status_code == 200, response.text
        return self.screen

    def type(self, text: str) -> dict[str, Any]:
        """Types: the screen after it."""
        response = self.post({"text": text, "turn": self.turn})
        assert response.status_code == 200, response.text
        return self.screen

    @property
    def choices(self) -> list[str]:
        """The actions of the answers that the screen offers."""
        return [each["action"] for row in self.screen["buttons"] for each in row if each["kind"] == "choice"]

    def begin(self) -> dict[str, Any]:
        """From a link to the first question: three presses."""
        self.look(f"/?c={LINK}")
        self.press(f"begin:{LINK}")
        self.press(f"agree:{LINK}")
        return self.press("form:farmer")

    def answer_all(self, option: int = 2) -> dict[str, Any]:
        """The 20 questions, sex and age: the review."""
        while self.screen["id"] == "question":
            self.press(self.choices[option])
        self.press("sex:undisclosed")
        return self.press("age:30-44")

    def finish(self) -> dict[str, Any]:
        """A whole assessment: the result."""
        self.begin()
        self.answer_all()
        return self.press("finish")

    def held(self) -> dict[str, Any]:
        """What /mydata gives as a file."""
        response = self.client.get("/files/0/my-data.json")
        assert response.status_code == 200, response.text
        read: dict[str, Any] = response.json()
        return read


def page_field(page: str, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return unescape(found[1])
