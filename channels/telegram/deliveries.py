"""Takes copies of campaigns out of the ledger as fast as they may leave, and writes down what became of them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from channels.door import Door
from channels.telegram.pushing import NOT_SENT, Pushing
from engine.campaigns.ledger import Key, Outcome
from handlers.deliver import Parcel
from handlers.senders import LEASE_SECONDS

log = logging.getLogger(__name__)

SHORTEST_SECONDS = 0.1
"""Between two visits to the ledger: what comes of several copies is written down together."""
IDLE_SECONDS = 1.0
RENEW_SECONDS = 2.0
SAFETY_SECONDS = 3.0
"""So long before its lease ends nothing leaves any more: others would take this sender for dead."""


class Deliveries:
    """The sender of this process. It claims only what can leave now, so that little is in doubt if it dies.

    `name` is one that no sender has ever had.
    """

    def __init__(self, pushing: Pushing, door: Door, clock: Callable[[], datetime], name: str) -> None:
        self._pushing = pushing
        self._door = door
        self._clock = clock
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._outcomes: list[tuple[Key, Outcome]] = []
        self._in_hand: dict[Key, asyncio.Task[None]] = {}
        self._not_left: set[Key] = set()
        self._turn = 0
        self._is_unsure = False
        """The ledger's last answer was lost: it may have given us copies that we do not know of."""
        self._alive_until = 0.0
        self._stop = asyncio.Event()
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._stay_alive())]

    async def end(self, seconds: float) -> None:
        """What has not left stays; what has gets so long to be answered. All of it is written down."""
        self._stop.set()
        await asyncio.wait(self._tasks)
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=seconds)
        unanswered = [(key, NOT_SENT if key in self._not_left else Outcome("in_doubt")) for key in self._in_hand]
        try:
            await self._door.give_back(self._name, (), self._outcomes + unanswered)
            await self._door.leave_senders(self._name)
        except Exception:
            log.exception("action=campaign_end")

    async def _run(self) -> None:
        while not self._stop.is_set():
            try:
                rest = await self._visit_ledger()
            except Exception:
                log.exception("action=campaign_exchange")
                self._is_unsure = True
                rest = IDLE_SECONDS
            await self._sleep(rest)

    async def _visit_ledger(self) -> float:
        """Hands in what came of copies, takes new ones. Returns for how many seconds there is nothing to do."""
        if self._is_unsure:
            await self._hand_in()
        room = max(0, self._pushing.free - len(self._not_left)) if self._is_alive() else 0
        told = self._outcomes.copy()
        if not told and not room:
            return SHORTEST_SECONDS
        parcels = await self._door.exchange(self._name, told, room, self._turn)
        del self._outcomes[: len(told)]
        self._turn += 1
        for parcel in parcels:
            self._not_left.add(parcel.key)
            self._in_hand[parcel.key] = asyncio.create_task(self._push(parcel))
        return IDLE_SECONDS if room and not self._in_hand else SHORTEST_SECONDS

    async def _hand_in(self) -> None:
        told = self._outcomes.copy()
        await self._door.give_back(self._name, set(self._in_hand), told)
        del self._outcomes[: len(told)]
        self._is_unsure = False

    async def _push(self, parcel: Parcel) -> None:
        def may_leave() -> bool:
            return self._is_alive() and not self._stop.is_set() and self._clock() < parcel.until

        def leaves() -> None:
            self._not_left.discard(parcel.key)

        outcome = Outcome("in_doubt")
        try:
            outcome = await self._pushing.push(parcel.address, parcel.screens, may_leave, leaves)
        except Exception:
            log.exception("action=campaign_push")
            if parcel.key in self._not_left:
                outcome = NOT_SENT
                await self._sleep(IDLE_SECONDS)  # else it would come again at once, ten times a second
        finally:
            self._not_left.discard(parcel.key)
            self._outcomes.append((parcel.key, outcome))
            del self._in_hand[parcel.key]

    # ---- the lease ----------------------------------------------------------------------------------------

    def _is_alive(self) -> bool:
        return self._loop.time() < self._alive_until

    async def _stay_alive(self) -> None:
        while not self._stop.is_set():
            began = self._loop.time()
            try:
                lost = await self._door.keep_sender(self._name)
            except Exception:
                log.exception("action=campaign_lease")
            else:
                self._alive_until = began + LEASE_SECONDS - SAFETY_SECONDS
                if lost:
                    log.warning("action=campaign_lease: %d copies of a dead sender are in doubt", lost)
            await self._sleep(RENEW_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
