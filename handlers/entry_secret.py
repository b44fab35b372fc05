"""The secret from which the web chat makes what it asks of strangers: the same in all processes."""

from collections.abc import Callable

from storage.database import Transaction
from storage.settings_kept import keep_first

SECRET_BYTES = 32


def entry_secret(transaction: Transaction, draw_bytes: Callable[[int], bytes]) -> bytes:
    """The secret, drawn by the first process that asks. Whoever learns it can skip the work, and nothing else."""
    return bytes.fromhex(keep_first(transaction, "entry_secret", draw_bytes(SECRET_BYTES).hex()))
