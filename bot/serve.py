"""`hoctap run`: does what this process's roles ask for, until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from types import FrameType
from urllib.parse import urlsplit

import click
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Lifespan

from bot.bootstrap import Clock, Hoctap, Office, open_hoctap, open_office, utc_now
from bot.connections import files_for, patient_protocol
from bot.housekeeping import Housekeeping
from bot.logs import end_without_memory, log_what_nobody_caught, start_logging
from bot.presence import Presence
from bot.public_health import PUBLIC_HEALTH
from bot.roles import ROLES, Role
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.telegram import Telegram
from bot.watching import watching
from channels.webchat.app import make_web_chat
from channels.webchat.guard import Guard
from channels.webchat.proofs import Proofs
from channels.webchat.rate import RateLimit
from channels.webchat.static_files import serve_static
from engine.errors import SettingsProblem
from handlers.convert_voice import find_ffmpeg
from handlers.entry_secret import entry_secret
from storage.alone import served_alone
from web.console import make_console

log = logging.getLogger(__name__)


SIGN_INS_PER_MINUTE, SIGN_INS_AT_ONCE = 6, 20
"""What one network address may try: a whole office signs in with ease, and nobody guesses a code."""

REQUESTS_SECONDS = 3
"""How long requests in flight may take when the process is told to stop; then everything else ends."""
STOP_SECONDS = 9.0
"""After so long the process ends, whatever still runs: systemd and Docker would kill it at ten."""


def serve(settings: Settings, clock: Clock = utc_now, roles: Collection[Role] = ROLES) -> None:
    """Opens everything, says where the chat is, and works.

    SettingsProblem if a port is taken, or another process serves the same SQLite file.
    """
    start_logging()
    log_what_nobody_caught()
    end_without_memory()
    housekeeping: Housekeeping | None = None
    try:
        with ExitStack() as stack:
            office = stack.enter_context(open_office(settings, clock))
            stack.enter_context(served_alone(office.database))
            watch = watching(settings, office)
            hoctap = stack.enter_context(
                open_hoctap(
                    office,
                    settings.web_url,
                    find_ffmpeg(settings.ffmpeg),
                    watch.metrics if watch else None,
                    settings.newcomers_per_minute,
                )
            )
            housekeeping = Housekeeping(office, hoctap)
            process = name_of_process(office)
            telegram = Telegram(settings, hoctap, process, roles)
            listening = stack.enter_context(
                _listen(settings) if "web" in roles or telegram.routes else nullcontext()
            )
            housekeeping.open_the_year()
            scheduler = Scheduler(office, hoctap, housekeeping, process, has_role="scheduler" in roles)
            presence = Presence(hoctap, process, roles, watches=watch is not None, has_bot=telegram.is_wanted)
            lives: list[Lifespan[Starlette]] = [presence.lifespan, telegram.lifespan, scheduler.lifespan]
            if watch:
                lives.insert(0, watch.lifespan(hoctap, presence, telegram))
            if listening:
                _serve_pages(
                    settings, listening, _pages(settings, office, hoctap, telegram, roles, together(*lives))
                )
            else:
                click.echo(f"hoctap: {', '.join(sorted(roles))}; no page")
                asyncio.run(_live(together(*lives)))
    finally:
        if housekeeping is not None and housekeeping.is_at_work:
            _end_now()


def together(*lifespans: Lifespan[Starlette]) -> Lifespan[Starlette]:
    """Several lives beside the web server's, begun in this order and ended in the other."""

    @contextlib.asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for lifespan in lifespans:
                await stack.enter_async_context(lifespan(app))
            yield

    return live


def name_of_process(office: Office) -> str:
    """By this name the process holds its leases.

    On PostgreSQL one that no process has ever had: what it left behind belongs to nobody else. An SQLite file is
    served by one at a time, so the leases of the one before it are its own, and it need not wait for their end.
    """
    host = socket.gethostname()[:64]
    return host if office.database.is_sqlite else f"{host}:{secrets.token_hex(8)}"


def _pages(
    settings: Settings,
    office: Office,
    hoctap: Hoctap,
    telegram: Telegram,
    roles: Collection[Role],
    lifespan: Lifespan[Starlette],
) -> ASGIApp:
    if "web" not in roles:
        return Starlette(routes=[PUBLIC_HEALTH, *telegram.routes], lifespan=lifespan)
    rate = RateLimit(settings.presses_per_minute, settings.press_burst, time.monotonic)
    tries = RateLimit(SIGN_INS_PER_MINUTE, SIGN_INS_AT_ONCE, time.monotonic)
    proofs = Proofs(office.run(partial(entry_secret, draw_bytes=secrets.token_bytes)), time.time)
    # Looked through in this order: the console's pages are many, and rarely asked for.
    routes: list[BaseRoute] = [PUBLIC_HEALTH, *telegram.routes, *make_console(hoctap, tries, serve_static)]
    return _guarded(settings, hoctap, make_web_chat(hoctap, hoctap.speak, rate, routes, lifespan, proofs))


def _serve_pages(settings: Settings, listening: socket.socket, app: ASGIApp) -> None:
    config = uvicorn.Config(
        app,
        access_log=False,  # it would hold network addresses
        log_config=None,
        http=patient_protocol(files_for(settings.most_connections)),
        ws="none",
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=REQUESTS_SECONDS,
    )
    # uvicorn ends what is in flight and then raises the signal again; without this it would end the process
    # before the database is closed.
    signal.signal(signal.SIGTERM, _leave)
    for address in _addresses(settings, listening.getsockname()[1]):
        click.echo(f"hoctap: {address}")
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        _end_within(STOP_SECONDS)
        super().handle_exit(sig, frame)


async def _live(lifespan: Lifespan[Starlette]) -> None:
    """The same without a web server."""
    told = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    async with lifespan(Starlette()):
        await told.wait()
        _end_within(STOP_SECONDS)


def _end_within(seconds: float) -> None:
    timer = threading.Timer(seconds, _cut_off)
    timer.daemon = True
    timer.start()


def _cut_off() -> None:
    log.warning(
        "action=stop: something still ran after %d s and was cut off; the next start takes it up", STOP_SECONDS
    )
    _end_now()


def _end_now() -> None:
    """Without waiting for threads. All that was acknowledged is on the disk; the rest is rolled back."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _guarded(settings: Settings, hoctap: Hoctap, app: Starlette) -> Guard:
    requests = RateLimit(settings.requests_per_minute, settings.request_burst, time.monotonic)
    webhook = urlsplit(settings.telegram_webhook_url).path
    exempt = {PUBLIC_HEALTH.path, *([webhook] if webhook else [])}
    return Guard(
        app,
        app.state.entry,
        requests,
        lambda: hoctap.under_way,
        settings.most_waiting,
        time.monotonic,
        exempt=frozenset(exempt),
    )


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(settings: Settings) -> AbstractContextManager[socket.socket]:
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
