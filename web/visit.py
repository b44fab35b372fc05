"""One request to the console by somebody who may make it: what pages get, and what they answer with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.campaigns.refusals import say_refusal
from engine.campaigns.sentence import say_moment
from engine.disclosure.released import PROVINCE
from engine.errors import Refused
from engine.handbook import Handbook
from engine.messages import File
from engine.state import Staff
from engine.texts import Texts
from handlers.sign_in import SignedIn
from handlers.staff import Access, Duty, may
from handlers.work import Work
from web.browser import BrowserCookie

_Result = TypeVar("_Result")

LONGEST_FORM = 64_000
"""Bytes of a form without files."""


class Office(Protocol):
    """Where the console's work is done; `bot.bootstrap.Hoctap` is the real one."""

    @property
    def handbook(self) -> Handbook:
        """What is in force."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """What time it is."""

    @property
    def ffmpeg(self) -> str:
        """The program that converts recordings; empty if there is none."""

    @property
    def web_url(self) -> str:
        """The public address of the web chat; empty if there is none."""

    async def run(self, work: Work[_Result]) -> _Result:
        """Work in a transaction of its own, in line with all turns."""

    async def look(self, work: Work[_Result]) -> _Result:
        """Work that only reads, beside all turns."""

    async def renew(self) -> None:
        """Puts in force what staff have decided."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, the member of staff who makes it, and what they may do with this page."""

    request: Request
    office: Office
    templates: Environment
    cookie: BrowserCookie
    signed_in: SignedIn
    access: Access
    say: Texts
    now: datetime
    form: FormData
    """What was sent; empty unless the page takes forms."""

    @property
    def member(self) -> Staff:
        """Who it is."""
        return self.signed_in.member

    @property
    def handbook(self) -> Handbook:
        """What is in force."""
        return self.office.handbook

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the address, by name."""
        return self.request.path_params

    @property
    def number(self) -> int:
        """The number in the address, of pages whose path has one."""
        return int(self.path["number"])

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark."""
        return self.request.query_params

    def may(self, duty: Duty) -> bool:
        """Whether this member may do something else: for what a page offers."""
        return may(self.member, duty)

    def field(self, name: str) -> str:
        """A field of the form, without spaces around; empty if it is missing or a file."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """All values of a field that may be chosen several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    async def file(self, name: str) -> bytes:
        """The content of a file that was sent; empty if there is none. The page has said how long it may be."""
        value = self.form.get(name)
        return await value.read() if isinstance(value, UploadFile) else b""

    async def run(self, work: Work[_Result]) -> _Result:
        """Work that changes something."""
        return await self.office.run(work)

    async def look(self, work: Work[_Result]) -> _Result:
        """Work that only reads."""
        return await self.office.look(work)

    def say_refusal(self, refusal: Refused) -> Markup:
        """Why nothing was done, in the member's language."""
        return say_refusal(self.say, refusal)

    def moment(self, moment: datetime) -> str:
        """A moment as people read it: the clock at home, with the date if it is another day."""
        return say_moment(self.say, moment, self.now)

    def role_name(self, role: str) -> str:
        """What a member of staff does, in a few words."""
        return {
            "statistics": self.say.plain("console.role.statistics"),
            "campaigns": self.say.plain("console.role.campaigns"),
            "administrator": self.say.plain("console.role.administrator"),
        }[role]

    def unit_name(self, unit: str) -> str:
        """A commune's name, or the province's."""
        if unit == PROVINCE:
            return self.handbook.province.name
        commune = self.handbook.province.by_code.get(unit)
        return commune.name if commune else unit

    def page(self, template: str, /, status: int = 200, *, problem: str = "", **values: Any) -> Response:
        """A page from its template. `problem` stands above it: what was wrong with what was sent."""
        html = self.templates.get_template(template).render(
            visit=self, say=self.say, token=self.cookie.form_token, problem=problem, note=self._note(), **values
        )
        return HTMLResponse(html, status)

    def form_page(
        self, template: str, /, refusal: Refused | None, fields: Mapping[str, str], **values: Any
    ) -> Response:
        """A page with a form; `refusal`: what was sent was not taken, and why.

        `fields` says at which of its fields what is refused is said: key of the message → name. What is at none of
        them stands above the page alone.
        """
        why = self.say_refusal(refusal) if refusal else ""
        wrong = {fields[refusal.key]: why} if refusal and refusal.key in fields else {}
        return self.page(template, 400 if refusal else 200, problem=why, wrong=wrong, **values)

    def go(self, path: str, note: str = "", **values: object) -> Response:
        """After something was done: to a page of the console, which says the message of this key above."""
        query = urlencode({"note": note, **{f"n_{name}": value for name, value in values.items()}}) if note else ""
        return RedirectResponse(f"/console{path}" + (f"?{query}" if query else ""), 303)

    def send(self, file: File) -> Response:
        """A file to be kept."""
        response = Response(file.content, media_type=file.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response

    def _note(self) -> Markup | str:
        key = self.query.get("note", "")
        if not key.startswith("console.done.") or key not in self.say.messages:
            return ""
        values = {name.removeprefix("n_"): value for name, value in self.query.items() if name.startswith("n_")}
        try:
            said = self.say(key, **values)
        except KeyError:
            return ""
        return "" if "{" in said else said  # somebody has made up the address, and left values out


@dataclass(frozen=True, slots=True)
class Page:
    """An address of the console below /console, and who may ask for it.

    A `{unit}` in the path must be the member's own, or they are of the province. `most_bytes` is what a form may
    hold; `files` how many files may be in it. What an address answers to GET looks; only POST changes anything.
    """

    path: str
    show: Callable[[Visit], Awaitable[Response]]
    duty: Duty
    method: str = "GET"
    most_bytes: int = LONGEST_FORM
    files: int = 0
