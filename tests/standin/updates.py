"""The queue of updates: numbered, kept until confirmed, handed out in order (or not, if a test wants faults)."""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

ALL_KINDS = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "business_connection"),
    *("business_message", "edited_business_message", "deleted_business_messages", "message_reaction"),
    *("message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query"),
    *("pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member"),
    *("chat_join_request", "chat_boost", "removed_chat_boost"),
)
"""https://core.telegram.org/bots/api#update"""

ONLY_ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")

FURTHEST_OFFSET = 10


@dataclass(eq=False, slots=True)
class Update:
    """`queue_key` names what keeps its order in webhook delivery."""

    update_id: int
    encoded: str
    queue_key: tuple[str, int]
    is_confirmed: bool = False
    queued_for: object = None
    """The webhook whose queues hold it."""


@dataclass
class Updates:
    next_id: int = 700_000_001
    allowed: list[str] | None = None
    _waiting: deque[Update] = field(default_factory=deque)

    def allow(self, kinds: Any) -> None:
        """Remembers allowed_updates. An empty list is the default set; names that do not exist are passed over."""
        if isinstance(kinds, list):
            self.allowed = [kind for kind in kinds if kind in ALL_KINDS] or None

    def is_allowed(self, kind: str) -> bool:
        return kind not in ONLY_ON_REQUEST if self.allowed is None else kind in self.allowed

    def take_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def add(self, body: dict[str, Any], queue_key: tuple[str, int]) -> Update:
        """An update with the next number, or with its own if it has one; later numbers go on from there."""
        own = body.get("update_id")
        update_id = own if isinstance(own, int) else self.take_id()
        self.next_id = max(self.next_id, update_id + 1)
        update = Update(update_id, json.dumps({"update_id": update_id, **body}), queue_key)
        self._waiting.append(update)
        return update

    def confirm_before(self, offset: int) -> None:
        """An offset far in the future confirms nothing: tdlib's queue takes at most ten numbers ahead."""
        if offset > self.next_id + FURTHEST_OFFSET:
            return
        while self._waiting and (self._waiting[0].is_confirmed or self._waiting[0].update_id < offset):
            self._waiting.popleft().is_confirmed = True

    def keep_last(self, number: int) -> None:
        """A negative offset: all but the last ones are forgotten."""
        self._waiting = deque(self.waiting[-number:])

    def confirm(self, update: Update) -> None:
        update.is_confirmed = True
        while self._waiting and self._waiting[0].is_confirmed:
            self._waiting.popleft()

    def clear(self) -> None:
        for update in self._waiting:
            update.is_confirmed = True
        self._waiting.clear()

    def first(self, number: int) -> list[Update]:
        found: list[Update] = []
        for update in self._waiting:
            if len(found) == number:
                break
            if not update.is_confirmed:
                found.append(update)
        return found

    @property
    def waiting(self) -> list[Update]:
        return [update for update in self._waiting if not update.is_confirmed]
