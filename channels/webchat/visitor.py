"""Who a browser is: a random cookie, known to the database only as a hash; and proof that our page sent a form."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "hoctap"
LINK_COOKIE = "hoctap_link"
"""The commune of the link that was followed, until the first press."""

MARK_COOKIE = "hoctap_known"
"""Proves, without a look into the database, that the browser has an account: `proofs.Proofs.mark`."""

COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
LINK_SECONDS = 3600

_LINK = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class Visitor:
    """A browser. `secret` is the cookie's value and never leaves this room."""

    secret: str
    is_new: bool

    @classmethod
    def of(cls, request: Request) -> "Visitor":
        """The visitor that the cookie names, or a new one."""
        secret = request.cookies.get(COOKIE, "")
        return cls(secret, is_new=False) if len(secret) == 43 else cls.new()

    @classmethod
    def new(cls) -> "Visitor":
        """A visitor nobody has seen before."""
        return cls(secrets.token_urlsafe(32), is_new=True)

    @cached_property
    def address(self) -> str:
        """The account's address: whoever steals the database cannot make the cookie from it."""
        return hashlib.sha256(b"account|" + self.secret.encode()).hexdigest()

    @property
    def form_token(self) -> str:
        """What our own page puts into its form. Other sites cannot read the cookie, so they cannot make it."""
        return hashlib.sha256(b"form|" + self.secret.encode()).hexdigest()

    def may_send_form(self, token: str) -> bool:
        """Whether a form comes from our page."""
        return not self.is_new and hmac.compare_digest(self.form_token.encode(), token.encode())

    def remember(self, request: Request, response: Response) -> None:
        """Sets the cookie, or sets it anew so that it does not run out."""
        _set(request, response, COOKIE, self.secret, COOKIE_SECONDS)


def is_from_our_page(request: Request) -> bool:
    """Whether a JSON request may come from our page: the browser says so, or is too old to say anything.

    Another site cannot send JSON without asking first (CORS), and we never say yes; this is the second lock.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def link_of(request: Request) -> str:
    """The code of the commune in the link that was followed, now or a while ago; empty if it cannot be one."""
    link = request.query_params.get("c") or request.cookies.get(LINK_COOKIE, "")
    return link if _LINK.fullmatch(link) else ""


def keep_link(request: Request, response: Response) -> None:
    """Remembers the commune of a link in the browser, not here: looking alone leaves no trace."""
    if "c" in request.query_params and (link := link_of(request)):
        _set(request, response, LINK_COOKIE, link, LINK_SECONDS)


def forget_link(request: Request, response: Response) -> None:
    """The link has done its work: whoever has agreed has a commune, and need not be looked up for it again."""
    if LINK_COOKIE in request.cookies:
        response.delete_cookie(LINK_COOKIE)


def keep_mark(request: Request, response: Response, mark: str) -> None:
    """Marks a browser that has an account, for as long as its cookie lasts."""
    _set(request, response, MARK_COOKIE, mark, COOKIE_SECONDS)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
