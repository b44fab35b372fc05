"""Keeps order: things of one chat happen one after the other, those of different chats side by side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lines:
    """A queue at each chat. Nothing is kept of a chat at which nobody waits."""

    def __init__(self) -> None:
        self._last: dict[int, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def turn_of(self, chat: int) -> AsyncIterator[None]:
        """Holds the place in the line from the moment it is entered, until it is left."""
        before = self._last.get(chat)
        mine = self._last[chat] = asyncio.get_running_loop().create_future()
        try:
            if before is not None:
                await asyncio.shield(before)
            yield
        finally:
            if before is None or before.done():
                self._leave(chat, mine)
            else:  # cancelled while waiting: whoever comes next still waits for the one before
                before.add_done_callback(lambda _: self._leave(chat, mine))

    def _leave(self, chat: int, mine: "asyncio.Future[None]") -> None:
        mine.set_result(None)
        if self._last.get(chat) is mine:
            del self._last[chat]
