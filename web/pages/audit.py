"""The audit: who did what, filtered, a hundred lines at a time, and as a file."""

from collections.abc import AsyncIterator, Mapping
from functools import partial

from starlette.responses import Response, StreamingResponse

from engine.campaigns.sentence import say_dated
from engine.state import day_of
from handlers.look_at_audit import (
    ACTIONS,
    CSV_HEAD,
    NOBODY,
    Wanted,
    csv_lines,
    export_part,
    look_at_audit,
    note_export,
    say_action,
    say_who,
    wanted_lines,
)
from web.typed import begin_of_day, whole_number
from web.visit import Page, Visit

FILTERS = ("who", "action", "text", "from", "to")


async def show_audit(visit: Visit) -> Response:
    """The newest lines, or older ones."""
    typed = {name: visit.query.get(name, "").strip() for name in FILTERS}
    wanted, wrong = _wanted(visit, typed)
    before = whole_number(visit.query["before"]) if "before" in visit.query else None
    page = await visit.look(partial(look_at_audit, wanted=wanted, before=before))
    return visit.page(
        "settings/audit.html",
        400 if wrong else 200,
        problem=next(iter(wrong.values()), ""),
        lines=[
            (say_dated(visit.say, each.at, "%H:%M:%S"), say_who(visit.say, each.who), each) for each in page.lines
        ],
        older=page.older,
        is_newest=before is None,
        typed=typed,
        wrong=wrong,
        actions={action: say_action(visit.say, action) for action in ACTIONS},
        say_action=partial(say_action, visit.say),
        nobody=list(NOBODY),
    )


async def export(visit: Visit) -> Response:
    """All lines that fit, as a CSV, sent while they are read."""
    wanted, wrong = _wanted(visit, {name: visit.field(name) for name in FILTERS})
    if wrong:
        return visit.page("message.html", 400, message=next(iter(wrong.values())))
    await visit.run(partial(note_export, by=visit.access, wanted=wanted, now=visit.now))
    name = f"hoctap-audit-{day_of(visit.now)}.csv"
    response = StreamingResponse(_csv(visit, wanted), media_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _csv(visit: Visit, wanted: Wanted) -> AsyncIterator[bytes]:
    yield CSV_HEAD
    before = None
    while lines := await visit.look(partial(export_part, wanted=wanted, before=before)):
        yield csv_lines(visit.say, lines)
        before = lines[-1].id


def _wanted(visit: Visit, typed: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """What is asked for, and what is wrong with it, by field."""
    wrong: dict[str, str] = {}
    bounds = {}
    for name, later_days in (("from", 0), ("to", 1)):
        try:
            bounds[name] = begin_of_day(typed[name], later_days)
        except ValueError:
            wrong[name] = visit.say("console.audit.no_day")
    wanted = wanted_lines(typed["who"], typed["action"], typed["text"], bounds.get("from"), bounds.get("to"))
    return wanted, wrong


PAGES = (
    Page("/settings/audit", show_audit, "settings"),
    Page("/settings/audit/export", export, "settings", "POST"),
)
