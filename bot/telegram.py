"""Runs the Telegram side beside the web chat: whatever happens to it, the web chat goes on."""

import asyncio
import contextlib
import gc
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from urllib.parse import urlsplit

import click
from starlette.applications import Starlette
from starlette.routing import Route

from bot.bootstrap import Hoctap
from bot.roles import ROLES, Role
from bot.settings import Settings
from channels.telegram.webhook import Webhook, webhook_secret
from engine.errors import SettingsProblem
from engine.pacing import Pace

log = logging.getLogger(__name__)

SECONDS_AFTER_A_BUG = 30.0


class Telegram:
    """The bot of the settings, if they name one. `routes` and `lifespan` are for the web server."""

    def __init__(self, settings: Settings, hoctap: Hoctap, process: str, roles: Collection[Role] = ROLES) -> None:
        self._settings = settings
        self._receives = "telegram" in roles
        self._sends = "sender" in roles
        self._hoctap = hoctap
        self._process = process
        self.trouble = ""
        """Why there is no bot, though there should be one."""
        self._token = settings.telegram_token.get_secret_value()
        self._webhook = Webhook(webhook_secret(self._token))

    @property
    def is_wanted(self) -> bool:
        """Whether the settings name a bot."""
        return bool(self._token)

    @property
    def routes(self) -> list[Route]:
        """Where Telegram posts to, if it does."""
        url = self._settings.telegram_webhook_url
        if not (self._token and url and self._receives):
            return []
        return [Route(urlsplit(url).path, self._webhook.receive, methods=["POST"])]

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Lives as long as the web server."""
        if not self._token or not (self._receives or self._sends):
            yield
            return
        running = asyncio.create_task(self._run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait((running,))
            if not running.cancelled() and running.exception():
                log.error("action=telegram_stop", exc_info=running.exception())

    async def _run(self) -> None:
        run: Callable[[], Awaitable[None]] | None = None
        while True:
            try:
                if run is None:
                    # Two seconds and 130 MB: the web chat answers meanwhile, and who has no bot never pays for it.
                    run = await asyncio.to_thread(self._prepare)
                await run()
            except SettingsProblem as problem:
                self.trouble = str(problem)
                log.error("action=telegram_start: %s", problem)
                click.echo(f"hoctap: without Telegram. {problem}", err=True)
                return
            except Exception:
                if (this := asyncio.current_task()) and this.cancelling():
                    raise  # it went wrong while it was told to stop: there is no beginning again
                log.exception("action=telegram_run: begins again in %d s", SECONDS_AFTER_A_BUG)
                await asyncio.sleep(SECONDS_AFTER_A_BUG)

    def _prepare(self) -> Callable[[], Awaitable[None]]:
        from channels.telegram.run import TelegramSettings, run_telegram

        # What is loaded by now stays. The garbage collector would go through all of it again and again, which takes
        # a quarter of the time of a process that sends much; and while it does so, nobody is answered.
        gc.collect()
        gc.freeze()

        given = self._settings
        settings = TelegramSettings(
            token=self._token,
            api=given.telegram_api,
            webhook_url=given.telegram_webhook_url,
            pace=Pace(
                per_second=given.telegram_per_second,
                campaign_per_second=given.campaign_per_second,
                chat_per_second=given.telegram_chat_per_second,
                chat_burst=given.telegram_chat_burst,
            ),
            process=self._process,
            sender=secrets.token_hex(8) if self._sends else "",
            receives=self._receives,
            clock=self._hoctap.clock,
            watch=self._hoctap.watch,
        )

        def announce(address: str) -> None:
            click.echo(f"hoctap: {address}")

        return lambda: run_telegram(settings, self._hoctap, self._hoctap.languages, self._webhook, announce)
