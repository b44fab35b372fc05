"""Brings a bot to life and keeps it so until it is told to stop."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import GetMe, SetWebhook
from aiogram.utils.token import TokenValidationError

from channels.door import Door
from channels.telegram.channel import KINDS, TelegramChannel
from channels.telegram.deliveries import Deliveries
from channels.telegram.insist import insist
from channels.telegram.introduce import introduce
from channels.telegram.limits import Limits
from channels.telegram.polling import Polling
from channels.telegram.pushing import Pushing
from channels.telegram.replies import Replies
from channels.telegram.session import LeanSession
from channels.telegram.sharing import Sharing
from channels.telegram.webhook import Webhook, webhook_secret
from channels.watch import Watch
from engine.errors import SettingsProblem
from engine.pacing import Pace
from engine.texts import Texts

DRAIN_SECONDS = 3.0
CONFIRM_SECONDS = 1.0
"""Together with the other parts of hoctap the end takes less than ten seconds."""
WEBHOOK_CONNECTIONS = 40
_UNKNOWN_TOKEN = (TelegramUnauthorizedError, TelegramNotFound)
_NOT_KNOWN = "Telegram does not know this token; see HOCTAP_TELEGRAM_TOKEN and docs/telegram.md"


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`webhook_url` empty means polling. `process` names this process among those that share the bot.

    `sender` is a name that no process has ever had: by it the ledger knows what this one has in its hands; empty:
    this process sends no campaigns. `receives`: it takes updates and answers them.
    """

    token: str
    api: str
    webhook_url: str
    pace: Pace
    process: str
    sender: str
    receives: bool
    clock: Callable[[], datetime]
    watch: Watch


async def run_telegram(
    settings: TelegramSettings,
    door: Door,
    languages: Mapping[str, Texts],
    webhook: Webhook,
    announce: Callable[[str], None],
) -> None:
    """Runs until it is cancelled; what is under way then gets a few seconds to arrive.

    `announce` is told the bot's address. SettingsProblem if Telegram does not know the token; the rest of hoctap
    goes on without Telegram then. Any other trouble is waited out.
    """
    session = LeanSession(api=TelegramAPIServer.from_base(settings.api))
    bot = _make_bot(settings.token, session)
    try:
        limits = Limits(settings.pace, settings.watch)
        replies = Replies(bot, session, door, limits)
        channel = TelegramChannel(bot, door, lambda language: _speak(languages, language), replies)
        channel.username = await _username(bot)
        announce(f"https://t.me/{channel.username}")
        sharing = Sharing(door, limits, f"telegram {bot.id}", settings.process, settings.pace.per_second)
        beside = [asyncio.create_task(sharing.run())]
        if settings.receives:
            beside.append(asyncio.create_task(introduce(bot, languages)))
        pushing = Pushing(bot, session, door, limits, replies.lines)
        deliveries = Deliveries(pushing, door, settings.clock, settings.sender) if settings.sender else None
        polling = Polling(bot, channel.take)
        try:
            if not settings.receives:
                await asyncio.Event().wait()
            elif settings.webhook_url:
                webhook.take = channel.take
                await _set_webhook(bot, settings)
                await asyncio.Event().wait()
            else:
                await polling.run()
        finally:
            webhook.take = None
            last = [replies.drain(DRAIN_SECONDS)]
            if deliveries:
                last.append(deliveries.end(DRAIN_SECONDS))
            await asyncio.gather(*last)
            await pushing.close()
            await polling.confirm(CONFIRM_SECONDS)
            for task in beside:
                task.cancel()
            await sharing.end()
    finally:
        await session.close()


async def ask_username(token: str, api: str) -> str:
    """The bot's username, asked once. SettingsProblem if Telegram does not know the token or does not answer."""
    session = LeanSession(api=TelegramAPIServer.from_base(api), timeout=10)
    try:
        me = await _make_bot(token, session)(GetMe())
    except _UNKNOWN_TOKEN:
        raise SettingsProblem(_NOT_KNOWN) from None
    except AiogramError:
        raise SettingsProblem("Telegram does not answer; name the bot with --bot") from None
    finally:
        await session.close()
    return _name_of(me)


def _make_bot(token: str, session: LeanSession) -> Bot:
    try:
        return Bot(token, session=session)
    except TokenValidationError:
        raise SettingsProblem(
            "HOCTAP_TELEGRAM_TOKEN is not a token; BotFather's look like 123456789:AAE…"
        ) from None


def _speak(languages: Mapping[str, Texts], language: str | None) -> Texts:
    first = next(iter(languages))
    return languages.get(language or first, languages[first])


async def _username(bot: Bot) -> str:
    """Asks Telegram who we are, until it answers."""
    try:
        return _name_of(await insist(bot, GetMe(), give_up_on=_UNKNOWN_TOKEN))
    except _UNKNOWN_TOKEN:
        raise SettingsProblem(_NOT_KNOWN) from None


def _name_of(me: Any) -> str:
    return str(me["username"])


async def _set_webhook(bot: Bot, settings: TelegramSettings) -> None:
    method = SetWebhook(
        url=settings.webhook_url,
        secret_token=webhook_secret(settings.token),
        allowed_updates=list(KINDS),
        max_connections=WEBHOOK_CONNECTIONS,
    )
    await insist(bot, method)
