"""The real sender in its own process, over real HTTP: as fast as it can, and at the pace that Telegram allows."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import cpu_seconds, memory_mb
from benchmarks.message_api import message_api
from benchmarks.processes import bot_at, hoctap
from engine.pacing import Pace
from tests.standin import FloodLimits, Person, Telegram, running_standin

AT_NINE = ("tests.at_nine",)
"""The program: `hoctap run` where it is nine in the morning, so that campaigns may leave."""
NO_LIMIT = Pace(per_second=2_000, campaign_per_second=2_000, chat_per_second=1_000)
"""More than one process can send, and twice what Telegram sells: https://core.telegram.org/bots/api#paid-broadcasts"""
_START_SECONDS = 30.0


class Sent(NamedTuple):
    """One run without limits. CPU is that of the whole process; memory after a tenth, and after all."""

    cpu_us: float
    per_second: float
    early_mb: float
    late_mb: float


class Paced(NamedTuple):
    """One run within limits, from the messenger's view."""

    per_second: float
    longest_pause_ms: float
    most_in_a_tenth: float


def send(data: Path, settings: Mapping[str, str], messages: int) -> Sent:
    """So many messages of the campaign that is on its way in this database."""
    with message_api() as api:
        more = {**settings, **bot_at(api.port), **_pace(NO_LIMIT)}
        with hoctap(data, more, AT_NINE) as server:
            api.wait(messages // 10)  # it has started, and what is compiled once is compiled
            early_mb, cpu_began, before = memory_mb(server.process), cpu_seconds(server.process), api.count
            per_second = api.wait(messages - messages // 10)
            cpu, come = cpu_seconds(server.process) - cpu_began, api.count - before
            return Sent(cpu / come * 1e6, per_second, early_mb, memory_mb(server.process))


def send_at_pace(
    data: Path, settings: Mapping[str, str], addresses: Sequence[str], faster: int, seconds: float
) -> Paced:
    """Within Telegram's limits, or so many times wider ones. RuntimeError if the stand-in had to say 429."""
    normal = Pace()
    pace = Pace(normal.per_second * faster, normal.campaign_per_second * faster, normal.chat_per_second * faster)
    limits = FloodLimits(pace.per_second, pace.chat_per_second, pace.chat_burst)
    with running_standin(limits, keep_calls=len(addresses) * 2) as telegram:
        for address in addresses:
            _add_person(telegram, int(address))
        more = {**settings, **bot_at(int(telegram.url.rpartition(":")[2])), **_pace(pace)}
        more["HOCTAP_TELEGRAM_TOKEN"] = telegram.token
        with hoctap(data, more, AT_NINE):
            _wait_for_messages(telegram)
            time.sleep(seconds + 1)
        moments, refused = [each for each, status in _messages(telegram) if status == 200], telegram.refusals
    if refused:
        raise RuntimeError(f"{len(refused)} messages came too early")
    return _seen(moments, seconds)


def _seen(moments: Sequence[float], seconds: float) -> Paced:
    """The first second is left out: what may be caught up with leaves at its beginning."""
    begins = moments[0] + 1
    seen = [each for each in moments if begins <= each < begins + seconds]
    pauses = [later - earlier for earlier, later in pairwise(seen)]
    tenths = Counter(int((each - begins) * 10) for each in seen)
    return Paced(len(seen) / seconds, max(pauses) * 1000, max(tenths.values()))


def _pace(pace: Pace) -> dict[str, str]:
    return {
        "HOCTAP_TELEGRAM_PER_SECOND": str(pace.per_second),
        "HOCTAP_CAMPAIGN_PER_SECOND": str(pace.campaign_per_second),
        "HOCTAP_TELEGRAM_CHAT_PER_SECOND": str(pace.chat_per_second),
    }


def _add_person(telegram: Telegram, chat: int) -> None:
    person = Person(telegram.world, {"id": chat, "is_bot": False, "first_name": "A"})
    person.chat.refusal = ""  # as after /start
    telegram.world.chats[chat] = person.chat


def _messages(telegram: Telegram) -> list[tuple[float, int]]:
    """When each came, and how it was answered."""
    return [(each.at, each.status) for each in telegram.calls if each.method.lower() == "sendmessage"]


def _wait_for_messages(telegram: Telegram) -> None:
    until = time.perf_counter() + _START_SECONDS
    while not _messages(telegram):
        if time.perf_counter() > until:
            raise RuntimeError("no message came")
        time.sleep(0.05)
