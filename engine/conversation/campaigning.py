"""Officers and their campaigns: the list, one of them at each point of its life, its approval, the year's theme."""

from dataclasses import replace

from markupsafe import Markup

from engine.campaigns.life import Campaign, check_approver, needs_second_officer
from engine.campaigns.refusals import say_state
from engine.conversation.at_the_desk import of_campaign, on_campaign, say_head, say_who, to_campaign, try_at_desk
from engine.conversation.desk import Desk
from engine.conversation.following import draw_progress
from engine.conversation.scene import Act, Draw, Scene, needed
from engine.errors import CampaignRefused
from engine.messages import LONGEST_CHOICE_LABEL, Button, Screen
from engine.state import day_of, round_of
from engine.text import shorten
from engine.texts import Texts

MOST_SHOWN = 10
"""Older ones are on the command line."""


def show_campaigns(scene: Scene, _: tuple[str, ...] = ()) -> Scene:
    """To the list."""
    return scene.go("campaigns")


def draw_campaigns(scene: Scene) -> Screen:
    """The newest campaigns, each with the point at which it is."""
    campaigns = needed(scene.desk).campaigns()[:MOST_SHOWN]
    rows = [(Button(_label(scene.say, each), f"campaign:{each.id}", "choice"),) for each in campaigns]
    return scene.screen(
        scene.say("desk.campaigns" if rows else "desk.no_campaigns"),
        *rows,
        (scene.button("desk.new", "campaign_new", "main"),),
        (scene.button("back", "home"),),
    )


def _label(say: Texts, campaign: Campaign) -> str:
    state = say_state(say, campaign.state)
    return f"{shorten(campaign.title, LONGEST_CHOICE_LABEL - len(state) - 3)} · {state}"


def _open(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    campaign = desk.campaign(number)
    if campaign.state == "draft" and not _is_counted_today(scene, campaign):
        desk.count(number)
    return to_campaign(scene, number)


def _is_counted_today(scene: Scene, campaign: Campaign) -> bool:
    """Who has had a message already, the count says only of its own day."""
    return campaign.counted_at is not None and day_of(campaign.counted_at) == day_of(scene.now)


def draw_one(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """A campaign at the point of its life at which it is."""
    if campaign.state == "draft":
        return _draw_draft(scene, desk, campaign)
    if campaign.state == "submitted":
        return _draw_submitted(scene, desk, campaign)
    return draw_progress(scene, desk, campaign)


def _draw_draft(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    number, first_language = campaign.id, scene.handbook.first_language
    return scene.screen(
        _summary(scene, desk, campaign),
        (scene.button("desk.test", f"campaign_test:{number}", "main"),),
        (
            scene.button("desk.edit_text", f"campaign_text:{number}:{first_language}"),
            scene.button("desk.edit_audience", f"campaign_audience:{number}"),
        ),
        (
            scene.button("desk.edit_buttons", f"campaign_buttons:{number}"),
            scene.button("desk.edit_time", f"campaign_time:{number}"),
        ),
        (scene.button("desk.submit", f"campaign_submit:{number}", "main"),),
        (
            scene.button("desk.cancel", f"campaign_sure:{number}:cancel"),
            scene.button("desk.all", "campaigns"),
        ),
    )


def _draw_submitted(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    number, most_alone = campaign.id, scene.handbook.rules.most_alone
    may_approve = _may_approve(scene, campaign)
    approve = scene.button("desk.approve", f"campaign_approve:{number}", "main")
    waits = () if may_approve else (scene.say("campaign.second_officer", most=most_alone),)
    return scene.screen(
        Markup("\n\n").join((_summary(scene, desk, campaign), *waits)),
        (approve,) if may_approve else (),
        (
            scene.button("desk.return", f"campaign_return:{number}"),
            scene.button("desk.cancel", f"campaign_sure:{number}:cancel"),
        ),
        (scene.button("desk.refresh", f"campaign:{number}"), scene.button("desk.all", "campaigns")),
    )


def _may_approve(scene: Scene, campaign: Campaign) -> bool:
    try:
        check_approver(campaign, needed(scene.state.staff).id, scene.handbook.rules.most_alone)
    except CampaignRefused:
        return False
    return True


def _summary(scene: Scene, desk: Desk, campaign: Campaign) -> Markup:
    """All of a campaign that is not on its way: what people will see, and who they are."""
    parts = [say_head(scene, campaign), *_message(scene, desk, campaign), say_who(scene, desk, campaign)]
    return Markup("\n\n").join(parts)


def _message(scene: Scene, desk: Desk, campaign: Campaign) -> list[Markup]:
    say, texts = scene.say, campaign.message.texts
    if scene.handbook.first_language not in texts:
        return [say("campaign.no_text")]
    shown = desk.preview(campaign.id, say.language)
    about = [say("desk.buttons", buttons=" · ".join(button.label for button in shown.flat_buttons))]
    if shown.picture:
        about.append(say("desk.picture"))
    if len(texts) > 1:
        names = [known.name for language, known in scene.handbook.languages.items() if language in texts]
        about.append(say("desk.languages", languages=" · ".join(names)))
    return [shown.html, Markup("\n").join(about)]


def _test(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    """The message as people will see it, in each of its languages, above the campaign's own screen."""
    texts, first_language = desk.campaign(number).message.texts, scene.handbook.first_language
    languages = [each for each in scene.handbook.languages if each in texts] or [first_language]
    copies = tuple(desk.test(number, language) for language in languages)
    return replace(to_campaign(scene, number), above=copies).noting(scene.say("desk.tested"))


def _submit(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    submitted = desk.submit(number)
    asks_others = needs_second_officer(submitted, scene.handbook.rules.most_alone)
    note = scene.say("desk.others_asked") if asks_others else scene.say("desk.submitted")
    return to_campaign(scene, number).noting(note)


def _approve(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.approve(number)
    return to_campaign(scene, number).noting(scene.say("desk.approved"))


def _send_back(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.send_back(number)
    return to_campaign(scene, number).noting(scene.say("desk.returned"))


def set_theme(scene: Scene, words: str) -> Scene:
    """Keeps the theme of this year's Week; without words, says how."""
    if not words:
        return scene.noting(scene.say("desk.theme_how"))

    def keep(desk: Desk) -> Scene:
        name = scene.say.content(desk.set_theme(words))
        return scene.noting(scene.say("desk.theme_kept", name=name, year=round_of(scene.now), words=words))

    return try_at_desk(scene, keep)


open_campaign = on_campaign(_open)
approve = on_campaign(_approve)
send_back = on_campaign(_send_back)

DRAWS: dict[str, Draw] = {"campaigns": draw_campaigns, "one_campaign": of_campaign(draw_one)}
ACTS: dict[str, Act] = {
    "campaigns": show_campaigns,
    "campaign": open_campaign,
    "campaign_test": on_campaign(_test),
    "campaign_submit": on_campaign(_submit),
    "campaign_approve": approve,
    "campaign_return": send_back,
}
