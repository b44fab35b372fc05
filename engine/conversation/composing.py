"""What a campaign says: begun from a template or from an officer's own words, and written in each language."""

import html
import re
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from engine.campaigns.audience import EVERYBODY, AudienceRule
from engine.campaigns.life import Campaign
from engine.campaigns.message import LONGEST_MESSAGE, Message, clean, visible
from engine.conversation.at_the_desk import (
    go_to,
    of_campaign,
    on_campaign,
    reading,
    say_head,
    to_campaign,
    try_at_desk,
)
from engine.conversation.desk import Desk
from engine.conversation.scene import Act, Draw, Read, Scene
from engine.messages import Button, Incoming, Screen
from engine.text import shorten, tidy

LONGEST_TITLE = 40
LONGEST_HTML = 16_384
"""Characters with all tags; a message may have far fewer without them."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def html_of(incoming: Incoming) -> str:
    """What was typed as it would be sent to others: with bold, italic and links where the channel knows them.

    Tags typed by hand are words like any others, on every channel: people get what the officer sees.
    """
    written = str(escape(incoming.text or "")) if incoming.html is None else incoming.html
    return clean(tidy(written[:LONGEST_HTML]))


def begin(scene: Scene, _: tuple[str, ...]) -> Scene:
    """To the choice between the templates and one's own words."""
    return scene.go("campaign_new")


def draw_new(scene: Scene) -> Screen:
    """The templates by their titles, and one's own words."""
    offered = [template for template in scene.handbook.templates.values() if template.is_offered]
    rows = [(Button(scene.say.content(each.title), f"campaign_template:{each.id}", "choice"),) for each in offered]
    return scene.screen(
        scene.say("desk.begin"),
        *rows,
        (scene.button("desk.own", "campaign_own", "main"),),
        (scene.button("back", "campaigns"),),
    )


def take_template(scene: Scene, which: tuple[str, ...]) -> Scene:
    """A draft with the words, the buttons and the people of a template."""

    def take(desk: Desk) -> Scene:
        message = desk.template(which[0])
        template = scene.handbook.templates[which[0]]
        audience = AudienceRule(progress=template.progress)
        return _create(scene, desk, scene.say.content(template.title), message, audience)

    return try_at_desk(scene, take)


def write_own(scene: Scene, _: tuple[str, ...]) -> Scene:
    """To one's own words."""
    return scene.go("campaign_own")


def draw_own(scene: Scene) -> Screen:
    """Type it, or forward it; and what can stand in it."""
    say = scene.say
    text = Markup("\n\n").join(
        (say("desk.own_how", language=_first_name(scene), most=LONGEST_MESSAGE), say("desk.placeholders"))
    )
    screen = scene.screen(text, (scene.button("back", "campaign_new"),), reads_numbers=False)
    return replace(screen, takes_picture=True)


def read_own(scene: Scene, _: str) -> Scene:
    """A draft that says what was typed."""
    message = Message({scene.handbook.first_language: scene.typed_html})
    return try_at_desk(scene, lambda desk: _create(scene, desk, _title(scene.typed_html), message, EVERYBODY))


def _create(scene: Scene, desk: Desk, title: str, message: Message, audience: AudienceRule) -> Scene:
    draft = desk.create(title, message, audience)
    desk.count(draft.id)
    # If the picture is refused, the draft stays, and its screen says so.
    return try_at_desk(to_campaign(scene, draft.id), lambda desk: _with_picture(scene, desk, draft.id))


def _with_picture(scene: Scene, desk: Desk, number: int) -> Scene:
    if scene.picture is not None:
        desk.add_picture(number, scene.picture)
    return to_campaign(scene, number)


def _title(text: str) -> str:
    """How a campaign is called that has no other title: the beginning of its words."""
    words = _PLACEHOLDER.sub("…", html.unescape(visible(text)))
    return shorten(" ".join(words.split()), LONGEST_TITLE)


def _first_name(scene: Scene) -> str:
    return scene.handbook.speak(scene.handbook.first_language).name


def draw_text(scene: Scene, _: Desk, campaign: Campaign) -> Screen:
    """The words in one language as they were written, and how to write others."""
    say, language, texts = scene.say, scene.place.about[1], campaign.message.texts
    name = scene.handbook.speak(language).name
    parts = [say_head(scene, campaign)]
    if language in texts:
        parts += [say("desk.text_now", language=name), Markup(texts[language])]  # noqa: S704 -- cleaned when written
    else:
        parts.append(say("desk.text_missing", language=name, first=_first_name(scene)))
    parts += [say("desk.text_how", most=LONGEST_MESSAGE), say("desk.placeholders")]
    others = [each for each in scene.handbook.languages if each != language]
    may_go = language in texts and language != scene.handbook.first_language
    has_picture = campaign.message.picture is not None
    screen = scene.screen(
        Markup("\n\n").join(parts),
        *((_language_button(scene, campaign, each),) for each in others),
        (scene.button("desk.text_away", f"campaign_text_away:{campaign.id}:{language}"),) if may_go else (),
        (scene.button("desk.picture_away", f"campaign_picture_away:{campaign.id}"),) if has_picture else (),
        (scene.button("back", f"campaign:{campaign.id}", "main"),),
        reads_numbers=False,
    )
    return replace(screen, takes_picture=True)


def _language_button(scene: Scene, campaign: Campaign, language: str) -> Button:
    name = scene.handbook.speak(language).name
    if language in campaign.message.texts:
        label = scene.say.plain("desk.text_of", language=name)
    else:
        label = scene.say.plain("desk.text_add", language=name)
    return Button(label, f"campaign_text:{campaign.id}:{language}")


def _read_text(scene: Scene, desk: Desk, number: int, _: str) -> Scene:
    """Other words, another picture, or both at once."""
    if scene.typed_html or scene.picture is None:
        _put_text(scene, desk, number)
    return _with_picture(scene, desk, number).noting(scene.say("desk.kept"))


def _put_text(scene: Scene, desk: Desk, number: int) -> None:
    draft, language, text = desk.campaign(number), scene.place.about[1], scene.typed_html
    before = draft.message.texts.get(language, "")
    changed: dict[str, Any] = {"message": replace(draft.message, texts={**draft.message.texts, language: text})}
    if draft.title == _title(before):
        changed["title"] = _title(text)
    desk.change(number, **changed)


def _take_text_away(scene: Scene, desk: Desk, number: int, which: tuple[str, ...]) -> Scene:
    message = desk.campaign(number).message
    texts = {language: text for language, text in message.texts.items() if language not in which}
    desk.change(number, message=replace(message, texts=texts))
    return scene.go("campaign_text", str(number), scene.handbook.first_language)


def _take_picture_away(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.change(number, message=replace(desk.campaign(number).message, picture=None))
    return to_campaign(scene, number)


DRAWS: dict[str, Draw] = {
    "campaign_new": draw_new,
    "campaign_own": draw_own,
    "campaign_text": of_campaign(draw_text),
}
ACTS: dict[str, Act] = {
    "campaign_new": begin,
    "campaign_template": take_template,
    "campaign_own": write_own,
    "campaign_text": go_to("campaign_text"),
    "campaign_text_away": on_campaign(_take_text_away),
    "campaign_picture_away": on_campaign(_take_picture_away),
}
READS: dict[str, Read] = {"campaign_own": read_own, "campaign_text": reading(_read_text)}
