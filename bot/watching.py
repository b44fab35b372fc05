"""Puts metrics and health beside a process, where HOCTAP_METRICS_PORT asks for them; else nothing is loaded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import TYPE_CHECKING

import click
from starlette.applications import Starlette
from starlette.types import Lifespan

from bot.bootstrap import Hoctap, Office
from bot.health import Health
from bot.presence import Presence
from bot.settings import Settings
from bot.telegram import Telegram

if TYPE_CHECKING:
    from bot.metrics import Metrics


def watching(settings: Settings, office: Office) -> "Watching | None":
    """None if nobody watches."""
    if not settings.metrics_port:
        return None
    from bot.metrics import Metrics

    kind = "sqlite" if office.database.is_sqlite else "postgresql"
    return Watching(settings, office, Metrics(version("hoctap"), kind))


class Watching:
    """`metrics` counts what goes by."""

    def __init__(self, settings: Settings, office: Office, metrics: "Metrics") -> None:
        self.metrics = metrics
        self._settings = settings
        self._office = office

    def lifespan(self, hoctap: Hoctap, presence: Presence, telegram: Telegram) -> Lifespan[Starlette]:
        """Answers on its port as long as the process works. SettingsProblem if the port is taken."""
        from bot.monitor import listen_for_watchers, monitored

        settings, office = self._settings, self._office
        folders = [office.keys.folder, *([settings.data] if office.database.is_sqlite else [])]
        health = Health(office, hoctap, presence, folders, lambda: telegram.trouble)
        self.metrics.add(hoctap, presence, health.failing)
        server = listen_for_watchers(settings.metrics_host, settings.metrics_port, health, self.metrics.page)
        click.echo(f"hoctap: metrics on {settings.metrics_host}:{server.server_port}")

        @contextlib.asynccontextmanager
        async def live(_: Starlette) -> AsyncIterator[None]:
            health.start(asyncio.get_running_loop())
            with monitored(server):
                yield

        return live
