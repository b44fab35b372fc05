"""About oneself: where one is signed in, signing out, the language."""

from functools import partial

from starlette.responses import Response

from handlers.sign_in import sessions_of, sign_out, sign_out_elsewhere
from web.browser import PATH, BrowserCookie
from web.visit import Page, Visit

LANGUAGE_COOKIE = "hoctap_language"
"""The language that somebody chose for the console."""
LANGUAGE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


async def show_account(visit: Visit) -> Response:
    """Who one is, and where one is signed in."""
    sessions = await visit.look(partial(sessions_of, member=visit.member.id, now=visit.now))
    return visit.page("account.html", sessions=sessions)


async def end_session(visit: Visit) -> Response:
    """Signs out in one browser, perhaps in this one."""
    work = partial(sign_out, member=visit.member.id, session=visit.number, now=visit.now, who=visit.access.who)
    await visit.run(work)
    if visit.number != visit.signed_in.session.id:
        return visit.go("/account", "console.done.signed_out_there")
    response = visit.go("/sign-in")
    BrowserCookie.new().remember(visit.request, response)
    return response


async def end_other_sessions(visit: Visit) -> Response:
    """Signs out everywhere but here."""
    count = await visit.run(partial(sign_out_elsewhere, signed_in=visit.signed_in, now=visit.now))
    return visit.go("/account", "console.done.signed_out_elsewhere", count=count)


async def choose_language(visit: Visit) -> Response:
    """Speaks another language in this browser."""
    language = visit.field("language")
    response = visit.go("/account")
    if language in visit.handbook.languages:
        secure = visit.request.url.scheme == "https"
        response.set_cookie(
            LANGUAGE_COOKIE, language, LANGUAGE_SECONDS, path=PATH, httponly=True, samesite="lax", secure=secure
        )
    return response


PAGES = (
    Page("/account", show_account, "signed_in"),
    Page("/account/sessions/{number:int}/end", end_session, "signed_in", "POST"),
    Page("/account/sessions/end-others", end_other_sessions, "signed_in", "POST"),
    Page("/account/language", choose_language, "signed_in", "POST"),
)
