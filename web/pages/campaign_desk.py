"""An officer's desk behind the pages of campaigns, and what several of these pages show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from engine.campaigns.life import Campaign
from engine.campaigns.sentence import say_audience, say_reach
from engine.campaigns.typed import Problems
from engine.errors import CampaignRefused
from engine.messages import Screen
from handlers.campaigns import Desk
from handlers.work import Transaction, Work
from web.visit import Visit

_Result = TypeVar("_Result")


async def look(visit: Visit, work: Callable[[Desk], _Result]) -> _Result:
    """What the officer's desk shows. NotFound for what is not theirs."""
    return await visit.look(_at_desk(visit, work))


async def run(visit: Visit, work: Callable[[Desk], _Result]) -> _Result:
    """What the officer does there. CampaignRefused: nothing of it was done."""
    return await visit.run(_at_desk(visit, work))


def _at_desk(visit: Visit, work: Callable[[Desk], _Result]) -> Work[_Result]:
    def sit_down(transaction: Transaction) -> _Result:
        return work(Desk(transaction, visit.handbook, visit.access, visit.office.clock()))

    return sit_down


def say_who(visit: Visit, campaign: Campaign, *, is_exact: bool) -> Markup:
    """Whom a campaign is for, how many they are, and when they will have it."""
    handbook, say = visit.handbook, visit.say
    if campaign.reach is None:
        return say("desk.not_counted", who=say_audience(handbook, say, campaign.audience))
    return say_reach(handbook, say, campaign, handbook.rules, visit.now, is_exact=is_exact)


def problem_above(visit: Visit, problems: Problems, *, is_kept: bool) -> Markup | str:
    """What stands above a form: what is wrong with no field in particular, or that nothing was kept."""
    if general := problems.get(""):
        return visit.say_refusal(general)
    return "" if is_kept else visit.say("console.campaigns.not_kept")


@dataclass(frozen=True, slots=True)
class Preview:
    """A message in one language as a phone shows it; no `screen`: there is no text, or it has a `problem`."""

    language: str
    name: str
    screen: Screen | None = None
    problem: CampaignRefused | None = None

    @property
    def html(self) -> Markup:
        """The words. A link opens beside the page, so that nothing typed on it is lost."""
        html = str(self.screen.html) if self.screen else ""
        beside = html.replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')
        return Markup(beside)  # noqa: S704 -- the screen's own, which is clean


def previews(desk: Desk, campaign: Campaign, problems: Problems | None = None) -> list[Preview]:
    """The message in every language that people are offered."""
    texts = campaign.message.texts
    return [
        Preview(
            language,
            name=say.name,
            screen=desk.shown(campaign, language) if language in texts else None,
            problem=(problems or {}).get(f"text_{language}"),
        )
        for language, say in desk.handbook.languages.items()
    ]
