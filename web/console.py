"""The console as routes below /console: who is signed in, who may see what, and what goes wrong."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive

from engine.campaigns.refusals import say_refusal
from engine.errors import NotFound, Refused
from engine.texts import Texts
from handlers.sign_in import SignedIn, is_use_to_note, note_use, sign_in, who_is_in
from handlers.staff import Access, access
from web.browser import PATH, BrowserCookie, name_of_browser
from web.pages import PAGES
from web.pages.account import LANGUAGE_COOKIE
from web.visit import LONGEST_FORM, Office, Page, Visit

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent


_LARGEST_NUMBER = 2**31 - 1
_WORTH_KEEPING = 20
"""Characters from which on something that was typed is shown again; the rest are choices and dates."""


class Rate(Protocol):
    """How much one network address may send."""

    def seconds_to_wait(self, host: str) -> float:
        """0.0, or the seconds until more may be sent."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the addresses share. `tries` limits how often one network address may try to sign in."""

    office: Office
    templates: Environment
    tries: Rate

    # ---- signing in ----------------------------------------------------------------------------------------

    async def show_door(self, request: Request) -> Response:
        """GET /console/sign-in[/code]: a form with the code. Looking uses nothing up: messengers look, too."""
        cookie = BrowserCookie.of(request)
        if await self._who_is_in(cookie):
            return RedirectResponse(PATH, 303)
        return self._door(request, cookie, request.path_params.get("code", ""))

    def _door(
        self, request: Request, cookie: BrowserCookie, code: str = "", problem: str = "", status: int = 200
    ) -> Response:
        template = self.templates.get_template("sign_in.html")
        html = template.render(say=self._say(request), token=cookie.form_token, code=code, problem=problem)
        response = HTMLResponse(html, status)
        cookie.remember(request, response)
        return response

    async def take_code(self, request: Request) -> Response:
        """POST /console/sign-in: a code, or an invitation. The cookie is new: nobody can have planted it."""
        cookie, say = BrowserCookie.of(request), self._say(request)
        if wait := self.tries.seconds_to_wait(request.client.host if request.client else ""):
            problem = say.plain("web.too_many_wait", count=ceil(wait))
            response = self._door(request, cookie, problem=problem, status=429)
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        form = await _read_form(request, LONGEST_FORM)
        if form is None:
            return self._door(request, cookie, problem=say.plain("console.too_large"), status=413)
        code = form.get("code")
        if not isinstance(code, str) or not _is_from_our_form(request, cookie, form):
            return self._door(request, cookie, problem=say.plain("web.stale"), status=403)
        fresh = BrowserCookie.new()
        work = partial(
            sign_in, typed=code, token=fresh.secret, browser=name_of_browser(request), now=self.office.clock()
        )
        if await self.office.run(work) is None:
            return self._door(request, cookie, problem=say.plain("console.sign_in.no_good"), status=403)
        response = RedirectResponse(PATH, 303)
        fresh.remember(request, response)
        return response

    async def _who_is_in(self, cookie: BrowserCookie) -> SignedIn | None:
        now = self.office.clock()
        signed_in = await self.office.look(partial(who_is_in, token=cookie.secret, now=now))
        if signed_in and is_use_to_note(signed_in, now):
            await self.office.run(partial(note_use, signed_in=signed_in, now=now))
        return signed_in

    # ---- pages ---------------------------------------------------------------------------------------------

    def routes(self) -> list[BaseRoute]:
        """Every address of the console."""
        return [
            Route(f"{PATH}/sign-in", self.show_door, methods=["GET"]),
            Route(f"{PATH}/sign-in/{{code}}", self.show_door, methods=["GET"]),
            Route(f"{PATH}/sign-in", self.take_code, methods=["POST"]),
            *(Route(PATH + page.path, self._guarded(page), methods=[page.method]) for page in PAGES),
            Route(f"{PATH}/", lambda _: RedirectResponse(PATH, 303)),
            Route(f"{PATH}/{{rest:path}}", self._nothing_there),
        ]

    def _guarded(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            cookie = BrowserCookie.of(request)
            signed_in = await self._who_is_in(cookie)
            if signed_in is None:
                return await self._ask_to_sign_in(request, page)
            say = self._say(request)
            try:
                _check_numbers(request)
                allowed = access(signed_in.member, page.duty, request.path_params.get("unit", ""))
                visit = await self._visit(request, page, cookie, signed_in, allowed)
                return await _shown(page, visit) if isinstance(visit, Visit) else visit
            except NotFound:
                return self._message(request, say, say("console.not_found"), 404, signed_in, cookie)
            except Refused as refusal:
                return self._message(request, say, say_refusal(say, refusal), 400, signed_in, cookie)
            except Exception:
                log.exception("action=console page=%s", page.path)
                return self._message(request, say, say("console.failed"), 500, signed_in, cookie)

        return show

    async def _visit(
        self, request: Request, page: Page, cookie: BrowserCookie, signed_in: SignedIn, allowed: Access
    ) -> Visit | Response:
        say, form = self._say(request), FormData()
        if page.method == "POST":
            read = await _read_form(request, page.most_bytes, page.files)
            if read is None:
                return self._message(request, say, say("console.too_large"), 413, signed_in, cookie)
            if not _is_from_our_form(request, cookie, read):
                return await self._not_kept(say, read, say("web.stale"))
            form = read
        now = self.office.clock()
        return Visit(request, self.office, self.templates, cookie, signed_in, allowed, say, now, form)

    async def _ask_to_sign_in(self, request: Request, page: Page) -> Response:
        """To the door; whoever has just sent something sees it once more, for their session ended meanwhile."""
        if page.method == "POST" and (form := await _read_form(request, page.most_bytes, page.files)):
            say = self._say(request)
            return await self._not_kept(say, form, say("console.session_over"))
        return RedirectResponse(f"{PATH}/sign-in", 303)

    async def _not_kept(self, say: Texts, form: FormData, problem: Markup) -> Response:
        typed = [value for name, value in form.multi_items() if isinstance(value, str) and name != "token"]
        await form.close()
        template = self.templates.get_template("not_kept.html")
        words = [value for value in typed if len(value) > _WORTH_KEEPING]
        return HTMLResponse(template.render(say=say, problem=problem, typed=words), 403)

    async def _nothing_there(self, request: Request) -> Response:
        cookie = BrowserCookie.of(request)
        signed_in = await self._who_is_in(cookie)
        if signed_in is None:
            return RedirectResponse(f"{PATH}/sign-in", 303)
        say = self._say(request)
        return self._message(request, say, say("console.not_found"), 404, signed_in, cookie)

    def _message(
        self, request: Request, say: Texts, message: Markup, status: int, signed_in: SignedIn, cookie: BrowserCookie
    ) -> Response:
        """A page that says one thing."""
        allowed = access(signed_in.member, "signed_in")
        now, nothing = self.office.clock(), FormData()
        visit = Visit(request, self.office, self.templates, cookie, signed_in, allowed, say, now, nothing)
        return visit.page("message.html", status, message=message)

    def _say(self, request: Request) -> Texts:
        """The language that was chosen in this browser, else the browser's own."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        handbook = self.office.handbook
        known = chosen if chosen in handbook.languages else request.headers.get("accept-language", "")[:2]
        return handbook.speak(known)


ServeStatic = Callable[[str, Path], tuple[BaseRoute, Callable[[str], str]]]
"""(path, folder) → the route of the folder's files, and what gives the address of one of them."""


def make_console(office: Office, tries: Rate, serve_static: ServeStatic) -> list[BaseRoute]:
    """The console's routes, to be served beside the chat's."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    static, templates.globals["static"] = serve_static(f"{PATH}/static", _HERE / "static")
    return [static, *Console(office, templates, tries).routes()]


async def _shown(page: Page, visit: Visit) -> Response:
    try:
        return await page.show(visit)
    finally:
        await visit.form.close()  # what was uploaded goes from the disk


async def _read_form(request: Request, most_bytes: int, files: int = 0) -> FormData | None:
    """The form that was sent; None if it is too long. Nothing is read beyond that."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > most_bytes:
        return None
    limited = Request(request.scope, _limited(request, most_bytes))
    try:
        return await limited.form(max_files=files, max_fields=500, max_part_size=most_bytes)
    except (_TooLong, MultiPartException, HTTPException):
        return None


class _TooLong(Exception):
    """More was sent than a page takes."""


def _limited(request: Request, most_bytes: int) -> Receive:
    """What receives the body, as long as it is short enough: whatever its head said of it."""
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most_bytes:
            raise _TooLong
        return message

    return receive


def _is_from_our_form(request: Request, cookie: BrowserCookie, form: FormData) -> bool:
    """Both locks: the token that only our page knows, and what the browser says of where the form stood."""
    token = form.get("token")
    site = request.headers.get("sec-fetch-site", "same-origin")
    return isinstance(token, str) and cookie.may_send_form(token) and site in ("same-origin", "none")


def _check_numbers(request: Request) -> None:
    """NotFound if a number in the address is larger than any that a database gives."""
    if any(isinstance(each, int) and each > _LARGEST_NUMBER for each in request.path_params.values()):
        raise NotFound
