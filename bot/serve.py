"""`hoctap run`: serves the web chat, and Telegram where there is a bot, until it is told to stop."""

import contextlib
import logging
import signal
import socket
import time
from collections.abc import AsyncIterator
from types import FrameType

import click
import uvicorn
from starlette.applications import Starlette
from starlette.types import Lifespan

from bot.bootstrap import Clock, open_hoctap, open_office, utc_now
from bot.housekeeping import Housekeeping
from bot.logs import start_logging
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.telegram import Telegram
from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from channels.webchat.static_files import serve_static
from engine.errors import SettingsProblem
from handlers.convert_voice import find_ffmpeg
from web.console import make_console

log = logging.getLogger(__name__)


SIGN_INS_PER_MINUTE, SIGN_INS_AT_ONCE = 6, 20
"""What one network address may try: a whole office signs in with ease, and nobody guesses a code."""


def serve(settings: Settings, clock: Clock = utc_now) -> None:
    """Opens everything, says where the chat is, and serves. SettingsProblem if the port is taken."""
    start_logging()
    with (
        open_office(settings, clock) as office,
        open_hoctap(office, settings.web_url, find_ffmpeg(settings.ffmpeg)) as hoctap,
        _listen(settings) as listening,
    ):
        housekeeping = Housekeeping(office, hoctap)
        housekeeping.open_the_year()
        rate = RateLimit(settings.presses_per_minute, settings.press_burst, time.monotonic)
        tries = RateLimit(SIGN_INS_PER_MINUTE, SIGN_INS_AT_ONCE, time.monotonic)
        port = listening.getsockname()[1]
        process = f"{socket.gethostname()}:{port}"
        telegram = Telegram(settings, hoctap, process)
        scheduler = Scheduler(office, hoctap, housekeeping, process)
        config = uvicorn.Config(
            make_web_chat(
                hoctap,
                hoctap.speak,
                rate,
                [*make_console(hoctap, tries, serve_static), *telegram.routes],
                together(telegram.lifespan, scheduler.lifespan),
            ),
            access_log=False,  # it would hold network addresses
            log_config=None,
            forwarded_allow_ips=settings.trusted_proxies,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        # uvicorn ends what is in flight and then raises the signal again; without this it would end the process
        # before the database is closed.
        signal.signal(signal.SIGTERM, _leave)
        for address in _addresses(settings, port):
            click.echo(f"hoctap: {address}")
        uvicorn.Server(config).run(sockets=[listening])


def together(*lifespans: Lifespan[Starlette]) -> Lifespan[Starlette]:
    """Several lives beside the web server's, begun in this order and ended in the other."""

    @contextlib.asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for lifespan in lifespans:
                await stack.enter_async_context(lifespan(app))
            yield

    return live


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(settings: Settings) -> socket.socket:
    try:
        listening = socket.create_server((settings.host, settings.port), backlog=1024)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsProblem(
            f"cannot listen on {where}: {error.strerror}. Is hoctap running already? HOCTAP_PORT takes another."
        ) from error
    # Connections inherit it. Without it head and body of an answer wait for each other: 40 ms a press.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _addresses(settings: Settings, port: int) -> list[str]:
    """Where to open the chat: on this machine, and from a phone when others are let in."""
    if settings.host not in ("0.0.0.0", "::"):  # noqa: S104 -- compared, not bound
        return [f"http://{settings.host}:{port}/"]
    return [f"http://127.0.0.1:{port}/", f"http://{socket.gethostname()}:{port}/"]
