"""Several processes send under one bot token: each takes its part of the budget, by a lease in the database."""

import asyncio
import logging

from channels.door import Door
from channels.telegram.limits import Limits

log = logging.getLogger(__name__)

RENEW_SECONDS = 2.0


class Sharing:
    """Keeps this process's part of the budget up to date until it is cancelled."""

    def __init__(self, door: Door, limits: Limits, budget: str, process: str, per_second: int) -> None:
        self._door = door
        self._limits = limits
        self._budget = budget
        self._process = process
        self._per_second = per_second

    async def run(self) -> None:
        """Alone, all of it is ours at once. Beside others we wait until they have heard of us."""
        if await self._renew(is_first=True) > 1:
            await asyncio.sleep(RENEW_SECONDS)
        while True:
            await self._renew()
            try:
                await asyncio.wait_for(self._limits.was_told.wait(), RENEW_SECONDS)
            except TimeoutError:
                continue
            self._limits.was_told.clear()

    async def end(self) -> None:
        """The others may have our part; if they do not hear of it, our lease ends by itself."""
        try:
            await self._door.leave_budget(self._budget, self._process)
        except Exception:
            log.exception("action=telegram_share_end")

    async def _renew(self, *, is_first: bool = False) -> int:
        """How many processes there are; the last known part stays ours while the database does not answer."""
        try:
            told_for = self._limits.told_for_seconds
            share = await self._door.share_budget(self._budget, self._process, told_for)
        except Exception:
            log.exception("action=telegram_share")
            return 1
        if not is_first or share.processes == 1:
            self._limits.share(
                max(1, self._per_second // share.processes),
                share.closed_for_seconds,
                is_shared=share.processes > 1,
            )
        return share.processes
