"""The console as `hoctap run` serves it, and an empty page beside it; nothing else goes on in the process."""

import socket

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.bootstrap import open_hoctap, open_office
from bot.settings import read_settings
from channels.webchat.app import make_web_chat
from channels.webchat.rate import RateLimit
from channels.webchat.static_files import serve_static
from web.console import make_console


async def _empty_page(_: Request) -> Response:
    return HTMLResponse("")


def main() -> None:
    """Serves until it is ended."""
    with open_office(read_settings()) as office, open_hoctap(office) as hoctap:
        never_full = RateLimit(1_000_000, 1_000_000, lambda: 0.0)
        routes = [Route("/empty", _empty_page), *make_console(hoctap, never_full, serve_static)]
        app = make_web_chat(hoctap, hoctap.speak, never_full, routes)
        config = uvicorn.Config(app, access_log=False, log_config=None, server_header=False)
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            print(f"console: http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
            uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
