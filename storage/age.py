"""Encrypts and decrypts in the format age (https://age-encryption.org/v1), a stream of any length in little memory.

A layer for the private key that lies elsewhere, and inside it one for each round that is not closed. So neither a
stolen server nor a stolen private key opens a backup, and nobody does after the round's key is destroyed.
"""

import io
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from io import BufferedIOBase
from typing import TYPE_CHECKING

import pyrage
from pyrage import x25519

from engine.errors import SettingsProblem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BEGINNING = b"age-encryption.org/v1\n"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_PREFIX = "age-secret-key-"


def make_keys() -> tuple[str, str]:
    """A new private key and the public key that goes with it, as age writes them."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def private_key(bits: bytes) -> str:
    """32 random bytes as a private key of age."""
    return str(x25519.Identity.from_str(_bech32(bits)))


def encrypt(source: io.RawIOBase, target: BufferedIOBase, public_key: str, inner_keys: Sequence[str] = ()) -> None:
    """Writes what `source` reads. `inner_keys` are private keys. SettingsProblem if `public_key` is no key."""
    recipient, stream = check_public_key(public_key), io.BufferedReader(source)
    for key in inner_keys:
        inner = x25519.Identity.from_str(key).to_public()
        flow = _Flow(partial(_encrypt, to=inner), stream, "the backup cannot be encrypted")
        stream = io.BufferedReader(flow)
    _encrypt(stream, target, recipient)


def decrypt(source: BufferedIOBase, private_key: str, inner_keys: Sequence[str]) -> io.BufferedReader:
    """The content, whatever layers there are. Reading what is not as it was written raises SettingsProblem."""
    stream = _opened(source, _identities([private_key]), "is --key the right private key, and the file whole?")
    while stream.peek(len(_BEGINNING)).startswith(_BEGINNING):
        why = "is HOCTAP_KEY_DIR the folder with backup-<year>.key of that time? Of a closed round it is destroyed"
        stream = _opened(stream, _identities(inner_keys), why)
    return stream


def check_public_key(written: str) -> x25519.Recipient:
    """A public key, read. SettingsProblem if it is none."""
    try:
        return x25519.Recipient.from_str(written.strip())
    except pyrage.RecipientError as error:
        raise SettingsProblem("HOCTAP_BACKUP_KEY is not a public key; hoctap backup keys makes one") from error


def _identities(keys: Iterable[str]) -> list[x25519.Identity]:
    try:
        return [x25519.Identity.from_str(key.strip()) for key in keys]
    except pyrage.IdentityError as error:
        raise SettingsProblem("this is no private key: it begins with AGE-SECRET-KEY-1") from error


def _encrypt(source: BufferedIOBase, target: BufferedIOBase, to: x25519.Recipient) -> None:
    pyrage.encrypt_io(source, target, [to])


def _decrypt(source: BufferedIOBase, target: BufferedIOBase, identities: list[x25519.Identity]) -> None:
    pyrage.decrypt_io(source, target, identities)


def _opened(source: BufferedIOBase, identities: list[x25519.Identity], ask: str) -> io.BufferedReader:
    flow = _Flow(partial(_decrypt, identities=identities), source, f"the backup cannot be decrypted: {ask}")
    return io.BufferedReader(flow)


class _Flow(io.RawIOBase):
    """Reads what `work(source, sink)` writes while it writes: in a thread, through a pipe."""

    def __init__(
        self, work: Callable[[BufferedIOBase, BufferedIOBase], None], source: BufferedIOBase, problem: str
    ) -> None:
        self._work, self._source, self._problem = work, source, problem
        self._error: Exception | None = None
        read_end, self._write_end = os.pipe()
        self._pipe = io.FileIO(read_end)
        self._thread = threading.Thread(target=self._run, name="hoctap-age", daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """SettingsProblem at the end of what is not whole."""
        count = self._pipe.readinto(buffer)
        if not count:
            self._thread.join()
            if failure := self.failure():
                raise failure
        return count

    def failure(self) -> SettingsProblem | None:
        """What went wrong, if anything has: in the layer around this one first."""
        around = getattr(self._source, "raw", None)
        if isinstance(around, _Flow) and (failure := around.failure()):
            return failure
        return SettingsProblem(f"{self._problem} ({self._error})") if self._error else None

    def close(self) -> None:
        """However much was read."""
        self._pipe.close()  # the thread, which may be writing, hears of it
        self._thread.join()
        super().close()

    def _run(self) -> None:
        with self._source:
            try:
                with open(self._write_end, "wb") as sink:  # noqa: PTH123 -- a pipe has no path
                    self._work(self._source, sink)
            except Exception as error:  # noqa: BLE001 -- whoever reads gets it
                self._error = error


def _bech32(content: bytes) -> str:
    """BIP 173, with the prefix of private keys."""
    bits = "".join(f"{byte:08b}" for byte in content)
    groups = [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
    spread = [ord(letter) >> 5 for letter in _PREFIX] + [0] + [ord(letter) & 31 for letter in _PREFIX]
    check = _polymod([*spread, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{_PREFIX}1{''.join(_LETTERS[group] for group in groups)}".upper()


def _polymod(groups: Iterable[int]) -> int:
    check = 1
    for group in groups:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ group
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if top >> place & 1 else 0
    return check
