"""Servers to measure, each a process of its own: hoctap as `make run` starts it, and an empty one."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
_NO_LIMIT = {
    "HOCTAP_PRESSES_PER_MINUTE": "60000000",
    "HOCTAP_PRESS_BURST": "1000000",
    "HOCTAP_REQUESTS_PER_MINUTE": "60000000",
    "HOCTAP_REQUEST_BURST": "1000000",
    "HOCTAP_NEWCOMERS_PER_MINUTE": "1000000",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has said where it listens."""

    process: int
    port: int


@contextmanager
def hoctap(
    data: Path | None = None, more: Mapping[str, str] | None = None, program: tuple[str, ...] = ("bot", "run")
) -> Iterator[Server]:
    """`hoctap run` on SQLite in `data` (an empty folder of its own if not given), without a rate limit."""
    with tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder:
        places = {"HOCTAP_DATA": str(data or folder), "HOCTAP_KEY_DIR": f"{data or folder}/keys"}
        settings = {"HOCTAP_PORT": "0", **places, **_NO_LIMIT, **(more or {})}
        with _running(*program, settings=settings) as server:
            yield server


@contextmanager
def empty_server() -> Iterator[Server]:
    """An empty page of Starlette on uvicorn, set up as hoctap sets them up."""
    with _running("benchmarks.empty_server", settings={}) as server:
        yield server


@contextmanager
def console_server(data: Path) -> Iterator[Server]:
    """The console on the SQLite database in `data`."""
    settings = {"HOCTAP_DATA": str(data), "HOCTAP_KEY_DIR": f"{data}/keys"}
    with _running("benchmarks.console_server", settings=settings) as server:
        yield server


@contextmanager
def hoctap_bot(api_port: int, *, webhook: bool = False) -> Iterator[int]:
    """`hoctap run` with a bot on a Bot API at this port, without limits. Its process."""
    no_limit = {
        "HOCTAP_TELEGRAM_PER_SECOND": "1000000",
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": "1000000",
        "HOCTAP_TELEGRAM_CHAT_BURST": "1000",
    }
    with hoctap(more={**no_limit, **bot_at(api_port, webhook=webhook)}) as server:
        yield server.process


@contextmanager
def peer_bot(module: str, api_port: int, *, webhook: bool = False) -> Iterator[int]:
    """Another bot: `bare_bot` or `orm_bot`. Its process."""
    with tempfile.TemporaryDirectory(prefix="hoctap-bench-") as folder:
        settings = {"HOCTAP_DATA": folder, **bot_at(api_port, webhook=webhook)}
        process = _start(f"benchmarks.{module}", settings=settings)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.communicate()


def bot_at(api_port: int, *, webhook: bool = False) -> dict[str, str]:
    """Settings of a bot whose Bot API is at this port. It polls, or listens on a port that was free before."""
    settings = {"HOCTAP_TELEGRAM_API": f"http://127.0.0.1:{api_port}", "HOCTAP_TELEGRAM_TOKEN": "123456:bench"}
    if not webhook:
        return settings
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    return {**settings, "HOCTAP_PORT": port, "HOCTAP_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram"}


@contextmanager
def _running(module: str, *arguments: str, settings: dict[str, str]) -> Iterator[Server]:
    process = _start(module, *arguments, settings=settings)
    try:
        yield Server(process.pid, _port(process))
    finally:
        process.terminate()
        process.communicate()


def _start(module: str, *arguments: str, settings: dict[str, str]) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOCTAP_")}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**environment, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _port(process: "subprocess.Popen[str]") -> int:
    for line in process.stdout or ():
        if port := urlsplit(line.strip().partition(": ")[2]).port:
            return port
    raise RuntimeError("a server ended before it listened")
