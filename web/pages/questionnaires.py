"""The forms: as a citizen sees them, their versions, a trial, as a workbook; and changing one by workbook."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from engine.errors import NotFound, Refused
from engine.handbook import Handbook
from handlers.look_at_forms import download_form, find_form, list_forms, look_at_form
from handlers.publish_forms import (
    MOST_UPLOAD_BYTES,
    digest_of_draft,
    drop_upload,
    findings_in,
    keep_upload,
    publish_form,
    read_upload,
)
from handlers.try_form import MOST_TURNS, Said, try_form
from web.visit import LONGEST_FORM, Page, Visit

MOST_FINDINGS = 200
"""How many are listed: whoever has more begins with these."""

_VERSION = "/questionnaires/{form}/versions/{version}"


async def show_forms(visit: Visit) -> Response:
    """All forms in their newest version."""
    views = await visit.look(partial(list_forms, handbook=visit.handbook))
    return visit.page("questionnaires/list.html", views=views, most_megabytes=MOST_UPLOAD_BYTES // 1024**2)


async def show_form(visit: Visit) -> Response:
    """One version of a form, question by question, in a language; its draft with what it changes."""
    return await _show_form(visit, visit.path["form"], visit.path["version"])


async def _show_form(visit: Visit, form: str, version: str, problem: str = "", status: int = 200) -> Response:
    view = await visit.look(partial(look_at_form, handbook=visit.handbook, name=form, version=version))
    digest = ""
    if view.standing == "draft":
        digest = await visit.look(partial(digest_of_draft, name=form))
    asked = visit.query.get("language", "")
    reader = view.languages.get(asked, view.languages[visit.handbook.first_language])
    return visit.page("questionnaires/form.html", status, problem=problem, view=view, reader=reader, digest=digest)


async def download(visit: Visit) -> Response:
    """A version as a workbook."""
    work = partial(
        download_form,
        handbook=visit.handbook,
        name=visit.path["form"],
        version=visit.path["version"],
        say=visit.say,
    )
    return visit.send(await visit.look(work))


async def upload(visit: Visit) -> Response:
    """A workbook: what is wrong with it at which cell, or the draft that came of it."""
    content = await visit.file("workbook")
    read = await asyncio.to_thread(read_upload, visit.handbook, content)
    if read.problems:
        found = findings_in(read, visit.say)
        return visit.page(
            "questionnaires/findings.html", 422, findings=found[:MOST_FINDINGS], more=len(found[MOST_FINDINGS:])
        )
    work = partial(keep_upload, handbook=visit.handbook, by=visit.access, read=read, now=visit.now)
    kept = await visit.run(work)
    return visit.go(f"/questionnaires/{kept.form}/versions/{kept.version}", "console.done.form_uploaded")


async def publish(visit: Visit) -> Response:
    """The draft becomes the newest version."""
    name = visit.path["form"]
    work = partial(
        publish_form,
        handbook=visit.handbook,
        by=visit.access,
        name=name,
        digest=visit.field("digest"),
        now=visit.now,
    )
    try:
        version = await visit.run(work)
    except Refused as refusal:
        return await _show_form(visit, name, visit.field("version"), visit.say_refusal(refusal), 409)
    await visit.office.renew()
    return visit.go(f"/questionnaires/{name}/versions/{version}", "console.done.form_published", version=version)


async def drop(visit: Visit) -> Response:
    """The draft is gone."""
    await visit.run(partial(drop_upload, by=visit.access, name=visit.path["form"], now=visit.now))
    return visit.go("/questionnaires", "console.done.form_dropped")


async def begin_trial(visit: Visit) -> Response:
    """The first question of a version, as in a chat."""
    return await _go_on_with_trial(visit, visit.query.get("language", ""), [])


async def go_on_with_trial(visit: Visit) -> Response:
    """What comes after a press or after something typed; the page itself carries all that was said before."""
    said = _read_said(visit.field("said"))
    if visit.field("press"):
        said.append(("press", visit.field("press")))
    elif visit.field("typed"):
        said.append(("type", visit.field("typed")))
    return await _go_on_with_trial(visit, visit.field("language"), said)


async def _go_on_with_trial(visit: Visit, language: str, said: Sequence[Said]) -> Response:
    name, version = visit.path["form"], visit.path["version"]
    form = await visit.look(partial(find_form, handbook=visit.handbook, name=name, version=version))
    spoken = _language(visit.handbook, language)
    screen = await asyncio.to_thread(try_form, visit.handbook, form, spoken, said, visit.now)
    return visit.page(
        "questionnaires/trial.html",
        form=form.questionnaire,
        screen=screen,
        said=json.dumps(said[:MOST_TURNS]),
        language=spoken,
        is_long=len(said) >= MOST_TURNS,
    )


def _language(handbook: Handbook, asked: str) -> str:
    return asked if asked in handbook.languages else handbook.first_language


def _read_said(written: str) -> list[Said]:
    """What the page carried. NotFound if it is not what our page writes."""
    try:
        return [(str(kind), str(what)) for kind, what in json.loads(written or "[]")]
    except (ValueError, TypeError, RecursionError):
        raise NotFound from None


PAGES = (
    Page("/questionnaires", show_forms, "questionnaires"),
    Page("/questionnaires/upload", upload, "publish", "POST", MOST_UPLOAD_BYTES + LONGEST_FORM, files=1),
    Page("/questionnaires/{form}/publish", publish, "publish", "POST"),
    Page("/questionnaires/{form}/drop", drop, "publish", "POST"),
    Page(_VERSION, show_form, "questionnaires"),
    Page(_VERSION + "/workbook", download, "questionnaires"),
    Page(_VERSION + "/trial", begin_trial, "questionnaires"),
    Page(_VERSION + "/trial", go_on_with_trial, "questionnaires", "POST"),
)
