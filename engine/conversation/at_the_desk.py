"""What all screens of officers share: which campaign they are about, and what is said where a step is not possible.

Whoever has no desk, or is not told of a campaign, gets what everybody gets for a button that is no more.
"""

from collections.abc import Callable

from markupsafe import Markup

from engine.campaigns.life import Campaign
from engine.campaigns.refusals import say_refusal, say_state
from engine.campaigns.sentence import say_audience, say_reach
from engine.conversation.desk import Desk
from engine.conversation.scene import OF_OFFICERS, Act, Draw, Read, Scene, needed
from engine.errors import CampaignRefused, NotFound
from engine.messages import Screen

LONGEST_NUMBER = 15
"""Digits: more than any campaign will ever have, and few enough for every database."""

ON, OFF = "on", "off"
"""An action says what will be, not "the other way round": so pressed twice it does the same."""


def try_at_desk(scene: Scene, work: Callable[[Desk], Scene], number: int | None = None) -> Scene:
    """The work of an officer, on a campaign if it has a number. What is refused is said, and nothing changes."""
    if scene.desk is None:
        return scene.telling("press_outdated")
    try:
        return work(scene.desk)
    except CampaignRefused as refusal:
        return _where_it_stands(scene, refusal, number).noting(say_refusal(scene.say, refusal))
    except NotFound:
        return scene.noting(scene.say("desk.gone")).telling("press_outdated")


def _where_it_stands(scene: Scene, refusal: CampaignRefused, number: int | None) -> Scene:
    """Whoever comes too late, or from a message that arrived, sees what has become of the campaign."""
    is_elsewhere = refusal.key == "campaign.not_now" or scene.place.name not in OF_OFFICERS
    return scene if number is None or not is_elsewhere else to_campaign(scene, number)


def to_campaign(scene: Scene, number: int) -> Scene:
    """To the screen of a campaign."""
    return scene.go("one_campaign", str(number))


def on_campaign(work: Callable[[Scene, Desk, int, tuple[str, ...]], Scene]) -> Act:
    """An act on the campaign whose number comes first in the action; it gets the parts behind that."""

    def act(scene: Scene, parts: tuple[str, ...]) -> Scene:
        number = _number(parts)
        if number is None:
            return scene.telling("press_outdated")
        return try_at_desk(scene, lambda desk: work(scene, desk, number, parts[1:]), number)

    return act


def go_to(place: str) -> Act:
    """An act that goes to a place about the campaign of the action."""
    return lambda scene, parts: scene.go(place, *parts)


def reading(work: Callable[[Scene, Desk, int, str], Scene]) -> Read:
    """What typed words mean at a place about a campaign."""

    def read(scene: Scene, typed: str) -> Scene:
        number = int(scene.place.about[0])
        return try_at_desk(scene, lambda desk: work(scene, desk, number, typed), number)

    return read


def of_campaign(draw: Callable[[Scene, Desk, Campaign], Screen]) -> Draw:
    """How a place about a campaign looks; where it is not there any more, the way to the others."""

    def drawn(scene: Scene) -> Screen:
        desk = needed(scene.desk)
        try:
            campaign = desk.campaign(int(scene.place.about[0]))
        except NotFound:
            return scene.screen(scene.say("desk.gone"), (scene.button("desk.all", "campaigns", "main"),))
        return draw(scene, desk, campaign)

    return drawn


def say_head(scene: Scene, campaign: Campaign) -> Markup:
    """The first line about a campaign: its title, and at what point it is."""
    return scene.say("desk.head", title=campaign.title, state=say_state(scene.say, campaign.state))


def say_who(scene: Scene, desk: Desk, campaign: Campaign) -> Markup:
    """Whom a campaign is for, how many they are, and when they will have it."""
    handbook, say = scene.handbook, scene.say
    if campaign.reach is None:
        return say("desk.not_counted", who=say_audience(handbook, say, campaign.audience))
    is_exact = desk.is_exact(campaign)
    return say_reach(handbook, say, campaign, handbook.rules, scene.now, is_exact=is_exact)


def _number(parts: tuple[str, ...]) -> int | None:
    """What stands under a message that arrived can be forged; what stands on a screen cannot."""
    digits = parts[0] if parts else ""
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(digits) if is_number else None
