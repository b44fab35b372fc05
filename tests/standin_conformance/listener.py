"""A web server that a webhook may point to: it keeps what it was told and answers as the test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any]], web.Response]


def take(update: dict[str, Any]) -> web.Response:
    return web.Response()


@dataclass
class Listener:
    url: str = ""
    answer: Answer = take
    updates: list[dict[str, Any]] = field(default_factory=list)
    """What was taken: answered with 2xx."""
    headers: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        response = self.answer(update)
        async with self.changed:
            self.headers.append(dict(request.headers))
            if response.status < 300:
                self.updates.append(update)
            else:
                self.refused += 1
            self.changed.notify_all()
        return response

    async def wait_for(self, number: int) -> list[str]:
        """The texts of the first updates, once that many were taken."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(lambda: len(self.updates) >= number), 10)
        return [update["message"]["text"] for update in self.updates]


@asynccontextmanager
async def listening(answer: Answer = take) -> AsyncIterator[Listener]:
    listener = Listener(answer=answer)
    runner = web.ServerRunner(web.Server(listener.handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield listener
    finally:
        await runner.cleanup()
