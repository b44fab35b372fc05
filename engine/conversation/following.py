"""A campaign on its way: how far it has come, who did not get it and why, and what an officer can do about it."""

from collections import Counter
from dataclasses import replace

from markupsafe import Markup, escape

from engine.campaigns.life import Campaign
from engine.campaigns.progress import (
    LedgerPart,
    is_live,
    ledger_parts,
    may_be_told,
    may_send_again,
    needs_reasons,
    say_cancelling,
    say_pace,
    say_reasons,
    say_sending_again,
    settled,
)
from engine.campaigns.sentence import say_count
from engine.conversation.at_the_desk import go_to, of_campaign, on_campaign, say_head, to_campaign
from engine.conversation.desk import Desk
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen
from engine.texts import Texts

BAR_LENGTH = 10


def draw_progress(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """Everybody whom it is for, each counted once: sent, to go, not reached and why. The counts add up."""
    pace = say_pace(scene.say, campaign, scene.handbook.rules, scene.now)
    screen = scene.screen(
        Markup("\n").join([say_head(scene, campaign), *_counted(scene, desk, campaign), *pace]),
        *_ways(scene, campaign),
        (scene.button("desk.refresh", f"campaign:{campaign.id}"), scene.button("desk.all", "campaigns")),
    )
    return replace(screen, is_live=is_live(campaign))


def _counted(scene: Scene, desk: Desk, campaign: Campaign) -> list[Markup]:
    say, counts = scene.say, campaign.counts
    if campaign.state == "approved":
        return [say("desk.writing_down")]
    if not counts.size:
        return [say("desk.nobody_yet")]
    if not may_be_told(campaign, is_exact=desk.is_exact(campaign)):
        return [say("desk.recipients", people=say_count(say, counts.size, is_exact=False))]
    reasons = desk.reasons(campaign.id) if needs_reasons(counts) else Counter()
    return [
        _bar(scene, campaign),
        *(_say_part(say, part) for part in ledger_parts(counts, reasons)),
        say("desk.total", people=say.number(counts.size)),
    ]


def _say_part(say: Texts, part: LedgerPart) -> Markup:
    key = {
        "sent": "desk.sent",
        "to_go": "desk.to_go",
        "waiting": "desk.waiting",
        "unreachable": "desk.unreachable",
        "refused": "desk.refused",
        "in_doubt": "desk.in_doubt",
        "dropped": "desk.dropped",
    }[part.name]
    why = Markup(" (%s)") % say_reasons(say, part.reasons) if part.reasons else ""
    return say(key, people=say.number(part.count)) + why


def _bar(scene: Scene, campaign: Campaign) -> Markup:
    done, size = settled(campaign.counts), campaign.counts.size
    filled = done * BAR_LENGTH // size
    percent = scene.say("statistics.percent", number=done * 100 // size)
    return escape("▓" * filled + "░" * (BAR_LENGTH - filled)) + " " + percent


def _ways(scene: Scene, campaign: Campaign) -> list[tuple[Button, ...]]:
    number = campaign.id
    steps = []
    if campaign.state in ("scheduled", "sending"):
        steps.append(scene.button("pause", f"campaign_pause:{number}", "main"))
    if campaign.state == "paused":
        steps.append(scene.button("desk.resume", f"campaign_resume:{number}", "main"))
    if not campaign.is_over:
        steps.append(scene.button("desk.cancel", f"campaign_sure:{number}:cancel"))
    rows: list[tuple[Button, ...]] = [tuple(steps)]
    if may_send_again(campaign):
        rows.append((scene.button("desk.again", f"campaign_sure:{number}:again"),))
    return rows


def draw_sure(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """Says what will happen, and asks once."""
    say, number, what = scene.say, campaign.id, scene.place.about[1]
    is_exact = desk.is_exact(campaign)
    if what == "again":
        yes, lines = "desk.again_yes", [say_sending_again(say, campaign, is_exact=is_exact)]
    else:
        yes, lines = "desk.cancel_yes", say_cancelling(say, campaign, is_exact=is_exact)
    return scene.screen(
        Markup("\n").join([say_head(scene, campaign), *lines]),
        (scene.button("desk.leave_it", f"campaign:{number}", "main"),),
        (scene.button(yes, f"campaign_{what}:{number}"),),
    )


def _pause(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.pause(number)
    return to_campaign(scene, number)


def _resume(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.resume(number)
    return to_campaign(scene, number)


def _cancel(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.cancel(number)
    return to_campaign(scene, number)


def _send_again(scene: Scene, desk: Desk, number: int, _: tuple[str, ...]) -> Scene:
    desk.send_doubted_again(number)
    return to_campaign(scene, number)


DRAWS: dict[str, Draw] = {"campaign_sure": of_campaign(draw_sure)}
ACTS: dict[str, Act] = {
    "campaign_sure": go_to("campaign_sure"),
    "campaign_pause": on_campaign(_pause),
    "campaign_resume": on_campaign(_resume),
    "campaign_cancel": on_campaign(_cancel),
    "campaign_again": on_campaign(_send_again),
}
