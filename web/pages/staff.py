"""Staff: who there is, inviting, changing, letting in, signing out and removing them."""

import secrets
from functools import partial

from starlette.responses import Response

from engine.conversation.into_console import SIGN_IN_PATH
from engine.disclosure.released import PROVINCE
from engine.errors import SettingRefused
from engine.state import ROLES
from handlers.sign_in import CODE_LASTS, draw_code, spell
from handlers.staff import INVITATION_LASTS, link_payload
from handlers.staff_office import (
    TOKEN_BYTES,
    change_member,
    find_line,
    invite_member,
    list_staff,
    make_link,
    remove_member,
    sign_out_member,
)
from web.visit import Page, Visit

_FIELDS = {
    "console.staff.role_unknown": "role",
    "console.staff.unit_unknown": "unit",
    "console.staff.of_the_province": "unit",
    "console.staff.last_administrator": "role",
}
"""Where on the page a refusal belongs."""


async def show_staff(visit: Visit) -> Response:
    """Everyone, and the form to invite somebody."""
    return await _list(visit)


async def _list(visit: Visit, refusal: SettingRefused | None = None) -> Response:
    chosen = {"role": "statistics", "unit": PROVINCE}
    return visit.form_page(
        "settings/staff.html",
        refusal,
        _FIELDS,
        lines=await visit.look(partial(list_staff, now=visit.now)),
        **_choices(visit),
        values={name: visit.field(name) for name in chosen} if refusal else chosen,
    )


async def invite(visit: Visit) -> Response:
    """Makes an invitation, and shows its link: now, and never again."""
    token = secrets.token_hex(TOKEN_BYTES)
    work = partial(
        invite_member,
        handbook=visit.handbook,
        by=visit.access,
        role=visit.field("role"),
        unit=visit.field("unit"),
        token=token,
        now=visit.now,
    )
    try:
        await visit.run(work)
    except SettingRefused as refusal:
        return await _list(visit, refusal)
    payload = link_payload(token)
    hours = int(INVITATION_LASTS.total_seconds()) // 3600
    return visit.page(
        "settings/invitation.html", link=_address(visit, payload), typed=f"/start {payload}", hours=hours
    )


async def show_member(visit: Visit) -> Response:
    """One of the staff, and what can be done."""
    return await _member(visit)


async def _member(visit: Visit, refusal: SettingRefused | None = None) -> Response:
    line = await visit.look(partial(find_line, member=visit.number, now=visit.now))
    stands = {"role": line.member.role, "unit": line.member.unit}
    return visit.form_page(
        "settings/member.html",
        refusal,
        _FIELDS,
        line=line,
        **_choices(visit),
        values={name: visit.field(name) or value for name, value in stands.items()} if refusal else stands,
    )


async def change(visit: Visit) -> Response:
    """Another role or unit, at once."""
    work = partial(
        change_member,
        handbook=visit.handbook,
        by=visit.access,
        member=visit.number,
        role=visit.field("role"),
        unit=visit.field("unit"),
        now=visit.now,
    )
    try:
        await visit.run(work)
    except SettingRefused as refusal:
        return await _member(visit, refusal)
    return visit.go("/settings/staff", "console.done.staff_changed", number=visit.number)


async def let_in(visit: Visit) -> Response:
    """Makes a link with which somebody without a chat signs in, and shows it: now, and never again."""
    code = draw_code(secrets.choice)
    work = partial(make_link, by=visit.access, member=visit.number, code=code, now=visit.now)
    try:
        await visit.run(work)
    except SettingRefused as refusal:
        return await _member(visit, refusal)
    minutes = int(CODE_LASTS.total_seconds()) // 60
    return visit.page(
        "settings/sign_in_link.html",
        number=visit.number,
        link=_address(visit, code),
        typed=spell(code),
        minutes=minutes,
    )


async def sign_out(visit: Visit) -> Response:
    """Signs somebody out in every browser."""
    count = await visit.run(partial(sign_out_member, by=visit.access, member=visit.number, now=visit.now))
    return visit.go("/settings/staff", "console.done.staff_signed_out", number=visit.number, count=count)


async def ask_to_remove(visit: Visit) -> Response:
    """Says what will be gone, and asks once."""
    line = await visit.look(partial(find_line, member=visit.number, now=visit.now))
    return visit.page("settings/remove_member.html", line=line)


async def remove(visit: Visit) -> Response:
    """Takes the role away."""
    try:
        await visit.run(partial(remove_member, by=visit.access, member=visit.number, now=visit.now))
    except SettingRefused as refusal:
        return await _member(visit, refusal)
    return visit.go("/settings/staff", "console.done.staff_removed", number=visit.number)


def _choices(visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """What the fields of a post offer: (value, words)."""
    units = [PROVINCE, *visit.handbook.province.by_code]
    return {
        "roles": [(role, visit.role_name(role)) for role in ROLES],
        "units": [(unit, visit.unit_name(unit)) for unit in units],
    }


def _address(visit: Visit, code: str) -> str:
    """A link as this browser sees us: who is given it comes the same way."""
    return f"{str(visit.request.base_url).rstrip('/')}{SIGN_IN_PATH}{code}"


PAGES = (
    Page("/settings/staff", show_staff, "settings"),
    Page("/settings/staff/invite", invite, "settings", "POST"),
    Page("/settings/staff/{number:int}", show_member, "settings"),
    Page("/settings/staff/{number:int}", change, "settings", "POST"),
    Page("/settings/staff/{number:int}/link", let_in, "settings", "POST"),
    Page("/settings/staff/{number:int}/sign-out", sign_out, "settings", "POST"),
    Page("/settings/staff/{number:int}/remove", ask_to_remove, "settings"),
    Page("/settings/staff/{number:int}/remove", remove, "settings", "POST"),
)
