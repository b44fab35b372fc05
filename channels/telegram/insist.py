"""Requests that must succeed before anything goes on: repeated, ever more slowly, until Telegram answers."""

import asyncio
import logging
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from channels.telegram.failures import failure_of
from engine.retry import LONGEST_WAIT_SECONDS, decide_retry

log = logging.getLogger(__name__)

_SLOWEST_ATTEMPT = 10
"""From here on the wait does not grow any more, and nobody gives up."""


async def insist(
    bot: Bot,
    method: TelegramMethod[Any],
    *,
    timeout_seconds: int = 30,
    give_up_on: tuple[type[AiogramError], ...] = (),
) -> Any:
    """The result, however long it takes. An hour without a network is a handful of lines in the log."""
    attempt = 1
    while True:
        try:
            result = await bot(method, request_timeout=timeout_seconds)
        except give_up_on:
            raise
        except AiogramError as error:
            if attempt & (attempt - 1) == 0:  # 1, 2, 4, 8…
                action = method.__api_method__
                log.warning("action=telegram_%s attempt=%d: %s", action, attempt, _what_is_wrong(error))
            wait = decide_retry(failure_of(error), min(attempt, _SLOWEST_ATTEMPT))
            attempt += 1
            await asyncio.sleep(LONGEST_WAIT_SECONDS if wait is None else wait)
        else:
            if attempt > 1:
                log.info("action=telegram_%s: works again after %d attempts", method.__api_method__, attempt - 1)
            return result


def _what_is_wrong(error: AiogramError) -> str:
    if isinstance(error, TelegramConflictError):
        return "another program fetches the updates of this bot; stop one of the two"
    if isinstance(error, TelegramUnauthorizedError):
        return "Telegram does not know this token; see HOCTAP_TELEGRAM_TOKEN"
    if isinstance(error, TelegramBadRequest):
        return f"Telegram refuses: {error.message}"
    return f"Telegram cannot be reached or does not answer as it should ({type(error).__name__})"
