"""Settings: what there is to set, and how much may be sent to whom, and when."""

from functools import partial

from starlette.responses import Response

from engine.errors import SettingRefused
from handlers.adults import adults_entered
from handlers.sending_limits import Limits, limits_of, set_limits
from handlers.staff_office import list_staff
from web.typed import whole_number
from web.visit import Page, Visit

_FIELDS = {
    "console.limits.a_day_wrong": "a_day",
    "console.limits.a_week_wrong": "a_week",
    "console.limits.most_alone_wrong": "most_alone",
    "campaign.hours": "first",
}
"""Where on the page a refusal belongs."""


async def show_overview(visit: Visit) -> Response:
    """What there is to set, and how things stand."""
    adults = await visit.look(adults_entered)
    staff = await visit.look(partial(list_staff, now=visit.now))
    communes = visit.handbook.province.communes
    return visit.page(
        "settings/overview.html",
        communes=len(communes),
        assumed=sum(each.pass_mark_assumed for each in communes),
        adults=len(adults),
        staff=sum(line.member.has_come for line in staff),
        limits=limits_of(visit.handbook),
    )


async def show_limits(visit: Visit) -> Response:
    """The form, filled in with what is in force."""
    limits = limits_of(visit.handbook)
    return _limits_page(visit, {name: str(getattr(limits, name)) for name in Limits.__dataclass_fields__})


def _limits_page(visit: Visit, values: dict[str, str], refusal: SettingRefused | None = None) -> Response:
    per_second = visit.handbook.rules.per_second
    return visit.form_page("settings/limits.html", refusal, _FIELDS, values=values, per_second=per_second)


async def save_limits(visit: Visit) -> Response:
    """Puts other limits in force."""
    typed = {name: visit.field(name) for name in Limits.__dataclass_fields__}
    limits = Limits(
        a_day=whole_number(typed["a_day"]),
        a_week=whole_number(typed["a_week"]),
        most_alone=whole_number(typed["most_alone"]),
        first=typed["first"],
        last=typed["last"],
    )
    try:
        await visit.run(partial(set_limits, by=visit.access, limits=limits, now=visit.now))
    except SettingRefused as refusal:
        return _limits_page(visit, typed, refusal)
    await visit.office.renew()
    return visit.go("/settings/limits", "console.done.limits_set")


PAGES = (
    Page("/settings", show_overview, "settings"),
    Page("/settings/limits", show_limits, "settings"),
    Page("/settings/limits", save_limits, "settings", "POST"),
)
