"""A disk of a few megabytes that a test fills, empties and makes read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Disk:
    """Where it is mounted."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, leave: int = 0) -> None:
        """Until there is no room for more than so many bytes."""
        with self._ballast.open("ab") as file:
            for size in (MEGABYTE, 4096):
                try:
                    while self._free() - size >= leave:
                        file.write(b"\0" * size)
                        file.flush()
                except OSError:  # somebody else was quicker
                    pass

    def _free(self) -> int:
        at = os.statvfs(self.folder)
        return at.f_bavail * at.f_frsize

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def remount(self, how: str) -> None:
        """`ro` or `rw`; nobody may have a file on it open for writing."""
        _run("mount", "-o", f"remount,{how}", str(self.folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Skips the test where nobody may mount anything."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "hoctap-test", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can be mounted by root only: sudo make faults")
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
