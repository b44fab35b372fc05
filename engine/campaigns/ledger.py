"""What became of each copy. Every recipient is in exactly one state, so the counts add up to the audience."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

DeliveryState = Literal["planned", "claimed", "waiting", "sent", "unreachable", "refused", "in_doubt", "dropped"]
"""planned      nobody has begun to send it
claimed      a process is sending it
waiting      on a channel where one cannot write first: shown at the next visit
sent         the messenger took it, or it was shown
unreachable  the chat cannot be reached: `reason` is blocked, deactivated, gone, erased
refused      the messenger does not take this message
in_doubt     it may have arrived: the process died, or the answer leaves it open. Never sent again by itself
dropped      we decided against it: `reason` is expired, cancelled, stopped, no_longer
"""
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)

Reason = Literal["blocked", "deactivated", "gone", "erased", "expired", "cancelled", "stopped", "no_longer"]


Key = tuple[int, int]
"""(campaign, place): a row of the ledger."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recipients of one campaign are in each state."""

    planned: int = 0
    claimed: int = 0
    waiting: int = 0
    sent: int = 0
    unreachable: int = 0
    refused: int = 0
    in_doubt: int = 0
    dropped: int = 0

    @property
    def size(self) -> int:
        """The audience."""
        return sum(self.of(state) for state in DELIVERY_STATES)

    @property
    def to_go(self) -> int:
        """What a sender still has to do."""
        return self.planned + self.claimed

    def of(self, state: DeliveryState) -> int:
        """The count of one state."""
        count: int = getattr(self, state)
        return count


class LedgerLine(NamedTuple):
    """What a file of the ledger says of one recipient. `hour`: when it happened, no finer."""

    state: DeliveryState
    reason: Reason | None
    hour: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending one copy. `planned`: nothing left, so it may be tried again, from `not_before` on."""

    state: DeliveryState
    reason: Reason | None = None
