"""Webhook delivery: in order within one chat and kind of update, side by side otherwise, again until it is taken.

Order as in telegram-bot-api's WebhookActor: one queue per chat for messages and one per person for callback
queries, so that a press may overtake a message of the same chat. The first repeat comes after a second, then the
wait doubles up to a minute; `speed` divides it. Nothing is dropped, while Telegram gives up after 24 hours.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.standin.chats import Json
from tests.standin.updates import Update
from tests.standin.world import World

DEFAULT_CONNECTIONS = 40  # https://core.telegram.org/bots/api#setwebhook
MOST_CONNECTIONS = 100
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
TIMEOUT_SECONDS = 60.0


@dataclass
class Target:
    """Where setWebhook points to."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = DEFAULT_CONNECTIONS


@dataclass
class _Queue:
    updates: deque[Update] = field(default_factory=deque)
    wait_seconds: float = FIRST_WAIT_SECONDS


class Webhook:
    """Lives in the server's loop."""

    def __init__(self, world: World, speed: float, execute: Callable[[Json], None]) -> None:
        self.world = world
        self.speed = speed
        self.execute = execute
        self.target = Target()
        self.balanced: list[str] = []
        """Base addresses that take turns behind the one address; empty: the address itself."""
        self.last_error_at = 0
        self.last_error = ""
        self._turn = 0
        self._queues: dict[tuple[str, int], _Queue] = {}
        self._ready: deque[tuple[str, int]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def start(self, target: Target) -> None:
        self.target = target
        self.last_error_at, self.last_error = 0, ""
        self._queues.clear()
        self._ready.clear()
        for update in self.world.updates.waiting:
            self._enqueue(update)
        self._pump()

    def stop(self) -> None:
        self.target = Target()
        self._queues.clear()
        self._ready.clear()

    async def close(self) -> None:
        self.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def add(self, update: Update) -> None:
        self._enqueue(update)
        self._pump()

    def _enqueue(self, update: Update) -> None:
        # One that came just before setWebhook is told of twice: by the queue of updates, then by its arrival.
        if update.queued_for is self.target:
            return
        update.queued_for = self.target
        queue = self._queues.get(update.queue_key)
        if queue is None:
            queue = self._queues[update.queue_key] = _Queue()
            self._ready.append(update.queue_key)
        for _ in range(2 if self.world.faults.duplicate else 1):
            queue.updates.append(update)
        if self.world.faults.shuffle:
            self.world.faults.random.shuffle(queue.updates)
            self.world.faults.random.shuffle(self._ready)

    def _pump(self) -> None:
        while self._ready and len(self._tasks) < self.target.max_connections:
            key = self._ready.popleft()
            queue = self._queues[key]
            task = asyncio.create_task(self._deliver(key, queue, queue.updates.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._finish)

    def _finish(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._pump()

    async def _deliver(self, key: tuple[str, int], queue: _Queue, update: Update) -> None:
        error = await self._post(update)
        if self._queues.get(key) is not queue:
            if not error:
                self._confirm(update)
            return
        if error:
            self._note(error)
            queue.updates.appendleft(update)
            loop = asyncio.get_running_loop()
            loop.call_later(queue.wait_seconds / self.speed, self._try_again, key, queue)
            queue.wait_seconds = min(queue.wait_seconds * 2, LONGEST_WAIT_SECONDS)
            return
        queue.wait_seconds = FIRST_WAIT_SECONDS
        if update not in queue.updates:
            self._confirm(update)
        if queue.updates:
            self._ready.append(key)
        else:
            del self._queues[key]

    def _note(self, error: str) -> None:
        with self.world.lock:
            self.last_error_at, self.last_error = self.world.now(), error
            self.world.changed.notify_all()

    def _confirm(self, update: Update) -> None:
        with self.world.lock:
            self.world.updates.confirm(update)
            self.world.changed.notify_all()

    def _try_again(self, key: tuple[str, int], queue: _Queue) -> None:
        if self._queues.get(key) is queue:
            self._ready.append(key)
            self._pump()

    async def _post(self, update: Update) -> str:
        """What went wrong; empty if it was taken. A target that cannot be reached passes its turn to the next."""
        error = "Connection refused"
        for _ in range(max(1, len(self.balanced))):
            try:
                return await self._post_to(self._next_address(), update)
            except TimeoutError:
                return "Read timeout expired"
            except aiohttp.ClientConnectorError:
                error = "Connection refused"
            except (aiohttp.ClientError, OSError):
                error = "Connection reset by peer"
        return error

    def _next_address(self) -> str:
        if not self.balanced:
            return self.target.url
        self._turn += 1
        parts = urlsplit(self.target.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.balanced[self._turn % len(self.balanced)].rstrip("/") + path

    async def _post_to(self, address: str, update: Update) -> str:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(TIMEOUT_SECONDS)
            )
        headers = {"Content-Type": "application/json"}
        if self.target.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.target.secret_token
        async with self._session.post(address, data=update.encoded.encode(), headers=headers) as answer:
            body = await answer.read()
            if not 200 <= answer.status <= 299:
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        self._execute_answer(body)
        return ""

    def _execute_answer(self, body: bytes) -> None:
        """A call in the body of the answer: https://core.telegram.org/bots/api#making-requests-when-getting-updates."""
        try:
            asked: Any = json.loads(body)
        except ValueError:
            return
        if isinstance(asked, dict) and "method" in asked:
            self.execute(asked)
