"""The web chat's addresses: the page, `POST /chat` for forms and JSON, the files. See docs/webchat.md."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from channels.door import Door
from channels.webchat.entry import WAITED_AT_ONCE, WAITED_PER_MINUTE, Entry, small_page
from channels.webchat.headers import SafeHeaders, make_safe
from channels.webchat.play import played
from channels.webchat.proofs import Proofs
from channels.webchat.rate import RateLimit
from channels.webchat.read import CHANNEL, field, is_json, read_body, read_form, read_json
from channels.webchat.show import KINDS, NUMBERED, shown
from channels.webchat.static_files import serve_static
from channels.webchat.visitor import Visitor, forget_link, is_from_our_page, keep_link, link_of
from engine.errors import NotFound
from engine.messages import PICTURES, Button, Incoming, Screen
from engine.texts import Texts
from handlers.converse import PROOF_NEEDED, Reply

_HERE = Path(__file__).parent
AFTER_A_PRESS = "next"
"""In the address of the page behind a form that was sent."""


@dataclass(frozen=True, slots=True)
class WebChat:
    """What the addresses share."""

    door: Door
    speak: Callable[[str | None], Texts]
    rate: RateLimit
    page: Environment
    entry: Entry

    async def show_page(self, request: Request) -> Response:
        """GET /: the present screen, below messages that have waited for this visit: they count as sent then.

        Otherwise looking changes nothing, and leaves nothing behind but a cookie.
        """
        visitor = Visitor.of(request)
        if not _is_for_eyes(request):
            return await self._page(request, visitor)
        waited = self.entry.take_back(request, visitor)
        if isinstance(waited, Response):
            return waited
        if visitor.is_new or waited:
            notice = self._say(request).plain("web.waited") if waited else ""
            return self._drawn(request, visitor, self._greeting(request), notice, waited=waited)
        repeats = AFTER_A_PRESS not in request.query_params
        reply = await self.door.visit(CHANNEL, visitor.address, repeats=repeats)
        return self._drawn(request, visitor, await self._with_link(request, visitor, reply))

    async def _page(self, request: Request, visitor: Visitor, notice: str = "", status: int = 200) -> Response:
        return self._drawn(request, visitor, await self._present(request, visitor), notice, status)

    def _greeting(self, request: Request) -> Reply:
        """What somebody new sees. Costs no look into the database."""
        return self.door.greet(CHANNEL, link_of(request))

    def _drawn(
        self,
        request: Request,
        visitor: Visitor,
        reply: Reply,
        notice: str = "",
        status: int = 200,
        waited: str = "",
    ) -> Response:
        language = reply.screens[-1].language
        html = self.page.get_template("page.html").render(
            language=language,
            say=self.speak(language),
            screens=[shown(screen, reply.turn) for screen in reply.screens],
            token=visitor.form_token,
            turn=reply.turn,
            notice=notice,
            waited=waited,
        )
        response = HTMLResponse(html, status)
        visitor.remember(request, response)
        if reply.has_consented:
            self.entry.remember(request, response, visitor)
        keep_link(request, response)
        return response

    async def _present(self, request: Request, visitor: Visitor) -> Reply:
        """The present screen. Changes nothing."""
        if visitor.is_new:
            return self._greeting(request)
        return await self._with_link(request, visitor, await self.door.present(CHANNEL, visitor.address))

    async def _with_link(self, request: Request, visitor: Visitor, reply: Reply) -> Reply:
        """The reply; with the commune of the link in its greeting, if the chat has not got further."""
        link, screen = link_of(request), reply.screens[-1]
        if not link or reply.has_consented or _has_link(screen, link):
            return reply
        if screen.id not in ("greeting", "declined", "consent"):
            return reply
        followed = await self.door.present(CHANNEL, visitor.address, link)
        return replace(followed, screens=(*reply.screens[:-1], *followed.screens))

    async def take_turn(self, request: Request) -> Response:
        """POST /chat: a form from the page without JavaScript, or JSON."""
        if refusal := await self._too_fast(request):
            return refusal
        body = await read_body(request)
        visitor = Visitor.of(request)
        say = self._say(request)
        if body is None:
            return await self._refused(request, say.plain("web.too_long"), 413)
        if is_json(request):
            return await self._take_json(request, visitor, body, say)
        return await self._take_form(request, visitor, say)

    async def _take_json(self, request: Request, visitor: Visitor, body: bytes, say: Texts) -> Response:
        if not is_from_our_page(request):
            return await self._refused(request, say.plain("web.not_our_page"), 403)
        incoming = read_json(body, visitor)
        if incoming is None:
            return await self._refused(request, say.plain("web.refused"), 400)
        if visitor.is_new:
            return await self._refused(request, say.plain("web.stale"), 403)
        incoming = replace(incoming, newcomer=self.entry.newcomer(request, visitor))
        reply = await self._converse(request, incoming)
        if PROOF_NEEDED in reply.events:
            return self.entry.ask(request, visitor)
        if "turn_failed" in reply.events:  # chat.js tries again, and leaves the question where it is
            return await self._refused(request, say.plain("failed"), 500)
        screens = [shown(screen, reply.turn) for screen in reply.screens]
        answer = {"screens": screens, "turn": reply.turn, "language": reply.screens[-1].language}
        response = JSONResponse(answer)
        if (now := _after(reply, visitor)) is not visitor:
            now.remember(request, response)
        if reply.has_consented:
            forget_link(request, response)
            self.entry.remember(request, response, visitor)
        return response

    async def _take_form(self, request: Request, visitor: Visitor, say: Texts) -> Response:
        form = await request.form(max_files=0, max_fields=8)
        if not visitor.may_send_form(field(form, "token")):
            return await self._refused(request, say.plain("web.stale"), 403)
        incoming = read_form(form, visitor)
        if incoming is None:
            return _back_to_the_page(request, visitor)
        incoming = replace(incoming, newcomer=self.entry.newcomer(request, visitor, field(form, "waited")))
        reply = await self._converse(request, incoming)
        if PROOF_NEEDED in reply.events:
            return self.entry.ask(request, visitor)
        if "turn_failed" in reply.events:
            return self._failed(request, visitor)
        # What is said only once, the page behind a redirect has no more: a message, a hint, that all is erased.
        is_said_once = reply.screens[-1].html != (await self._present(request, visitor)).screens[-1].html
        if is_said_once or len(reply.screens) > 1:
            return self._drawn(request, _after(reply, visitor), reply)
        response = _back_to_the_page(request, visitor)
        if reply.has_consented:
            forget_link(request, response)
        return response

    async def _converse(self, request: Request, incoming: Incoming) -> Reply:
        """One turn; before the very first one, the commune of the link that the page was opened with."""
        link = link_of(request)
        if not link or (incoming.text or "").startswith("/"):
            return await self.door.converse(incoming)
        present = await self.door.present(CHANNEL, incoming.address)
        screen, begin = present.screens[-1], f"begin:{link}"
        is_new = screen.id in ("greeting", "declined") or incoming.action == begin
        if is_new and not present.has_consented and not _has_link(screen, link):
            follow = Incoming(CHANNEL, incoming.address, text=f"/start c{link}", newcomer=incoming.newcomer)
            started = await self.door.converse(follow)
            if PROOF_NEEDED in started.events:
                return started
            is_known = _has_link(started.screens[-1], link)
            action = begin if incoming.action == "begin" and is_known else incoming.action
            incoming = replace(incoming, action=action, answers_turn=None)
        return await self.door.converse(incoming)

    async def send_file(self, request: Request) -> Response:
        """GET /files/0/result.png: a file of this browser's own account. Drawing costs more than a press.

        Instead of a person, a campaign's picture and a recording have their number: GET /files/12/campaign.png.
        """
        if refusal := await self._too_fast(request):
            return refusal
        person, kind = request.path_params["person"], KINDS.get(request.path_params["name"])
        digits = 9 if kind in NUMBERED else 2
        if kind is None or not (person.isascii() and person.isdigit() and len(person) <= digits):
            raise NotFound
        visitor = Visitor.of(request)
        if visitor.is_new and kind != "question_voice":
            raise NotFound
        file = await self.door.attachment(CHANNEL, visitor.address, kind, int(person))
        if kind == "question_voice":
            return played(request, file)
        response = Response(file.content, media_type=file.media_type)
        if kind not in PICTURES:
            response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response

    # ---- what goes wrong -----------------------------------------------------------------------------------

    async def _too_fast(self, request: Request) -> Response | None:
        wait = self.rate.seconds_to_wait(request.client.host if request.client else "")
        if not wait:
            return None
        seconds, say = ceil(wait), self._say(request)
        if is_json(request):
            refusal = {"error": say.plain("web.too_many"), "retry_after": seconds}
            return JSONResponse(refusal, 429, {"Retry-After": str(seconds)})
        return small_page(self.page, say, say.plain("web.too_many_wait", count=seconds), 429, seconds)

    async def _refused(self, request: Request, why: str, status: int) -> Response:
        """In the way it was asked: JSON for chat.js, else the page, with the present screen of whoever has one."""
        if is_json(request):
            return JSONResponse({"error": why}, status)
        if not self.entry.knows(request):
            return small_page(self.page, self._say(request), why, status)
        return await self._page(request, Visitor.of(request), why, status)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """An address that is not there, a file of someone else, a form that cannot be read."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        key = "web.not_found" if status == 404 else "web.refused"
        return await self._refused(request, self.speak(None).plain(key), status)

    async def fail(self, request: Request, _: Exception) -> Response:
        """A bug: whoever meets it hears that their answers are safe. Touches nothing that may be broken."""
        if is_json(request):
            response: Response = JSONResponse({"error": self._say(request).plain("failed")}, 500)
        else:
            response = self._failed(request, Visitor.of(request))
        make_safe(response.headers)
        return response

    def _failed(self, request: Request, visitor: Visitor) -> Response:
        say = self._say(request)
        again = Button(say.plain("web.again"), "home", "main")  # its turn is long past, so it only redraws
        reply = Reply((Screen("failed", say.language, say("failed"), ((again,),)),), 0, has_consented=False)
        return self._drawn(request, visitor, reply, status=500)

    def _say(self, request: Request) -> Texts:
        return self.speak(request.headers.get("accept-language", "")[:2])


def make_web_chat(
    door: Door,
    speak: Callable[[str | None], Texts],
    rate: RateLimit,
    other_routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
    proofs: Proofs | None = None,
) -> Starlette:
    """The web chat as an ASGI application, with what else is served beside it. Its `state.entry` is the way in.

    Without `proofs` it makes up a secret of its own, which no other process knows.
    """
    page = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    static, page.globals["static"] = serve_static("/static", _HERE / "static")
    waited = RateLimit(WAITED_PER_MINUTE, WAITED_AT_ONCE, time.monotonic)
    entry = Entry(proofs or Proofs(secrets.token_bytes(32), time.time), waited, page, speak)
    chat = WebChat(door, speak, rate, page, entry)
    app = Starlette(
        routes=[
            Route("/", chat.show_page, methods=["GET"]),
            Route("/chat", chat.take_turn, methods=["POST"]),
            Route("/chat", lambda _: RedirectResponse("/", 303), methods=["GET"]),
            Route("/files/{person}/{name}", chat.send_file, methods=["GET"]),
            static,
            *other_routes,
        ],
        middleware=[Middleware(SafeHeaders), Middleware(GZipMiddleware, minimum_size=700, compresslevel=5)],
        exception_handlers={HTTPException: chat.refuse, NotFound: chat.refuse, Exception: chat.fail},
        lifespan=lifespan,
    )
    app.state.entry = entry
    return app


def _is_for_eyes(request: Request) -> bool:
    """Whether somebody will see this page: not what HEAD asks for, nor what a browser fetches just in case."""
    return request.method == "GET" and "prefetch" not in request.headers.get("sec-purpose", "")


def _back_to_the_page(request: Request, visitor: Visitor) -> Response:
    """Where a form leads: the page, without the messages that stood on it when something was pressed there."""
    response = RedirectResponse(f"/?{AFTER_A_PRESS}", 303)
    visitor.remember(request, response)
    return response


def _after(reply: Reply, visitor: Visitor) -> Visitor:
    """Whose cookie it is now: after everything was erased the browser is somebody new."""
    return Visitor.new() if "account_erased" in reply.events else visitor


def _has_link(screen: Screen, link: str) -> bool:
    return any(button.action in (f"begin:{link}", f"agree:{link}") for button in screen.flat_buttons)
