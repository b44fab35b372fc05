"""The web chat's addresses: the page, `POST /chat` for forms and JSON, the files. See docs/webchat.md."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from channels.door import Door
from channels.webchat.rate import RateLimit
from channels.webchat.show import KINDS, shown
from channels.webchat.visitor import LINK_COOKIE, Visitor, is_from_our_page, keep_link
from engine.errors import NotFound
from engine.messages import Incoming
from engine.texts import Texts
from handlers.converse import Reply

CHANNEL = "web"
LONGEST_BODY = 16_384  # bytes; the longest text that is read has 500 characters

_HERE = Path(__file__).parent
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class WebChat:
    """What the addresses share."""

    door: Door
    speak: Callable[[str | None], Texts]
    rate: RateLimit
    page: Environment

    async def show_page(self, request: Request) -> Response:
        """GET /: the present screen. Looking changes nothing and leaves nothing behind but a cookie."""
        return await self._page(request, Visitor.of(request))

    async def _page(self, request: Request, visitor: Visitor, notice: str = "", status: int = 200) -> Response:
        link = request.query_params.get("c") or request.cookies.get(LINK_COOKIE, "")
        reply = await self.door.present(CHANNEL, visitor.address, link)
        language = reply.screens[-1].language
        html = self.page.get_template("page.html").render(
            language=language,
            say=self.speak(language),
            screens=[shown(screen, reply.turn) for screen in reply.screens],
            token=visitor.form_token,
            turn=reply.turn,
            notice=notice,
        )
        response = HTMLResponse(html, status, headers={**_SECURITY, "Cache-Control": "no-store"})
        visitor.remember(request, response)
        if "c" in request.query_params:
            keep_link(request, response, link[:5])
        return response

    async def take_turn(self, request: Request) -> Response:
        """POST /chat: a form from the page without JavaScript, or JSON."""
        wait = self.rate.seconds_to_wait(request.client.host if request.client else "")
        is_json = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
        body = await _body(request)
        visitor = Visitor.of(request)
        say = self.speak(request.headers.get("accept-language", "")[:2])
        if wait:
            seconds = ceil(wait)
            if not is_json:
                notice = say.plain("web.too_many_wait", count=seconds)
                return await self._page(request, visitor, notice, 429)
            refusal = {"error": say.plain("web.too_many"), "retry_after": seconds}
            return _json(refusal, 429, {"Retry-After": str(seconds)})
        if body is None:
            return _json({"error": say.plain("web.too_long")}, 413)
        if is_json:
            return await self._take_json(request, visitor, body, say)
        return await self._take_form(request, visitor, say)

    async def _take_json(self, request: Request, visitor: Visitor, body: bytes, say: Texts) -> Response:
        if not is_from_our_page(request):
            return _json({"error": say.plain("web.not_our_page")}, 403)
        incoming = _read_json(body, visitor)
        if incoming is None:
            return _json({"error": say.plain("web.refused")}, 400)
        reply = await self._converse(request, incoming)
        screens = [shown(screen, reply.turn) for screen in reply.screens]
        answer = {"screens": screens, "turn": reply.turn, "language": reply.screens[-1].language}
        response = _json(answer)
        visitor.remember(request, response)
        return response

    async def _take_form(self, request: Request, visitor: Visitor, say: Texts) -> Response:
        form = await request.form(max_files=0, max_fields=8)
        if not visitor.may_send_form(_field(form, "token")):
            return await self._page(request, visitor, say.plain("web.stale"), 403)
        incoming = _read_form(form, visitor)
        if incoming:
            await self._converse(request, incoming)
        response = RedirectResponse("/", 303, headers=_SECURITY)
        visitor.remember(request, response)
        return response

    async def _converse(self, request: Request, incoming: Incoming) -> Reply:
        """One turn; before the very first one, the commune of the link that the page was opened with."""
        link = request.cookies.get(LINK_COOKIE, "")
        if link and (incoming.text is None or not incoming.text.startswith("/")):
            present = await self.door.present(CHANNEL, incoming.address)
            if not present.has_consented and present.screens[-1].id in ("greeting", "declined"):
                start = Incoming(CHANNEL, incoming.address, text=f"/start c{link}")
                await self.door.converse(start)
                incoming = Incoming(CHANNEL, incoming.address, incoming.text, incoming.action)
        return await self.door.converse(incoming)

    async def send_file(self, request: Request) -> Response:
        """GET /files/0/result.png: a file of this browser's own account."""
        kind = KINDS.get(request.path_params["name"])
        if kind is None:
            raise NotFound
        visitor = Visitor.of(request)
        file = await self.door.attachment(CHANNEL, visitor.address, kind, request.path_params["person"])
        headers = {**_SECURITY, "Cache-Control": "private, max-age=600"}
        if kind != "result_card":
            headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return Response(file.content, media_type=file.media_type, headers=headers)


def make_web_chat(door: Door, speak: Callable[[str | None], Texts], rate: RateLimit) -> Starlette:
    """The web chat as an ASGI application."""
    page = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.globals["static"] = _static_address
    chat = WebChat(door, speak, rate, page)

    async def not_found(request: Request, _: Exception) -> Response:
        return await chat._page(request, Visitor.of(request), speak(None).plain("web.not_found"), 404)

    return Starlette(
        routes=[
            Route("/", chat.show_page, methods=["GET"]),
            Route("/chat", chat.take_turn, methods=["POST"]),
            Route("/chat", lambda _: RedirectResponse("/", 303), methods=["GET"]),
            Route("/files/{person:int}/{name}", chat.send_file, methods=["GET"]),
            Mount("/static", _Static(directory=_HERE / "static")),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=700)],
        exception_handlers={404: not_found, NotFound: not_found},
    )


class _Static(StaticFiles):
    """Static files under an address that changes with their content: a browser need never ask again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update({**_SECURITY, "Cache-Control": "public, max-age=31536000, immutable"})
        return response


def _static_address(name: str) -> str:
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


async def _body(request: Request) -> bytes | None:
    """The whole body, None if it is too long. Kept, so that a form can be read from it afterwards."""
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > LONGEST_BODY:
            return None
        parts.append(part)
    request._body = b"".join(parts)  # what Starlette's own body() keeps
    return request._body


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(content, status, headers={**_SECURITY, "Cache-Control": "no-store", **(headers or {})})


def _read_json(body: bytes, visitor: Visitor) -> Incoming | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    text, action, turn = read.get("text"), read.get("action"), read.get("turn")
    is_turn = turn is None or (isinstance(turn, int) and not isinstance(turn, bool))
    if isinstance(action, str) == isinstance(text, str) or not is_turn:
        return None
    said = text if isinstance(text, str) else None
    pressed = action if isinstance(action, str) else None
    return Incoming(CHANNEL, visitor.address, said, pressed, turn)


def _read_form(form: FormData, visitor: Visitor) -> Incoming | None:
    turn = _field(form, "turn")
    answers_turn = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 10 else None
    action, text = _field(form, "action"), _field(form, "text")
    if action:
        return Incoming(CHANNEL, visitor.address, action=action, answers_turn=answers_turn)
    if text.strip():
        return Incoming(CHANNEL, visitor.address, text=text, answers_turn=answers_turn)
    return None


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
