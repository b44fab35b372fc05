"""What Telegram and the way to it do to us: each of these ends by itself."""

import time
from collections.abc import Callable
from dataclasses import replace

from tests.standin import Telegram

TOO_LONG = {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}
TOO_EARLY = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 1",
    "parameters": {"retry_after": 1},
}

Nuisance = Callable[[Telegram], None]


def say_too_early(telegram: Telegram) -> None:
    """A 429, though the limits were kept."""
    telegram.faults.answer_next("sendMessage", 429, TOO_EARLY)


def refuse(telegram: Telegram) -> None:
    """Three messages are not taken, for no reason that we could know."""
    for _ in range(3):
        telegram.faults.answer_next("sendMessage", 400, TOO_LONG)


def storm_of_429(telegram: Telegram) -> None:
    """Telegram takes a tenth of what it says, and refuses some of that."""
    flood = telegram.world.flood
    limits = flood.limits
    assert limits
    for method in ("sendMessage", "editMessageText", "sendMessage"):
        telegram.faults.answer_next(method, 429, TOO_EARLY)
    flood.limits = replace(limits, per_second=limits.per_second // 10)
    time.sleep(1.5)
    flood.limits = limits


def server_errors(telegram: Telegram) -> None:
    """Of each ten answers one is an error, and half of these calls have had their effect."""
    telegram.faults.fail_share = 0.1
    time.sleep(1.0)
    telegram.faults.fail_share = 0.0


def late_answers(telegram: Telegram) -> None:
    """Nothing is answered for two seconds."""
    telegram.faults.delay_seconds = 2.0
    time.sleep(1.0)
    telegram.faults.delay_seconds = 0.0


def twice_and_out_of_order(telegram: Telegram) -> None:
    """What Telegram delivers."""
    telegram.faults.duplicate = telegram.faults.shuffle = True
    time.sleep(2.0)
    telegram.faults.duplicate = telegram.faults.shuffle = False
