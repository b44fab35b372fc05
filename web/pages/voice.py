"""Recordings of questions: listening, recording, uploading, removing, and the languages for them."""

import asyncio
from functools import partial

from markupsafe import Markup
from starlette.responses import Response

from engine.errors import NotFound, Refused
from engine.recordings import LARGEST_UPLOAD, LONGEST_SECONDS
from handlers.convert_voice import make_recording
from handlers.voices import Spot, add_language, keep_recording, remove_language, remove_recording, voice_sheet
from handlers.work import Work
from web.visit import LONGEST_FORM, Page, Visit

MICROPHONE = "camera=(), geolocation=(), microphone=(self)"


async def show_first(visit: Visit) -> Response:
    """The first form in the first language."""
    return await _show(visit, next(iter(visit.handbook.forms)), visit.handbook.first_language)


async def show_sheet(visit: Visit) -> Response:
    """A form in one language."""
    return await _show(visit, visit.path["form"], visit.path["language"])


async def keep(visit: Visit) -> Response:
    """A recording that was made in the browser or chosen as a file."""
    spot = _spot(visit)
    number = _number(visit, spot)
    try:
        recording = await asyncio.to_thread(make_recording, await visit.file("recording"), visit.office.ffmpeg)
    except Refused as refusal:
        why = visit.say("console.voice.problem", number=number, why=visit.say_refusal(refusal))
        return await _show(visit, spot.form, spot.language, why, 400)
    work = partial(
        keep_recording, handbook=visit.handbook, by=visit.access, spot=spot, recording=recording, now=visit.now
    )
    await visit.run(work)
    return await _back_to(visit, spot, "console.done.voice_kept")


async def remove(visit: Visit) -> Response:
    """Takes a recording away."""
    spot = _spot(visit)
    await visit.run(partial(remove_recording, handbook=visit.handbook, by=visit.access, spot=spot, now=visit.now))
    return await _back_to(visit, spot, "console.done.voice_removed")


async def add(visit: Visit) -> Response:
    """One more language, or another name for one."""
    work = partial(
        add_language,
        handbook=visit.handbook,
        by=visit.access,
        code=visit.field("code"),
        name=visit.field("name"),
        now=visit.now,
    )
    return await _change_languages(visit, work, "console.done.voice_language_added")


async def take_back(visit: Visit) -> Response:
    """A language that was added, while nothing is recorded in it."""
    work = partial(remove_language, by=visit.access, code=visit.path["code"], now=visit.now)
    return await _change_languages(visit, work, "console.done.voice_language_removed")


async def _show(visit: Visit, form: str, language: str, problem: Markup | str = "", status: int = 200) -> Response:
    sheet = await visit.look(partial(voice_sheet, handbook=visit.handbook, form=form, language=language))
    response = visit.page(
        "voice/sheet.html",
        status,
        problem=problem,
        sheet=sheet,
        can_convert=bool(visit.office.ffmpeg),
        longest_seconds=LONGEST_SECONDS,
        largest_megabytes=LARGEST_UPLOAD // 1_000_000,
    )
    response.headers["Permissions-Policy"] = MICROPHONE
    return response


async def _change_languages(visit: Visit, work: Work[None], note: str) -> Response:
    try:
        await visit.run(work)
    except Refused as refusal:
        forms, first = visit.handbook.forms, visit.handbook.first_language
        return await _show(visit, next(iter(forms)), first, visit.say_refusal(refusal), 400)
    await visit.office.renew()
    return visit.go("/voice", note)


async def _back_to(visit: Visit, spot: Spot, note: str) -> Response:
    """To the question: whoever records twenty of them goes on from there."""
    await visit.office.renew()
    response = visit.go(f"/voice/{spot.form}/{spot.language}", note)
    response.headers["Location"] += f"#{spot.question}"
    return response


def _spot(visit: Visit) -> Spot:
    return Spot(visit.path["form"], visit.path["question"], visit.path["language"])


def _number(visit: Visit, spot: Spot) -> int:
    """The place of the question in its form. NotFound if there is no such question."""
    form = visit.handbook.forms.get(spot.form)
    if form is None or spot.question not in form.by_id:
        raise NotFound
    return list(form.by_id).index(spot.question) + 1


_SHEET = "/voice/{form}/{language}"

PAGES = (
    Page("/voice", show_first, "voice"),
    Page("/voice/languages", add, "voice", "POST"),
    Page("/voice/languages/{code}/remove", take_back, "voice", "POST"),
    Page(_SHEET, show_sheet, "voice"),
    Page(_SHEET + "/{question}", keep, "voice", "POST", LARGEST_UPLOAD + LONGEST_FORM, files=1),
    Page(_SHEET + "/{question}/remove", remove, "voice", "POST"),
)
