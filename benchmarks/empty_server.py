"""The floor of the web chat: the same kind of server with an empty page and nothing behind it."""

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route


async def _empty_page(_: Request) -> Response:
    return HTMLResponse("")


def main() -> None:
    """Serves until it is ended."""
    app = Starlette(routes=[Route("/", _empty_page), Route("/chat", _empty_page, methods=["POST"])])
    config = uvicorn.Config(app, access_log=False, log_config=None, server_header=False)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        print(f"empty: http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
