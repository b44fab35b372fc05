"""The keys of rounds: files that only their owner may read, never in the database, a log or a backup of either.

`round-2026.key` makes the tags of ballots. `backup-2026.key` is an inner key of every backup that is made before
the round is closed: then both are destroyed, and every older backup is unreadable.
"""

import contextlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from engine.ballots import KEY_BYTES, hash_of_key
from engine.errors import SettingsProblem


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """The folder of keys (HOCTAP_KEY_DIR)."""

    folder: Path

    def make(self, round_: int, key: bytes, backup_key: bytes) -> str:
        """Writes new keys; returns the hash to be recorded. SettingsProblem if it cannot.

        Keys that are there already are kept: they belong to an opening that was interrupted.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(self._backup(round_), backup_key)
            _write_once(self._path(round_), key)
            _sync(self.folder)
        except OSError as error:
            raise SettingsProblem(f"HOCTAP_KEY_DIR: {self.folder} cannot be written: {error.strerror}") from error
        return hash_of_key(self._read(round_))

    def of(self, round_: int, key_hash: str) -> bytes:
        """A round's key. SettingsProblem if it is missing or another one."""
        key = self._read(round_)
        if hash_of_key(key) != key_hash:
            raise SettingsProblem(
                f"{self._path(round_)} is not the key that round {round_} was opened with: is HOCTAP_KEY_DIR right?"
            )
        return key

    def backup_key(self, round_: int) -> bytes:
        """The inner key of backups as long as a round is not closed. SettingsProblem if it is missing."""
        return _read(self._backup(round_))

    def backup_keys(self) -> list[bytes]:
        """Those of all rounds that are not closed yet."""
        return [_read(path) for path in sorted(self.folder.glob("backup-*.key"))]

    def destroy(self, round_: int, which: str) -> bool:
        """Overwrites and removes a key (`round` or `backup`); whether there was one."""
        path = self._path(round_) if which == "round" else self._backup(round_)
        if not path.exists():
            return False
        with path.open("r+b") as file:
            file.write(b"\0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync(self.folder)
        return True

    def _read(self, round_: int) -> bytes:
        return _read(self._path(round_))

    def _path(self, round_: int) -> Path:
        return self.folder / f"round-{round_}.key"

    def _backup(self, round_: int) -> Path:
        return self.folder / f"backup-{round_}.key"


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise SettingsProblem(
            f"the key of a round cannot be read from {path}. Without it ballots can be neither written nor removed,"
            " and no backup is made: put the file back, or set HOCTAP_KEY_DIR to its folder"
        ) from error
    if len(key) != KEY_BYTES:
        raise SettingsProblem(f"{path} is not a key of {KEY_BYTES} bytes")
    return key


def _write_once(path: Path, key: bytes) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # made before, or by another process just now
        os.link(unfinished, path)
    unfinished.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
