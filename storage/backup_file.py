"""The file of a backup: JSON lines, gzip, age. And the list of tombstones beside it, which is plain text.

    {"backup": 1, "made_at": "…", "revision": "0006", "version": "0.1.0"}
    {"table": "account", "columns": […], "kinds": […]}
    [1, "telegram", …]
    {"table": "account", "rows": 1, "sum": "…"}
    {"end": 1}

The last three repeat, table by table. `age -d -i KEY FILE | age -d -i … | gunzip` shows it without hoctap.
"""

import contextlib
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import SettingsProblem
from engine.tombstones import MARK_BYTES, Tombstone, Tombstones
from storage.age import decrypt, encrypt

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TOMBSTONES = "tombstones.txt"
_MOMENT = "%Y%m%dT%H%M%SZ"
_ABANDONED = timedelta(hours=1)
_LEVEL = 3
"""Of gzip: four times as fast as its usual one, and a tenth larger."""
_GZIP = 31
_PIECE = 1 << 16


def backup_path(folder: Path, made_at: datetime) -> Path:
    """Where a backup goes."""
    return folder / f"hoctap-{made_at.astimezone(UTC):{_MOMENT}}.age"


def write_backup(path: Path, lines: Iterable[bytes], public_key: str, inner_keys: Iterable[str]) -> None:
    """Writes a backup; under its name only when it is whole and on the disk."""
    content = _Stream(_zipped(lines))

    def write(file: io.BufferedIOBase) -> None:
        try:
            encrypt(content, file, public_key, list(inner_keys))
        except Exception:
            if content.failure is not None:
                raise content.failure from None
            raise

    _write_whole(path, write)


@contextmanager
def reading_backup(path: Path, private_key: str, inner_keys: Iterable[str]) -> Iterator[Iterator[bytes]]:
    """The lines of a backup. SettingsProblem, while they are read, if it is not as it was written."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be read: {error.strerror}") from error
    with file, decrypt(file, private_key, list(inner_keys)) as stream:
        try:
            with gzip.GzipFile(fileobj=stream) as lines:
                yield iter(lines)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise SettingsProblem(f"{path} is no backup of hoctap: {error}") from error


def remove_old_backups(folder: Path, now: datetime, days: int) -> list[Path]:
    """Removes backups made more than so many days ago; their paths."""
    removed = []
    for path in sorted(folder.glob("hoctap-*.age")):
        with contextlib.suppress(ValueError):  # somebody else's file
            made_at = datetime.strptime(path.stem, f"hoctap-{_MOMENT}").replace(tzinfo=UTC)
            if made_at < now - timedelta(days=days):
                path.unlink()
                removed.append(path)
    return removed


def remove_unfinished(folder: Path, now: datetime) -> None:
    """Removes what backups that were killed have left: nobody has written to it for an hour."""
    for path in folder.glob(".*.unfinished"):
        if path.stat().st_mtime < (now - _ABANDONED).timestamp():
            path.unlink(missing_ok=True)


def write_tombstones(path: Path, tombstones: Tombstones, made_at: datetime) -> None:
    """Writes the list in the order of the marks, which is chance."""
    lines = [f"hoctap tombstones {made_at.astimezone(UTC).isoformat(timespec='seconds')}"]
    lines += [f"{mark.hex()} {tombstones[mark].times} {tombstones[mark].until}" for mark in sorted(tombstones)]
    lines.append(f"end {len(tombstones)}")
    written = "\n".join(lines) + "\n"
    _write_whole(path, lambda file: file.write(written.encode()))


def read_tombstones(path: Path) -> tuple[Tombstones, datetime]:
    """The list, and when it was made. SettingsProblem if it is not whole."""
    try:
        head, *lines, end = path.read_text(encoding="ascii").splitlines()
        made_at = datetime.fromisoformat(head.removeprefix("hoctap tombstones "))
        read = dict(_read_tombstone(line) for line in lines)
    except (OSError, ValueError) as error:
        raise SettingsProblem(f"{path} is no list of tombstones: {error}") from error
    if end != f"end {len(lines)}":
        raise SettingsProblem(f"{path} is not whole: its last line is missing")
    return read, made_at


def _read_tombstone(line: str) -> tuple[bytes, Tombstone]:
    mark, times, until = line.split()
    if len(mark) != 2 * MARK_BYTES:
        raise ValueError("a mark of another length")
    return bytes.fromhex(mark), Tombstone(int(times), date.fromisoformat(until))


def _write_whole(path: Path, write: Callable[[io.BufferedIOBase], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Its own for each process: the list may be written by the nightly backup and by the timer at once.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise SettingsProblem(f"{path} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """What was written or renamed in it is there after a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _zipped(lines: Iterable[bytes]) -> Iterator[bytes]:
    press = zlib.compressobj(_LEVEL, wbits=_GZIP)
    piece = bytearray()
    for line in lines:
        piece += line
        piece += b"\n"
        if len(piece) >= _PIECE:
            yield press.compress(piece)
            piece = bytearray()
    yield press.compress(piece) + press.flush()


class _Stream(io.RawIOBase):
    """Pieces, to be read as a file. `failure` is what went wrong while they were made."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""
        self.failure: Exception | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """As much as there is; 0 at the end."""
        try:
            while not self._left:
                self._left = next(self._pieces)
        except StopIteration:
            return 0
        except Exception as error:
            self.failure = error
            raise
        view = memoryview(buffer)
        count = min(len(view), len(self._left))
        view[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
