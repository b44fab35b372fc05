"""The way in for those who have no account yet: asks for a proof in a flood, and says no in a few bytes."""

from collections.abc import Callable
from math import ceil

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from channels.webchat.proofs import BITS, PUZZLES, WAIT_SECONDS, Proofs
from channels.webchat.rate import RateLimit
from channels.webchat.read import is_json
from channels.webchat.visitor import MARK_COOKIE, Visitor, keep_mark
from engine.newcomers import Newcomer
from engine.texts import Texts

PROOF_HEADER = "hoctap-proof"
WAITED = "waited"
"""In the address of a page that comes back from waiting."""

WAITED_PER_MINUTE, WAITED_AT_ONCE = 30, 20
"""Who may come in by waiting alone, from one network address: waiting costs a machine nothing."""


class Entry:
    """What the pages share about strangers. `speak` as in `WebChat`."""

    def __init__(
        self, proofs: Proofs, waited: RateLimit, page: Environment, speak: Callable[[str | None], Texts]
    ) -> None:
        self._proofs = proofs
        self._waited = waited
        self._page = page
        self._speak = speak
        self._ready_made: dict[tuple[str, str, int], bytes] = {}

    def knows(self, request: Request) -> bool:
        """Whether this browser has an account, as far as its cookies prove it."""
        return self._proofs.knows(Visitor.of(request), request.cookies.get(MARK_COOKIE, ""))

    def remember(self, request: Request, response: Response, visitor: Visitor) -> None:
        """Marks the browser of somebody who has an account."""
        if not self.knows(request):
            keep_mark(request, response, self._proofs.mark(visitor))

    def newcomer(self, request: Request, visitor: Visitor, waited: str = "") -> Newcomer:
        """What is known of whoever sends this. `waited` is what stands in the plain form."""
        answer = request.headers.get(PROOF_HEADER, "")
        is_proven = self._proofs.is_answer(visitor, answer) or self._proofs.may_pass(visitor, waited)
        return "proven" if is_proven else "unproven"

    def ask(self, request: Request, visitor: Visitor) -> Response:
        """What a stranger gets in a flood: work for chat.js, a page that waits for the others."""
        if is_json(request):
            work = {"challenge": self._proofs.challenge(visitor), "puzzles": PUZZLES, "bits": BITS}
            return JSONResponse({"error": self._say(request).plain("web.newcomers"), "proof": work}, 428)
        return self._wait(request, visitor, WAIT_SECONDS)

    def take_back(self, request: Request, visitor: Visitor) -> Response | str:
        """A page that comes back from waiting: what goes into its form, or another page that waits."""
        token = request.query_params.get(WAITED, "")
        if visitor.is_new or not self._proofs.has_waited(visitor, token):
            return ""
        host = request.client.host if request.client else ""
        if wait := self._waited.seconds_to_wait(host):
            return self._wait(request, visitor, max(WAIT_SECONDS, ceil(wait)))
        return self._proofs.let_pass(visitor)

    def _wait(self, request: Request, visitor: Visitor, seconds: int) -> Response:
        address = f"/?{WAITED}={self._proofs.ask_to_wait(visitor)}"
        say = self._say(request)
        response = small_page(self._page, say, say.plain("web.newcomers"), 503, seconds + 1, address)
        visitor.remember(request, response)
        return response

    def send_away(self, request: Request, key: str, status: int, seconds: int) -> Response:
        """`seconds` as JSON, or a page that asks for the same address again after them.

        Sent under attack: the page is made once for each language, and there is no look into the database.
        """
        again = {"Retry-After": str(seconds)}
        if is_json(request):
            return JSONResponse({"retry_after": seconds}, status, again)
        say = self._say(request)
        made = self._ready_made.get((say.language, key, seconds))
        if made is None:
            page = small_page(self._page, say, say.plain(key, count=seconds), status, seconds, address="")
            made = self._ready_made[say.language, key, seconds] = bytes(page.body)
        return HTMLResponse(made, status, again)

    def _say(self, request: Request) -> Texts:
        return self._speak(request.headers.get("accept-language", "")[:2])


def small_page(
    page: Environment, say: Texts, words: str, status: int, seconds: int = 0, address: str = "/"
) -> HTMLResponse:
    """`words`, and a way back into the chat. With `seconds`, it goes on by itself: to `address`, or where it is."""
    html = page.get_template("small.html").render(say=say, words=words, seconds=seconds, address=address)
    return HTMLResponse(html, status, {"Retry-After": str(seconds)} if seconds else None)
