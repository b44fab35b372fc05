"""Whom a campaign is for: the sentence and the number on one screen, each condition on its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from engine.campaigns.audience import CHANNELS, PROGRESS
from engine.campaigns.life import Campaign
from engine.campaigns.sentence import say_channel, say_progress
from engine.communes import CommuneHit
from engine.conversation.asking import CHOSEN
from engine.conversation.at_the_desk import (
    OFF,
    ON,
    go_to,
    of_campaign,
    on_campaign,
    reading,
    say_head,
    say_who,
)
from engine.conversation.desk import Desk
from engine.conversation.scene import Act, Draw, Read, Scene, needed
from engine.disclosure.released import PROVINCE
from engine.messages import Button, Screen

MOST_LISTED = 12
"""Communes on one screen; a longer name finds the others."""
SEEN: Mapping[str, tuple[int | None, int | None]] = {
    "any": (None, None),
    "in_30": (30, None),
    "not_30": (None, 30),
    "not_90": (None, 90),
}
"""When somebody was here last → seen within so many days, not seen for so many days."""


def _open(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    """Counts anew what has been changed."""
    if desk.campaign(number).reach is None:
        desk.count(number)
    return scene.go("campaign_audience", str(number))


def _count(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.count(number)
    return scene.go("campaign_audience", str(number))


def draw_audience(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """The rule as a sentence, how many that is, and a button for each condition."""
    number, is_on = campaign.id, campaign.audience.wants_reminders
    label = (CHOSEN if is_on else "") + scene.say.plain("desk.reminders")
    where = scene.button("desk.where", f"audience_communes:{number}")
    return scene.screen(
        Markup("\n\n").join((say_head(scene, campaign), say_who(scene, desk, campaign))),
        (where,) if campaign.unit == PROVINCE else (),
        (_condition_button(scene, number, "progress"), _condition_button(scene, number, "forms")),
        (_condition_button(scene, number, "languages"), _condition_button(scene, number, "channels")),
        (_condition_button(scene, number, "seen"),),
        (Button(label, f"audience_reminders:{number}:{OFF if is_on else ON}"),),
        (scene.button("desk.count", f"audience_count:{number}"),),
        (scene.button("question.done", f"campaign:{number}", "main"),),
    )


def _condition_button(scene: Scene, number: int, condition: str) -> Button:
    say = scene.say
    label = {
        "progress": say.plain("desk.progress"),
        "forms": say.plain("desk.forms"),
        "languages": say.plain("desk.languages_spoken"),
        "channels": say.plain("desk.channels"),
        "seen": say.plain("desk.seen"),
    }[condition]
    return Button(label, f"audience_condition:{number}:{condition}")


def _switch_reminders(scene: Scene, desk: Desk, number: int, switch: tuple[str, ...]) -> Scene:
    _change(desk, number, wants_reminders=switch[0] == ON)
    return _open(scene, desk, number, ())


def draw_condition(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """One condition: what can be chosen, with a sign before what is."""
    condition = scene.place.about[1]
    names, chosen = _choices(scene, condition), _chosen(campaign, condition)
    how = scene.say("desk.choose_one" if condition == "seen" else "desk.choose_several")
    rows = [
        (_switch(name, f"audience_choose:{campaign.id}:{condition}:{choice}", is_on=choice in chosen),)
        for choice, name in names.items()
    ]
    return scene.screen(
        say_head(scene, campaign) + "\n" + how,
        *rows,
        (scene.button("question.done", f"campaign_audience:{campaign.id}", "main"),),
    )


def _switch(name: str, action: str, *, is_on: bool) -> Button:
    label = name[:1].upper() + name[1:]
    return Button((CHOSEN if is_on else "") + label, f"{action}:{OFF if is_on else ON}", "choice")


def _choices(scene: Scene, condition: str) -> dict[str, str]:
    """What can be chosen → how it is called."""
    say = scene.say
    if condition == "forms":
        return {form: say.content(each.title) for form, each in scene.handbook.forms.items()}
    if condition == "languages":
        return {language: each.name for language, each in scene.handbook.languages.items()}
    choices: dict[str, dict[str, str]] = {
        "progress": {each: say_progress(say, each) for each in PROGRESS},
        "channels": {each: say_channel(say, each) for each in CHANNELS},
        "seen": {
            "any": say.plain("desk.seen_any"),
            "in_30": say.plain("audience.seen_within", days=30),
            "not_30": say.plain("audience.not_seen_for", days=30),
            "not_90": say.plain("audience.not_seen_for", days=90),
        },
    }
    return choices[condition]


def _chosen(campaign: Campaign, condition: str) -> tuple[str, ...]:
    rule = campaign.audience
    if condition == "seen":
        days = (rule.seen_within_days, rule.not_seen_for_days)
        return tuple(name for name, each in SEEN.items() if each == days)
    chosen: tuple[str, ...] = getattr(rule, condition)
    return chosen


def _choose(scene: Scene, desk: Desk, number: int, parts: tuple[str, ...]) -> Scene:
    """One choice more, or one less."""
    condition, choice, switch = parts
    if condition == "seen":
        within, not_for = SEEN[choice if switch == ON else "any"]
        _change(desk, number, seen_within_days=within, not_seen_for_days=not_for)
    else:
        chosen = _switched(_chosen(desk.campaign(number), condition), choice, switch)
        order = list(_choices(scene, condition))
        _change(desk, number, **{condition: tuple(each for each in order if each in chosen)})
    return scene.go("campaign_condition", str(number), condition)


def _switched(chosen: tuple[str, ...], choice: str, switch: str) -> tuple[str, ...]:
    others = tuple(each for each in chosen if each != choice)
    return (*others, choice) if switch == ON else others


def _change(desk: Desk, number: int, **conditions: Any) -> None:
    desk.change(number, audience=replace(desk.campaign(number).audience, **conditions))


def draw_communes(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """The communes that are chosen; after a name was typed, those that may be meant."""
    say, number, chosen = scene.say, campaign.id, campaign.audience.communes
    province = scene.handbook.province
    hits = [hit for key in scene.place.about[1:] if (hit := province.hit(key))]
    lines = [say_head(scene, campaign)]
    if hits:
        lines += [say("desk.communes_found"), *(_former(scene, hit) for hit in hits if hit.former)]
    elif chosen:
        lines.append(say("desk.communes_chosen", count=len(chosen)))
    else:
        lines.append(say("desk.communes_all", province=province.name))
    found = dict.fromkeys(hit.commune.code for hit in hits)
    listed = [code for code in (found or chosen) if code in province.by_code][:MOST_LISTED]
    rows = [
        (_switch(province.by_code[code].name, f"audience_commune:{number}:{code}", is_on=code in chosen),)
        for code in listed
    ]
    done = f"audience_communes:{number}" if hits else f"campaign_audience:{number}"
    return scene.screen(
        Markup("\n").join((*lines, say("desk.communes_how"))),
        *rows,
        (scene.button("desk.everywhere", f"audience_everywhere:{number}"),) if chosen and not hits else (),
        (scene.button("question.done", done, "main"),),
        reads_numbers=False,
    )


def _former(scene: Scene, hit: CommuneHit) -> Markup:
    former = needed(hit.former)
    return scene.say(
        "desk.commune_former", former=former.name, district=former.district_name, commune=hit.commune.name
    )


def _read_commune(scene: Scene, desk: Desk, number: int, typed: str) -> Scene:
    """One commune of that name is added at once; of several, one chooses."""
    hits = scene.handbook.province.search(typed)
    if not hits:
        return scene.noting(scene.say("commune.none"))
    first = hits[0].commune.code
    if len(hits) == 1 and first not in desk.campaign(number).audience.communes:
        return _put_commune(scene, desk, number, (first, ON))
    return scene.go("campaign_communes", str(number), *(hit.key for hit in hits[:MOST_LISTED]))


def _put_commune(scene: Scene, desk: Desk, number: int, parts: tuple[str, ...]) -> Scene:
    code, switch = parts
    chosen = set(_switched(desk.campaign(number).audience.communes, code, switch))
    _change(desk, number, communes=tuple(each for each in scene.handbook.province.by_code if each in chosen))
    return scene.go("campaign_communes", str(number))


def _everywhere(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    _change(desk, number, communes=())
    return scene.go("campaign_communes", str(number))


DRAWS: dict[str, Draw] = {
    "campaign_audience": of_campaign(draw_audience),
    "campaign_condition": of_campaign(draw_condition),
    "campaign_communes": of_campaign(draw_communes),
}
ACTS: dict[str, Act] = {
    "campaign_audience": on_campaign(_open),
    "audience_condition": go_to("campaign_condition"),
    "audience_choose": on_campaign(_choose),
    "audience_reminders": on_campaign(_switch_reminders),
    "audience_count": on_campaign(_count),
    "audience_communes": go_to("campaign_communes"),
    "audience_commune": on_campaign(_put_commune),
    "audience_everywhere": on_campaign(_everywhere),
}
READS: dict[str, Read] = {"campaign_communes": reading(_read_commune)}
