"""Says every few seconds that this process is there, and reads the gauges for whoever watches."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Collection
from functools import partial

from starlette.applications import Starlette

from bot.bootstrap import Hoctap
from bot.roles import ROLES, Role
from handlers.presence import leave_roles, note_presence
from handlers.read_gauges import Gauges, read_gauges
from storage.database import Transaction

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
"""Gauges are never read more often, however often somebody looks at them."""


class Presence:
    """This process among those of its database. `watches`: gauges are read, too.

    `has_bot`: somebody must have the role `telegram`.
    """

    def __init__(
        self, hoctap: Hoctap, process: str, roles: Collection[Role], *, watches: bool, has_bot: bool
    ) -> None:
        self._hoctap = hoctap
        self._process = process
        self._roles = set(roles) if has_bot else set(roles).difference(("telegram", "sender"))
        self._watches = watches
        self._has_bot = has_bot
        self._missing_since: dict[Role, float] = {}
        self._read_at = time.monotonic()
        self.gauges: Gauges | None = None
        """As they were read last."""

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Lives as long as the process serves."""
        running = asyncio.create_task(self._run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait((running,))
            with contextlib.suppress(Exception):  # the lease ends by itself
                await self._hoctap.run(partial(leave_roles, process=self._process, roles=self._roles))

    def note(self, transaction: Transaction) -> None:
        """This process is there."""
        note_presence(transaction, self._process, self._roles, self._hoctap.clock())

    async def read(self) -> None:
        """Reads the gauges beside all turns: however long it takes, nobody waits."""
        work = partial(read_gauges, roles=ROLES, now=self._hoctap.clock())
        self.gauges = gauges = await self._hoctap.look(work)
        self._read_at = now = time.monotonic()
        for role in ROLES:
            if self._is_needed(role, gauges) and not gauges.processes[role]:
                self._missing_since.setdefault(role, now)
            else:
                self._missing_since.pop(role, None)

    @property
    def gauges_age_seconds(self) -> float:
        """How old the gauges are."""
        return time.monotonic() - self._read_at

    def missing_seconds(self, role: Role) -> float:
        """For how long there has been work for a role, and no process that has it."""
        since = self._missing_since.get(role)
        return 0.0 if since is None else time.monotonic() - since

    def _is_needed(self, role: Role, gauges: Gauges) -> bool:
        needed = {"scheduler": True, "sender": gauges.copies_due > 0, "telegram": self._has_bot}
        return needed.get(role, False)

    async def _run(self) -> None:
        while True:
            try:
                await self._hoctap.run(self.note)
                if self._watches:
                    await self.read()
            except Exception:
                log.exception("action=presence")
            await asyncio.sleep(EVERY_SECONDS)
