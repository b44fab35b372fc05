"""getUpdates: the long poll that ends when something comes, when its time is up, or when somebody else asks."""

import asyncio

from tests.standin.faults import Faults
from tests.standin.parameters import Parameters
from tests.standin.refusal import Refused, conflict
from tests.standin.updates import Update
from tests.standin.world import World

LONGEST_POLL_SECONDS = 50
MOST_UPDATES = 100

_OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_SET = "terminated by setWebhook request"
_WEBHOOK_IS_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Polling:
    """Lives in the server's loop. One poll waits at most; a newer one ends it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook_is_set = False
        self._waiting: asyncio.Future[Refused | None] | None = None

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    def wake(self) -> None:
        """An update has come."""
        self._end(None)

    def end_for_webhook(self) -> None:
        self._end(conflict(_WEBHOOK_SET))

    def _end(self, reason: Refused | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(reason)

    async def get_updates(self, asked: Parameters) -> list[str]:
        """The updates, as JSON. Whoever asks for an offset has seen everything before it."""
        if self.webhook_is_set:
            raise conflict(_WEBHOOK_IS_ACTIVE)
        self._end(conflict(_OTHER_POLL))
        self._confirm(asked)
        seconds = min(max(asked.integer("timeout"), 0), LONGEST_POLL_SECONDS)
        number = asked.integer("limit", MOST_UPDATES)
        number = number if 1 <= number <= MOST_UPDATES else MOST_UPDATES
        found = self._first(number)
        if not found and seconds:
            await self._wait(seconds)
            found = self._first(number)
        return hand_out(found, self.world.faults)

    def _first(self, number: int) -> list[Update]:
        with self.world.lock:
            return self.world.updates.first(number)

    def _confirm(self, asked: Parameters) -> None:
        updates = self.world.updates
        kinds, offset = asked.structure("allowed_updates", "allowed updates"), asked.integer("offset")
        with self.world.lock:
            updates.allow(kinds)
            if offset < 0:
                updates.keep_last(-offset)
            elif offset:
                updates.confirm_before(offset)
            self.world.changed.notify_all()

    async def _wait(self, seconds: float) -> None:
        self._waiting = mine = asyncio.get_running_loop().create_future()
        # An update may have come between the look into the queue and now, from another thread.
        if self._first(1):
            return
        with self.world.lock:
            self.world.changed.notify_all()
        timer = asyncio.get_running_loop().call_later(seconds, _give_up, mine)
        try:
            if (reason := await mine) is not None:
                raise reason
        finally:
            timer.cancel()
            with self.world.lock:
                self.world.changed.notify_all()


def _give_up(poll: "asyncio.Future[Refused | None]") -> None:
    if not poll.done():
        poll.set_result(None)


def hand_out(updates: list[Update], faults: Faults) -> list[str]:
    """As they are, or twice, or in any order."""
    encoded = [update.encoded for update in updates]
    if faults.duplicate:
        encoded = [each for each in encoded for _ in range(2)]
    if faults.shuffle:
        faults.random.shuffle(encoded)
    return encoded
