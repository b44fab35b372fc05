"""How many adults communes have: a file to take along and to send back, and a table to type into."""

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.responses import Response

from handlers.adults import (
    LARGEST_FILE,
    LineProblem,
    adults_entered,
    adults_file,
    read_adults,
    read_typed,
    set_adults,
)
from web.visit import Page, Visit

MOST_PROBLEMS = 20
"""More lines that are wrong are counted, not listed."""
_SENT_BEFORE = "was-"
"""What stood in a field when the page was made: whatever somebody else has entered meanwhile stays."""


async def show_adults(visit: Visit) -> Response:
    """The table, filled in with what is known."""
    return await _page(visit)


async def _page(
    visit: Visit,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    problems: Sequence[LineProblem] = (),
) -> Response:
    known = {code: str(adults) for code, adults in (await visit.look(adults_entered)).items()}
    return visit.page(
        "settings/adults.html",
        400 if problem else 200,
        problem=problem,
        known=known,
        values={**known, **(typed or {})},
        wrong=wrong or {},
        lines=[(each.line, visit.say(each.key, **each.values)) for each in problems[:MOST_PROBLEMS]],
        more=max(0, len(problems) - MOST_PROBLEMS),
    )


async def save_table(visit: Visit) -> Response:
    """Keeps the numbers that were changed in the table."""
    codes = [each.code for each in visit.handbook.province.communes if each.code in visit.form]
    typed = {code: visit.field(code) for code in codes if visit.field(code) != visit.field(_SENT_BEFORE + code)}
    entered, wrong = read_typed(visit.handbook.province, typed)
    if wrong:
        said = {code: visit.say_refusal(refusal) for code, refusal in wrong.items()}
        return await _page(visit, visit.say("console.adults.refused"), typed, said)
    work = partial(set_adults, who=visit.access.who, entered=entered, now=visit.now)
    return visit.go("/settings/adults", "console.done.adults_set", count=await visit.run(work))


async def save_file(visit: Visit) -> Response:
    """Keeps the numbers of a file, all of them or none."""
    read = read_adults(await visit.file("file"), visit.handbook.province)
    if read.problems:
        return await _page(visit, visit.say("console.adults.refused"), problems=read.problems)
    work = partial(set_adults, who=visit.access.who, entered=read.entered, now=visit.now)
    return visit.go("/settings/adults", "console.done.adults_set", count=await visit.run(work))


async def send_file(visit: Visit) -> Response:
    """The present numbers, in the form in which a file may come back."""
    return visit.send(await visit.look(partial(adults_file, province=visit.handbook.province)))


PAGES = (
    Page("/settings/adults", show_adults, "settings"),
    Page("/settings/adults", save_table, "settings", "POST"),
    Page("/settings/adults/file", send_file, "settings"),
    Page("/settings/adults/file", save_file, "settings", "POST", most_bytes=LARGEST_FILE, files=1),
)
