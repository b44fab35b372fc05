"""Which senders are alive, and what becomes of the copies that a dead one had in its hands."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from engine.campaigns.ledger import Key, Outcome
from storage.database import Transaction
from storage.deliveries import Ledger
from storage.leases import end_lease, lease_holders, renew_lease

SENDERS = "sender"
LEASE_SECONDS = 10
"""Who has not been heard of for so long is dead."""


def keep_sender(transaction: Transaction, sender: str, now: datetime) -> int:
    """This sender is alive; what dead ones had claimed is in doubt from now on. Returns how many copies."""
    renew_lease(transaction, SENDERS, sender, now, now + timedelta(seconds=LEASE_SECONDS), None)
    return doubt_lost(transaction, lease_holders(transaction, SENDERS, now))


def is_sender(transaction: Transaction, sender: str, now: datetime) -> bool:
    """Whether the others take this sender for alive."""
    return sender in lease_holders(transaction, SENDERS, now)


def doubt_lost(transaction: Transaction, alive: Sequence[str]) -> int:
    """Copies claimed by none of these may have arrived, or not. Returns how many."""
    ledger = Ledger(transaction)
    count = ledger.doubt_all_but(alive)
    ledger.write()
    return count


def give_back(
    transaction: Transaction,
    sender: str,
    in_hand: Collection[Key],
    outcomes: Sequence[tuple[Key, Outcome]],
    now: datetime,
) -> None:
    """After an answer of the database was lost: what came of copies, and which the sender really has."""
    ledger = Ledger(transaction)
    if outcomes:
        ledger.mark(sender, outcomes, now, again=now)
    ledger.give_back(sender, in_hand)
    ledger.write()


def leave_senders(transaction: Transaction, sender: str) -> None:
    """The sender has handed in everything and stops."""
    end_lease(transaction, SENDERS, sender)
