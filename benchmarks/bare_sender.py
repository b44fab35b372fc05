"""The floor of a sender: aiohttp posts messages to a Bot API, knows no ledger, and forgets them.

Run as a program with a port, how many messages, and how many at once: prints what each took.
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import NamedTuple

from aiohttp import ClientSession

from benchmarks.processes import ROOT

_HEADERS = {"Content-Type": "application/json"}
_MESSAGE = {
    "text": "Bà con <b>Xã Chiềng Mung</b> ơi. " + "Tuần lễ học tập suốt đời bắt đầu hôm nay. " * 4,
    "parse_mode": "HTML",
    "link_preview_options": {"is_disabled": True},
    "reply_markup": {
        "inline_keyboard": [
            [{"text": "Mở bài tự đánh giá", "callback_data": "message:open"}],
            [{"text": "Không nhận tin nữa", "callback_data": "message:stop"}],
        ]
    },
}


class BareCalls(NamedTuple):
    """What one run came to."""

    cpu_us: float
    per_second: float


def send_bare(port: int, messages: int, at_once: int) -> BareCalls:
    """So many messages, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bare_sender", str(port), str(messages), str(at_once)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    return BareCalls(*json.loads(done.stdout))


async def _send(port: int, messages: int, at_once: int) -> BareCalls:
    url = f"http://127.0.0.1:{port}/bot123456:bench/sendMessage"

    async def post(session: ClientSession, times: int) -> None:
        for chat in range(times):
            body = json.dumps({"chat_id": chat, **_MESSAGE}, ensure_ascii=False).encode()
            async with session.post(url, data=body, headers=_HEADERS) as response:
                json.loads(await response.read())

    async with ClientSession() as session:
        await asyncio.gather(*(post(session, at_once) for _ in range(at_once)))  # connected
        began, cpu_began = time.perf_counter(), time.process_time()
        await asyncio.gather(*(post(session, messages // at_once) for _ in range(at_once)))
        cpu, seconds = time.process_time() - cpu_began, time.perf_counter() - began
    return BareCalls(cpu / messages * 1e6, messages / seconds)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_send(*map(int, sys.argv[1:])))))
