"""A Bot API and its people in one process, on bare sockets, so that it is not what is measured.

Run as a program: prints its port, waits for a bot that polls, lets people press as fast as they get answers (first
to warm up: "warm"; then to be measured: "pressed"), then at a steady pace, and prints what was seen as JSON.
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

from benchmarks.bare_http import BareHttp

_CHAT = re.compile(rb'chat_id(?:=|": *"?)(\d+)')
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
