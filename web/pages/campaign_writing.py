"""Writing a campaign: its words in each language, its buttons, its picture, its time; and how a phone shows it."""

from dataclasses import replace

from starlette.responses import Response

from engine.campaigns.hours import EARLIEST, LATEST
from engine.campaigns.life import Campaign
from engine.campaigns.message import LONGEST_MESSAGE, MOST_BUTTONS, OF_CALENDAR, PLACEHOLDERS
from engine.campaigns.typed import LONGEST_TITLE, Problems, Typed, TypedButton
from engine.errors import CampaignRefused
from engine.messages import LARGEST_PICTURE, LONGEST_CHOICE_LABEL
from engine.texts import Texts
from handlers.campaigns import Desk
from web.pages.campaign_desk import look, previews, problem_above, run
from web.visit import LONGEST_FORM, Page, Visit

MOST_BYTES = 4 * LARGEST_PICTURE + LONGEST_FORM
"""A picture from a good phone is too large, but what was typed beside it should come back."""
_FIELDS = {"message.picture": "picture", "campaign.expired": "ends"}
"""What only the desk refuses → the field at which it is said."""


async def show_writing(visit: Visit) -> Response:
    """A draft as it is kept."""
    draft = await look(visit, lambda desk: desk.campaign(visit.number))
    if draft.state != "draft":
        return visit.go(f"/campaigns/{draft.id}")
    return await _form(visit, draft, Typed.of(draft), {})


async def keep(visit: Visit) -> Response:
    """Keeps what was typed; where something is wrong, nothing is kept and all of it comes back."""
    number, typed, picture = visit.number, _typed(visit), await visit.file("picture")
    draft = await look(visit, lambda desk: desk.campaign(number))
    fields, problems = typed.read(draft.message, visit.now)
    if visit.field("picture_away"):
        fields["message"] = replace(fields["message"], picture=None)

    def change(desk: Desk) -> None:
        if changed := {name: value for name, value in fields.items() if value != getattr(draft, name)}:
            desk.change(number, **changed)
        if picture:
            desk.add_picture(number, picture)

    if not problems:
        try:
            await run(visit, change)
        except CampaignRefused as refusal:
            problems = {_FIELDS.get(refusal.key, ""): refusal}
        else:
            return visit.go(f"/campaigns/{number}", "console.done.campaign_kept")
    return await _form(visit, draft, typed, problems, is_kept=False, has_lost_picture=bool(picture))


async def preview(visit: Visit) -> Response:
    """How a phone shows what is typed. Nothing is kept. A script asks for that part of the page only."""
    typed = _typed(visit)
    draft = await look(visit, lambda desk: desk.campaign(visit.number))
    fields, problems = typed.read(draft.message, visit.now)
    if not visit.field("part"):
        return await _form(visit, draft, typed, problems, has_lost_picture=bool(await visit.file("picture")))
    shown = await look(visit, lambda desk: previews(desk, replace(draft, **fields), problems))
    return visit.page("campaigns/previews.html", campaign=draft, previews=shown)


async def show_picture(visit: Visit) -> Response:
    """The picture of a campaign."""
    file = await look(visit, lambda desk: desk.picture(visit.number))
    return Response(file.content, media_type=file.media_type)


async def _form(
    visit: Visit,
    draft: Campaign,
    typed: Typed,
    problems: Problems,
    *,
    is_kept: bool = True,
    has_lost_picture: bool = False,
) -> Response:
    fields, _ = typed.read(draft.message, visit.now)
    shown = await look(visit, lambda desk: previews(desk, replace(draft, **fields), problems))
    return visit.page(
        "campaigns/write.html",
        200 if is_kept else 400,
        problem=problem_above(visit, problems, is_kept=is_kept),
        campaign=draft,
        typed=typed,
        problems=problems,
        previews=shown,
        has_lost_picture=has_lost_picture,
        kinds=_button_kinds(visit.say),
        placeholders=_placeholders(visit.say),
        longest_label=LONGEST_CHOICE_LABEL,
        longest_message=LONGEST_MESSAGE,
        longest_title=LONGEST_TITLE,
        largest_picture=LARGEST_PICTURE,
        earliest=f"{EARLIEST:%H:%M}",
        latest=f"{LATEST:%H:%M}",
    )


def _typed(visit: Visit) -> Typed:
    return Typed(
        title=visit.field("title"),
        texts={language: visit.field(f"text_{language}") for language in visit.handbook.languages},
        buttons=tuple(_typed_button(visit, place) for place in range(1, MOST_BUTTONS + 1)),
        first=visit.field("first"),
        last=visit.field("last"),
        starts=visit.field("starts"),
        ends=visit.field("ends"),
    )


def _typed_button(visit: Visit, place: int) -> TypedButton:
    kind, label, url = (visit.field(f"button_{place}_{part}") for part in ("kind", "label", "url"))
    return TypedButton(kind, label, url)


def _button_kinds(say: Texts) -> dict[str, str]:
    return {
        "": say.plain("console.campaigns.no_button"),
        "open": say.plain("campaign.open"),
        "continue": say.plain("campaign.continue"),
        "my_commune": say.plain("campaign.my_commune"),
        "link": say.plain("console.campaigns.link_button"),
    }


def _placeholders(say: Texts) -> dict[str, str]:
    """What is put in for each person → what it says."""
    said = {
        "commune": say.plain("console.campaigns.placeholder.commune"),
        "year": say.plain("console.campaigns.placeholder.year"),
        "days_left": say.plain("console.campaigns.placeholder.days_left"),
        "question": say.plain("console.campaigns.placeholder.question"),
        "questions": say.plain("console.campaigns.placeholder.questions"),
    }
    return {name: words for name, words in said.items() if name in PLACEHOLDERS - OF_CALENDAR}


PAGES = (
    Page("/campaigns/{number:int}/write", show_writing, "campaigns"),
    Page("/campaigns/{number:int}/write", keep, "campaigns", "POST", most_bytes=MOST_BYTES, files=1),
    Page("/campaigns/{number:int}/preview", preview, "campaigns", "POST", most_bytes=MOST_BYTES, files=1),
    Page("/campaigns/{number:int}/picture", show_picture, "campaigns"),
)
