"""The port for whoever watches: `/health`, `/ready`, `/metrics`. In threads of its own, so that it tells the truth
about a process that hangs. It is for the machine or a private network; nothing on it is about a person.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from bot.health import CHECKS, Health
from engine.errors import SettingsProblem

MANUAL = "docs/operations.md"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def listen_for_watchers(host: str, port: int, health: Health, metrics: Callable[[], bytes]) -> ThreadingHTTPServer:
    """A server that is not asked yet. SettingsProblem if the port is taken."""

    class Asked(_Asked):
        pages: ClassVar[dict[str, Callable[[], Page]]] = {
            "/health": _alive,
            "/ready": lambda: _ready(health),
            "/metrics": lambda: (HTTPStatus.OK, _METRICS_TYPE, metrics()),
        }

    try:
        return _Server((host, port), Asked)
    except OSError as error:
        raise SettingsProblem(
            f"cannot listen on {host}:{port}: {error.strerror}. HOCTAP_METRICS_PORT takes another; each process of"
            " a machine needs its own"
        ) from error


@contextmanager
def monitored(server: ThreadingHTTPServer) -> Iterator[None]:
    """Answers until the end."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="hoctap-monitor", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


Page = tuple[int, str, bytes]
"""Status, media type, content."""


def _alive() -> Page:
    return HTTPStatus.OK, "application/json", b'{"alive":true}\n'


def _ready(health: Health) -> Page:
    problems = health.problems()
    said = {
        "ready": not problems,
        "checks": list(CHECKS),
        "problems": [
            {"check": each.check, "what": each.what, "do": each.do, "see": f"{MANUAL}#{each.check}"}
            for each in problems
        ],
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    return status, "application/json", json.dumps(said, ensure_ascii=False).encode() + b"\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        # The standard library's would look up the machine's name, which takes seconds where there is no network.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle is no news, and their address is nobody's business."""


class _Asked(BaseHTTPRequestHandler):
    timeout = 5  # seconds for a request to arrive
    server_version, sys_version = "hoctap", ""
    pages: ClassVar[dict[str, Callable[[], Page]]] = {}

    def do_GET(self) -> None:
        page = self.pages.get(self.path.partition("?")[0])
        status, media_type, content = page() if page else (HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """It would hold a network address."""
