"""The faults that are tried on a stage. When one returns its cause is over; then the stage checks the rest."""

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.faults import network
from tests.faults.stage import Stage
from tests.faults.web_people import browser
from tests.server import ROOT

Fault = Callable[[Stage], None]


def wait_a_moment(stage: Stage) -> None:
    time.sleep(stage.chance.uniform(0.3, 1.5))


# ---- the process and the machine ---------------------------------------------------------------------------------


def killed(stage: Stage) -> None:
    stage.kill().start()


def killed_again_and_again(stage: Stage) -> None:
    """At times before everything was loaded."""
    for _ in range(stage.chance.randrange(2, 8)):
        stage.kill().start()
        wait_a_moment(stage)


def clock_a_day_forwards(stage: Stage) -> None:
    """Finished assessments are counted when the next process starts."""
    stage.trial.note_hands()
    stage.jump(days=1)
    stage.kill().start()


def clock_an_hour_backwards(stage: Stage) -> None:
    """And back again, as a machine does that asks for the time later."""
    stage.jump(hours=-1)
    wait_a_moment(stage)
    stage.trial.note_hands()
    stage.jump(hours=1)


def out_of_memory(stage: Stage) -> None:
    """It gets no more memory than it has, while somebody asks for a picture. It may live or end: then it is started
    anew, for a library that was half loaded stays so."""
    victim = stage.chance.choice(stage.servers)
    with browser(victim.url) as client:
        stage.until_it_works(lambda: stage.one_finishes(client))
        _, most = resource.prlimit(victim.pid, resource.RLIMIT_AS)
        resource.prlimit(victim.pid, resource.RLIMIT_AS, (_address_space(victim.pid), most))
        with suppress(httpx2.TransportError):
            client.get("/files/0/result.png")
        wait_a_moment(stage)
        stage.trial.note_hands()
        stage.kill(victim).start()
        stage.until_it_works(lambda: client.get("/files/0/result.png"))


def _address_space(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmSize:")[2].split()[0]) * 1024


def key_folder_gone(stage: Stage) -> None:
    """Answers go on; nothing starts without it, and says so."""
    away = stage.keys.with_name("keys.away")
    stage.keys.rename(away)
    stage.recover()
    victim = stage.kill()
    with pytest.raises(AssertionError, match="put the file back"):
        victim.start()
    victim.kill()
    away.rename(stage.keys)
    victim.start()


# ---- the network and Telegram ------------------------------------------------------------------------------------


def network_cut(stage: Stage) -> None:
    stage.trial.cut_network()


def errors_at_telegram(stage: Stage) -> None:
    network.server_errors(stage.telegram)


def storm_of_429(stage: Stage) -> None:
    network.storm_of_429(stage.telegram)


def messages_refused(stage: Stage) -> None:
    network.refuse(stage.telegram)


def late_answers(stage: Stage) -> None:
    network.late_answers(stage.telegram)


def twice_and_out_of_order(stage: Stage) -> None:
    network.twice_and_out_of_order(stage.telegram)


# ---- SQLite ------------------------------------------------------------------------------------------------------


def disk_full(stage: Stage) -> None:
    stage.disk.fill()
    try:
        stage.wait_for_log("the disk of the database is full. Make room")
        stage.trial.note_hands()
    finally:
        stage.disk.make_room()


def lock_held(stage: Stage) -> None:
    with _file_of(stage) as connection:
        connection.execute("BEGIN IMMEDIATE")
        wait_a_moment(stage)
        connection.execute("ROLLBACK")


def lock_held_too_long(stage: Stage) -> None:
    """Longer than anybody waits for it: people are told to press again, and the log says who is in the way."""
    with _file_of(stage) as connection:
        connection.execute("BEGIN IMMEDIATE")
        stage.wait_for_log("another program holds the database's file", seconds=60.0)
        connection.execute("ROLLBACK")
    stage.trial.note_hands()


def second_program_writes(stage: Stage) -> None:
    """The command line beside it, and something that writes all the time."""
    environment = {"HOCTAP_DATABASE_URL": stage.trial.url, "HOCTAP_KEY_DIR": str(stage.keys)}
    command = [sys.executable, "-m", "bot", "staff", "invite", "--role", "administrator"]
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as invites,
        _file_of(stage) as connection,
    ):
        while invites.poll() is None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM lease WHERE holder = 'nobody'")
            connection.execute("COMMIT")
    assert invites.returncode == 0


def _file_of(stage: Stage) -> sqlite3.Connection:
    return sqlite3.connect(stage.disk.folder / "hoctap.db", timeout=30, isolation_level=None)


# ---- PostgreSQL --------------------------------------------------------------------------------------------------


def postgres_stopped(stage: Stage) -> None:
    assert stage.cluster
    stage.cluster.primary.stop("fast")
    stage.wait_for_log("PostgreSQL does not answer")
    stage.cluster.primary.start()


def postgres_restarted_fast(stage: Stage) -> None:
    assert stage.cluster
    stage.cluster.primary.stop("fast")
    stage.cluster.primary.start()


def postgres_restarted_immediately(stage: Stage) -> None:
    assert stage.cluster
    stage.cluster.primary.stop("immediate")
    stage.cluster.primary.start()


def postgres_failed_over(stage: Stage) -> None:
    """With a synchronous standby."""
    assert stage.cluster
    stage.cluster.add_standby()
    wait_a_moment(stage)
    stage.cluster.fail_over()


def postgres_disk_full(stage: Stage) -> None:
    """Where even its journal finds no room it ends, and is started again."""
    assert stage.cluster
    # Connected before: on a full disk a server that has just started lets nobody in.
    with stage.cluster.primary.connect() as connection:

        def fill() -> None:
            # Again and again: PostgreSQL has journal files in store, and removes old ones, which makes room.
            stage.disk.fill()
            with suppress(psycopg.Error):
                connection.execute("SELECT pg_logical_emit_message(true, '', '')")
                connection.execute("SELECT pg_switch_wal()")

        try:
            stage.wait_for_log(
                "the disk of the database is full. Make room|PostgreSQL does not answer", meanwhile=fill
            )
        finally:
            stage.disk.make_room()


EVERYWHERE: tuple[Fault, ...] = (
    killed,
    clock_a_day_forwards,
    clock_an_hour_backwards,
    out_of_memory,
    key_folder_gone,
    network_cut,
    errors_at_telegram,
    storm_of_429,
    messages_refused,
    late_answers,
    twice_and_out_of_order,
)
BY_DATABASE: dict[str, tuple[Fault, ...]] = {
    "sqlite": (disk_full, lock_held, second_program_writes),
    "postgresql": (
        postgres_stopped,
        postgres_restarted_fast,
        postgres_restarted_immediately,
        postgres_failed_over,
        postgres_disk_full,
    ),
}
LASTING: dict[str, tuple[Fault, ...]] = {"sqlite": (lock_held_too_long,), "postgresql": ()}
"""What takes too long for the short form."""
