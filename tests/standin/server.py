"""The HTTP server in a thread of its own: starts, stops, is cut off and comes back on the same port."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from tests.standin.answering import Answering
from tests.standin.hooking import Hooking
from tests.standin.parameters import Parameters
from tests.standin.receiving import Polling
from tests.standin.updates import Update
from tests.standin.webhook import Webhook
from tests.standin.world import World

LARGEST_REQUEST = 60 * 1024 * 1024
START_SECONDS = 10.0


class Server:
    """Started and stopped by `running_standin`."""

    def __init__(self, world: World, speed: float, host: str = "127.0.0.1") -> None:
        self.world = world
        self._host = host
        self.port = 0
        self.crashes: list[BaseException] = []
        """What went wrong in the stand-in itself or in a test's callback."""
        self.polling = Polling(world)
        self.webhook = Webhook(world, speed, self._execute_from_webhook)
        self.answering = Answering(world, self.polling, self.crashes)
        self.answering.hooking = Hooking(world, self.polling, self.webhook)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._listening: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._web: web.Server

    # --- from the test's thread ---------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self.loop).result(START_SECONDS)
        self.world.on_update = self._tell_of_update

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(START_SECONDS)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(START_SECONDS)

    def cut(self) -> None:
        """Nobody can connect, and who was connected is not any more."""
        self.in_loop(self._cut)

    def restore(self) -> None:
        """On the same port as before."""
        if threading.current_thread() is self._thread:
            self._start(self._listen())
        else:
            asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(START_SECONDS)

    def in_loop(self, action: Callable[[], None]) -> None:
        """Runs it in the server's loop and waits for it."""
        if threading.current_thread() is self._thread:
            action()
            return

        async def act() -> None:
            action()

        asyncio.run_coroutine_threadsafe(act(), self.loop).result(START_SECONDS)

    # --- in the server's thread ---------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    async def _open(self) -> None:
        self._web = web.Server(
            self.answering.handle, request_factory=_make_request, access_log=None, handler_cancellation=True
        )
        await self._listen()

    async def _listen(self) -> None:
        if self._listening is None:
            self._listening = await self.loop.create_server(self._web, self._host, self.port, backlog=2048)
            self.port = self._listening.sockets[0].getsockname()[1]

    def _cut(self) -> None:
        if self._listening:
            self._listening.close()
            self._listening = None
        for connection in list(self._web.connections):
            if connection.transport:
                connection.transport.abort()

    async def _close(self) -> None:
        self._cut()
        await self.webhook.close()
        await self._web.shutdown(0.1)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _tell_of_update(self, update: Update) -> None:
        if threading.current_thread() is self._thread:
            self._arrive(update)
        else:
            self.loop.call_soon_threadsafe(self._arrive, update)

    def _arrive(self, update: Update) -> None:
        if self.webhook.target.url:
            self.webhook.add(update)
        else:
            self.polling.wake()

    def _execute_from_webhook(self, asked: dict[str, Any]) -> None:
        self._start(self.answering.answer(str(asked.pop("method")), Parameters(asked)))

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _make_request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: "web.RequestHandler",
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """aiohttp's own factory, but for the limit: files are larger than a megabyte."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_REQUEST)
