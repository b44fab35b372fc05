"""A Bot API and its people in one process, on bare sockets, so that it is not what is measured.

Run as a program: prints its port, waits for a bot that polls or has set a webhook, lets people press as fast as
they get answers (first to warm up: "warm"; then to be measured: "pressed"), then at a steady pace, and prints what
was seen as JSON.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import unquote

from benchmarks.bare_http import BareHttp

POSTERS = 40

_CHAT = re.compile(rb'chat_id(?:=|": *"?)(\d+)')
_HOOK = re.compile(r"http://127\.0\.0\.1:(\d+)(/\w+)")
_SECRET = re.compile(r'secret_token(?:=|": *")(\w+)')
_OFFSET = re.compile(rb'offset(?:=|": *"?)(\d+)')
_ACTION = re.compile(rb'"callback_data": *"([^"]+)"')
_WANTED = (b"a:", b"begin:", b"agree:", b"form:", b"restart_now", b"restart", b"sex:u", b"age:30", b"pause")
"""What a person presses, the first that is there; from the review by way of the pause back to the beginning."""
_OF_BARE_BOT = b"a:q07:1"
"""A body that is no JSON is of a bot that says the same for ever: not worth the time to take it apart."""

_TEXT = (
    "Câu 1/20 · còn khoảng 4 phút\\n\\n" + "Trong tháng qua, mỗi tuần bạn đọc, nghe hoặc xem tin tức mấy ngày? " * 3
)
_KEYS = [[{"text": f"Gần như hằng ngày {key}", "callback_data": f"a:q07:{key}"}] for key in range(7)]
_PERSON = '{"id":%d,"is_bot":false,"first_name":"A","language_code":"vi"}'
_BOT = '{"id":123456,"is_bot":true,"first_name":"Hoctap","username":"hoctap_bot"}'
_MESSAGE = (
    f'{{"message_id":1,"from":{_BOT},"chat":{{"id":%d,"first_name":"A","type":"private"}},"date":1790000000,'
    f'"text":"{_TEXT}","entities":[{{"offset":32,"length":60,"type":"bold"}}],'
    f'"reply_markup":{json.dumps({"inline_keyboard": _KEYS})}}}'
)
_TYPED = '"message":{"message_id":1,"from":%s,"chat":{"id":%d,"type":"private"},"date":1790000000,"text":"%s"}'
_PRESSED = '"callback_query":{"id":"%d","from":%s,"message":%s,"chat_instance":"1","data":"%s"}'


@dataclass(frozen=True, slots=True)
class Seen:
    """`waits_ms` are those of the paced presses, from the press until the message shows the answer."""

    presses_per_second: float
    waits_ms: list[float]


class People:
    """Who presses what, and when. `on_answer` is told whom the bot has answered."""

    def __init__(self, count: int) -> None:
        self.chats = [7_000_000_001 + number for number in range(count)]
        self.updates: deque[tuple[int, str]] = deque()
        self.waiting_poll: Callable[[], None] | None = None
        self.idle_posters: list[Poster] = []
        self.on_answer: Callable[[int], object] = int
        self._next_action: dict[int, str] = {}
        self._last_update = 0

    def act(self, chat: int) -> None:
        """Presses what the last message offers; at the beginning, types /start."""
        self._last_update += 1
        person = _PERSON % chat
        if chat in self._next_action:
            did = _PRESSED % (self._last_update, person, _MESSAGE % chat, self._next_action[chat])
        else:
            did = _TYPED % (person, chat, "/start c03646")
        self.updates.append((self._last_update, f'{{"update_id":{self._last_update},{did}}}'))
        if self.waiting_poll:
            answer, self.waiting_poll = self.waiting_poll, None
            answer()
        self.post()

    def post(self) -> None:
        """Posts what there is, if the bot has a webhook and answers."""
        while self.updates and self.idle_posters:
            self.idle_posters.pop().send(self.updates.popleft()[1])

    def hear(self, body: bytes) -> int:
        """The bot wrote or edited a message: whose chat it is in."""
        found = _CHAT.search(body)
        if not found:
            raise RuntimeError(f"no chat in {body[:200]!r}")
        chat = int(found[1])
        actions = _ACTION.findall(body) if body.startswith(b"{") else [_OF_BARE_BOT]
        self._next_action[chat] = next(a for wanted in _WANTED for a in actions if a.startswith(wanted)).decode()
        self.on_answer(chat)
        return chat


class Poster(asyncio.Protocol):
    """One connection to the webhook of the bot: one update after the other."""

    def __init__(self, people: People, path: str, secret: str) -> None:
        self._people = people
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        )
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = transport
        self._rest()

    def send(self, update: str) -> None:
        """Posts an update."""
        body = update.encode()
        if isinstance(self._transport, asyncio.Transport):
            self._transport.write(f"{self._head}{len(body)}\r\n\r\n".encode() + body)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._received += data
        head, is_whole, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if is_whole and len(body) >= int(length or 0):
            if not head.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(head.decode())
            self._received = b""
            self._rest()

    def _rest(self) -> None:
        self._people.idle_posters.append(self)
        self._people.post()


async def _open_posters(people: People, port: int, path: str, secret: str) -> None:
    """As many connections as Telegram makes unless it is told otherwise, once the bot listens."""
    loop, opened = asyncio.get_running_loop(), 0
    while opened < POSTERS:
        try:
            await loop.create_connection(lambda: Poster(people, path, secret), "127.0.0.1", port)
            opened += 1
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)


class Connection(BareHttp):
    """One connection of the bot."""

    def __init__(self, people: People) -> None:
        super().__init__()
        self._people = people

    def take(self, method: bytes, body: bytes) -> None:
        """See `BareHttp`."""
        if method == b"getUpdates":
            self._confirm(body)
            if self._people.updates:
                self._send_updates()
            else:
                self._people.waiting_poll = self._send_updates
        elif method == b"setWebhook":
            told = unquote(body.decode())
            address, secret = _HOOK.search(told), _SECRET.search(told)
            if not (address and secret):
                raise RuntimeError(f"no webhook in {told}")
            opening = _open_posters(self._people, int(address[1]), address[2], secret[1])
            self._opening = asyncio.create_task(opening)
            self.send("true")
        elif method in (b"editMessageText", b"sendMessage"):
            self.send(_MESSAGE % self._people.hear(body))
        else:
            known = {b"getMe": _BOT, b"getMyCommands": "[]"}
            self.send(known.get(method, "{}" if method.startswith(b"getMy") else "true"))

    def _confirm(self, body: bytes) -> None:
        offset = _OFFSET.search(body)
        while offset and self._people.updates and self._people.updates[0][0] < int(offset[1]):
            self._people.updates.popleft()

    def _send_updates(self) -> None:
        some = [update for _, update in list(self._people.updates)[:100]]
        self.send(f"[{','.join(some)}]")


async def _press_at_once(people: People, presses: int) -> float:
    """Everyone presses again as soon as there is an answer. Seconds until so many are answered."""
    answered, done = 0, asyncio.Event()

    def go_on(chat: int) -> None:
        nonlocal answered
        answered += 1
        if answered <= presses - len(people.chats):
            people.act(chat)
        elif answered == presses:
            done.set()

    people.on_answer = go_on
    began = time.perf_counter()
    for chat in people.chats:
        people.act(chat)
    await done.wait()
    return time.perf_counter() - began


async def _press_at_a_pace(people: People, presses: int, per_second: float) -> list[float]:
    """One press after the other, each by someone else: the milliseconds that each waited."""
    waits: list[float] = []
    pressed_at: dict[int, float] = {}
    done = asyncio.Event()

    def note(chat: int) -> None:
        waits.append((time.perf_counter() - pressed_at.pop(chat)) * 1000)
        if len(waits) == presses:
            done.set()

    people.on_answer = note
    began = time.perf_counter()
    for number in range(presses):
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        chat = people.chats[number % len(people.chats)]
        pressed_at[chat] = time.perf_counter()
        people.act(chat)
    await done.wait()
    return waits


async def _run(count: int, presses: int, per_second: float, paced_presses: int) -> Seen:
    people = People(count)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(people), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await _press_at_once(people, presses // 5)
    print("warm", flush=True)
    seconds = await _press_at_once(people, presses)
    print("pressed", flush=True)
    return Seen(presses / seconds, await _press_at_a_pace(people, paced_presses, per_second))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("python -m benchmarks.bot_api")
    parser.add_argument("people", type=int)
    parser.add_argument("presses", type=int)
    parser.add_argument("per_second", type=float)
    parser.add_argument("paced_presses", type=int)
    given = parser.parse_args()
    seen = asyncio.run(_run(given.people, given.presses, given.per_second, given.paced_presses))
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    main()
