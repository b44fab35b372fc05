"""Whose browser it is: a random cookie that only the console sees; and proof that our own page sent a form."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from handlers.sign_in import SESSION_LASTS

COOKIE = "hoctap_console"
PATH = "/console"
COOKIE_SECONDS = int(SESSION_LASTS.total_seconds())

_NAMES = (("Edg", "Edge"), ("OPR", "Opera"), ("CocCoc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
)


@dataclass(frozen=True, slots=True)
class BrowserCookie:
    """A browser. `secret` is the cookie's value; before signing in it only says that it is the same browser."""

    secret: str

    @classmethod
    def of(cls, request: Request) -> "BrowserCookie":
        """The one that the cookie names, or a new one."""
        secret = request.cookies.get(COOKIE, "")
        return cls(secret) if re.fullmatch(r"[\w-]{43}", secret, re.ASCII) else cls.new()

    @classmethod
    def new(cls) -> "BrowserCookie":
        """One that nobody has seen before: at each signing in, so that nobody can have planted it."""
        return cls(secrets.token_urlsafe(32))

    @property
    def form_token(self) -> str:
        """What our own pages put into their forms. Other sites cannot read the cookie, so they cannot make it."""
        return hashlib.sha256(b"console form|" + self.secret.encode()).hexdigest()

    def may_send_form(self, token: str) -> bool:
        """Whether a form comes from our page."""
        return hmac.compare_digest(self.form_token.encode(), token.encode())

    def remember(self, request: Request, response: Response) -> None:
        """Sets the cookie. Lax, not strict: the link in a messenger must find it."""
        response.set_cookie(
            COOKIE,
            self.secret,
            max_age=COOKIE_SECONDS,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )


def name_of_browser(request: Request) -> str:
    """What a browser is, in two words, such as "Chrome, Windows": enough to recognise one's own."""
    agent = request.headers.get("user-agent", "")
    name = next((name for sign, name in _NAMES if sign in agent), "Safari" if "Safari" in agent else "?")
    system = next((system for sign, system in _SYSTEMS if sign in agent), "Linux" if "Linux" in agent else "?")
    return f"{name}, {system}"
