"""Whom a campaign is for: the conditions, the sentence that they make, and how many people that is."""

from collections.abc import Iterable

from starlette.responses import Response

from engine.campaigns.audience import CHANNELS, PROGRESS
from engine.campaigns.life import Campaign
from engine.campaigns.sentence import say_channel, say_progress
from engine.campaigns.typed import Problems
from engine.campaigns.typed_audience import MOST_DAYS, TypedAudience
from engine.communes import Commune
from engine.disclosure.released import PROVINCE
from engine.errors import CampaignRefused
from engine.text import fold
from handlers.campaigns import Desk
from web.pages.campaign_desk import look, problem_above, run, say_who
from web.visit import Page, Visit


async def show_audience(visit: Visit) -> Response:
    """The conditions of a draft, and what was counted last."""
    draft = await look(visit, lambda desk: desk.campaign(visit.number))
    if draft.state != "draft":
        return visit.go(f"/campaigns/{draft.id}")
    return await _form(visit, draft, TypedAudience.of(draft.audience), {})


async def keep_audience(visit: Visit) -> Response:
    """Keeps the conditions and counts who fits them."""
    number, typed = visit.number, _typed(visit)
    draft = await look(visit, lambda desk: desk.campaign(number))
    rule, problems = typed.read(visit.handbook)

    def change(desk: Desk) -> None:
        desk.change(number, audience=rule)
        desk.count(number)

    if not problems:
        try:
            await run(visit, change)
        except CampaignRefused as refusal:
            problems = {"": refusal}
        else:
            return visit.go(f"/campaigns/{number}", "console.done.campaign_kept")
    return await _form(visit, draft, typed, problems, is_kept=False)


async def count_audience(visit: Visit) -> Response:
    """Counts who fits what is chosen. Nothing is kept. A script asks for that part of the page only."""
    number, typed = visit.number, _typed(visit)
    rule, problems = typed.read(visit.handbook)
    if problems:
        draft = await look(visit, lambda desk: desk.campaign(number))
    else:
        draft = await look(visit, lambda desk: desk.reach_of(number, rule))
    if not visit.field("part"):
        return await _form(visit, draft, typed, problems)
    return await _reach(visit, draft, problems)


async def _reach(visit: Visit, draft: Campaign, problems: Problems) -> Response:
    return visit.page(
        "campaigns/reach.html",
        who=say_who(visit, draft, is_exact=await look(visit, lambda desk: desk.is_exact(draft))),
        campaign=draft,
        problems=problems,
    )


async def _form(
    visit: Visit, draft: Campaign, typed: TypedAudience, problems: Problems, *, is_kept: bool = True
) -> Response:
    return visit.page(
        "campaigns/audience.html",
        200 if is_kept else 400,
        problem=problem_above(visit, problems, is_kept=is_kept),
        campaign=draft,
        typed=typed,
        problems=problems,
        who=say_who(visit, draft, is_exact=await look(visit, lambda desk: desk.is_exact(draft))),
        communes=_communes(visit.handbook.province.communes) if draft.unit == PROVINCE else [],
        choices=_choices(visit),
        most_days=MOST_DAYS,
    )


def _communes(communes: Iterable[Commune]) -> list[tuple[Commune, str]]:
    """Each commune, in the order of their names, with what it is searched by."""
    return [(each, each.search_words) for each in sorted(communes, key=lambda commune: fold(commune.bare_name))]


def _choices(visit: Visit) -> dict[str, dict[str, str]]:
    """The conditions of which several can be chosen: condition → what there is to choose → how it is called."""
    say = visit.say
    return {
        "progress": {each: _capital(say_progress(say, each)) for each in PROGRESS},
        "forms": {form: say.content(each.title) for form, each in visit.handbook.forms.items()},
        "languages": {language: each.name for language, each in visit.handbook.languages.items()},
        "channels": {each: _capital(say_channel(say, each)) for each in CHANNELS},
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _typed(visit: Visit) -> TypedAudience:
    return TypedAudience(
        communes=tuple(visit.fields("communes")),
        languages=tuple(visit.fields("languages")),
        channels=tuple(visit.fields("channels")),
        forms=tuple(visit.fields("forms")),
        progress=tuple(visit.fields("progress")),
        seen_within=visit.field("seen_within"),
        not_seen_for=visit.field("not_seen_for"),
        wants_reminders=bool(visit.field("wants_reminders")),
    )


PAGES = (
    Page("/campaigns/{number:int}/audience", show_audience, "campaigns"),
    Page("/campaigns/{number:int}/audience", keep_audience, "campaigns", "POST"),
    Page("/campaigns/{number:int}/audience/count", count_audience, "campaigns", "POST"),
)
