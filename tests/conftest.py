"""What every test gets: no outside network, no settings from outside, and a browser that comes last."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["tests.done_once", "tests.postgres", "tests.browser"]

# A slow machine is no defect; each test has its time limit from pytest-timeout.
hypothesis.settings.register_profile("hoctap", deadline=None)
hypothesis.settings.load_profile("hoctap")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts", action="store_true", help="write what the bot now says into tests/transcripts"
    )
    parser.addoption("--hosts", action="store_true", help="make hosts of network namespaces; needs root")
    parser.addoption("--minutes", type=float, default=0, help="how long faults go on; 0: each of them once")
    parser.addoption("--seed", type=int, help="the faults of an earlier run once more")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "browser" in fixtures:
            item.add_marker("browser")
        if "postgres_url" in fixtures:
            item.add_marker("postgres")
        is_on_postgres = (
            item.get_closest_marker("postgres") or "[postgresql" in item.name
        )  # a server, a database each
        if item.get_closest_marker("browser") or "standin_conformance" in item.path.parts or is_on_postgres:
            item.add_marker("slow")
    yield
    # Sorted when all others have: pytest itself moves tests that share a parameter together.
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, float]:
    """Long ones first, so that no worker waits at the end for one that has just begun. Those with a browser last:
    Playwright leaves an event loop running in this thread, after which asyncio.run() would fail."""
    limit = item.get_closest_marker("timeout")
    return item.get_closest_marker("browser") is not None, -limit.args[0] if limit else 0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        seed = config.getoption("randomly_seed", None)
        terminalreporter.write_line(f"The same order again: pytest --randomly-seed={seed}")


@pytest.fixture(scope="session", autouse=True)
def nothing_from_outside() -> Iterator[None]:
    """Clears hoctap's settings and refuses connections that leave this machine, for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("HOCTAP_") or name == "DATABASE_URL":
                patch.delenv(name)
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _only_this_machine(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _only_numbers_and_localhost(socket.getaddrinfo))
        yield


def _only_this_machine(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(sock: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        # Anything but a tuple is the path of a UNIX socket.
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            sock.close()
            # Not an OSError: code that retries after one would hide it.
            raise RuntimeError(f"a test must not leave this machine: {address[0]}")
        return call(sock, *arguments)

    return guarded


def _only_numbers_and_localhost(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: str | bytes | None, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and name != "localhost" and not _is_ip_address(name):
            raise RuntimeError(f"a test must not look up names: {name}")
        return getaddrinfo(host, *arguments, **options)

    return guarded


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
