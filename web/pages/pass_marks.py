"""The pass marks of communes: all of them in a table, and each to be changed and confirmed."""

from functools import partial

from starlette.responses import Response

from engine.communes import Commune
from engine.errors import NotFound, SettingRefused
from engine.text import fold
from handlers.pass_marks import LONGEST_SOURCE, marks_entered, reset_pass_mark, set_pass_mark
from web.typed import whole_number
from web.visit import Page, Visit

_FIELDS = {
    "console.pass_marks.points_wrong": "points",
    "console.pass_marks.in_use": "points",
    "console.pass_marks.source_length": "source",
}
"""Where on the page a refusal belongs."""


async def show_marks(visit: Visit) -> Response:
    """All communes, or those that somebody looks for."""
    typed, state = visit.query.get("q", ""), visit.query.get("state", "")
    communes = visit.handbook.province.communes
    words = {each.code: each.search_words for each in communes}
    return visit.page(
        "settings/pass_marks.html",
        shown={
            each.code for each in communes if fold(typed) in words[each.code] and state in ("", _state_of(each))
        },
        words=words,
        state_of=_state_of,
        entered=await visit.look(marks_entered),
        typed=typed,
        state=state,
    )


def _state_of(commune: Commune) -> str:
    """Whether its mark was confirmed."""
    return "assumed" if commune.pass_mark_assumed else "confirmed"


async def show_mark(visit: Visit) -> Response:
    """The form for one commune."""
    return await _mark_page(visit)


async def _mark_page(visit: Visit, refusal: SettingRefused | None = None) -> Response:
    commune = visit.handbook.province.by_code.get(visit.path["unit"])
    if commune is None:
        raise NotFound
    mark = (await visit.look(marks_entered)).get(commune.code)
    values = {"points": str(commune.pass_mark), "source": mark.confirmed_by if mark else ""}
    return visit.form_page(
        "settings/pass_mark.html",
        refusal,
        _FIELDS,
        commune=commune,
        is_entered=mark is not None,
        values={name: visit.field(name) for name in values} if refusal else values,
        most_points=visit.handbook.criteria.points_in_all,
        longest_source=LONGEST_SOURCE,
    )


async def save_mark(visit: Visit) -> Response:
    """Enters another mark, or who has confirmed it."""
    work = partial(
        set_pass_mark,
        handbook=visit.handbook,
        by=visit.access,
        commune=visit.path["unit"],
        points=whole_number(visit.field("points")),
        source=visit.field("source"),
        now=visit.now,
    )
    try:
        await visit.run(work)
    except SettingRefused as refusal:
        return await _mark_page(visit, refusal)
    await visit.office.renew()
    return visit.go(
        "/settings/pass-marks", "console.done.pass_mark_set", commune=visit.unit_name(visit.path["unit"])
    )


async def reset_mark(visit: Visit) -> Response:
    """Back to the mark that hoctap is shipped with."""
    unit = visit.path["unit"]
    await visit.run(partial(reset_pass_mark, by=visit.access, commune=unit, now=visit.now))
    await visit.office.renew()
    return visit.go("/settings/pass-marks", "console.done.pass_mark_reset", commune=visit.unit_name(unit))


PAGES = (
    Page("/settings/pass-marks", show_marks, "settings"),
    Page("/settings/pass-marks/{unit}", show_mark, "settings"),
    Page("/settings/pass-marks/{unit}", save_mark, "settings", "POST"),
    Page("/settings/pass-marks/{unit}/reset", reset_mark, "settings", "POST"),
)
