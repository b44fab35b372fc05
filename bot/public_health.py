"""`/health` on the public port, for proxies: the process answers. It says nothing else to anybody."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def _alive(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


PUBLIC_HEALTH = Route("/health", _alive, methods=["GET"])
