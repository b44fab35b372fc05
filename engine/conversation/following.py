"""A campaign on its way: how far it has come, who did not get it and why, and what an officer can do about it."""

from collections import Counter
from dataclasses import replace

from markupsafe import Markup, escape

from engine.campaigns.audience import FEW
from engine.campaigns.estimate import estimate_end
from engine.campaigns.ledger import DeliveryState
from engine.campaigns.life import Campaign
from engine.campaigns.sentence import say_count, say_moment, say_reason
from engine.conversation.at_the_desk import go_to, of_campaign, on_campaign, say_head, to_campaign
from engine.conversation.desk import Desk
from engine.conversation.scene import Act, Draw, Scene
from engine.messages import Button, Screen

LIVE = ("approved", "scheduled")
"""States in which a campaign changes by itself."""
BAR_LENGTH = 10

_Reasons = Counter[tuple[str, str | None]]


def draw_progress(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """Everybody whom it is for, each counted once: sent, to go, not reached and why. The counts add up."""
    lines = [say_head(scene, campaign), *_counted(scene, desk, campaign), *_pace(scene, campaign)]
    screen = scene.screen(
        Markup("\n").join(lines),
        *_ways(scene, campaign),
        (scene.button("desk.refresh", f"campaign:{campaign.id}"), scene.button("desk.all", "campaigns")),
    )
    return replace(screen, is_live=_is_live(campaign))


def _is_live(campaign: Campaign) -> bool:
    """Whether it changes by itself, and soon; after it was cancelled, until what is left has been taken out."""
    counts = campaign.counts
    if campaign.state == "sending":
        return counts.to_go > 0 or not counts.waiting  # with nobody left, it is done in a moment
    return campaign.state in LIVE or (campaign.state == "cancelled" and counts.to_go + counts.waiting > 0)


def _counted(scene: Scene, desk: Desk, campaign: Campaign) -> list[Markup]:
    say, counts = scene.say, campaign.counts
    if campaign.state == "approved":
        return [say("desk.writing_down")]
    if not counts.size:
        return [say("desk.nobody_yet")]
    if not _tells(desk, campaign):
        return [say("desk.recipients", people=say_count(say, counts.size, is_exact=False))]
    reasons = desk.reasons(campaign.id) if counts.unreachable or counts.dropped else Counter()
    ledger: list[tuple[str, int, DeliveryState | None]] = [
        ("desk.sent", counts.sent, None),
        ("desk.to_go", counts.to_go, None),
        ("desk.waiting", counts.waiting, None),
        ("desk.unreachable", counts.unreachable, "unreachable"),
        ("desk.refused", counts.refused, None),
        ("desk.in_doubt", counts.in_doubt, None),
        ("desk.dropped", counts.dropped, "dropped"),
    ]
    shown = ("desk.sent", "desk.to_go")
    return [
        _bar(scene, campaign),
        *(
            say(key, people=say.number(count)) + (_why(scene, reasons, state) if state else "")
            for key, count, state in ledger
            if count or key in shown
        ),
        say("desk.total", people=say.number(counts.size)),
    ]


def _tells(desk: Desk, campaign: Campaign) -> bool:
    """Whether this officer is told the counts: of few people only an officer of their own commune is."""
    return campaign.counts.size >= FEW or desk.is_exact(campaign)


def _bar(scene: Scene, campaign: Campaign) -> Markup:
    counts, size = campaign.counts, campaign.counts.size
    settled = size - counts.to_go - counts.waiting
    filled = settled * BAR_LENGTH // size
    percent = scene.say("statistics.percent", number=settled * 100 // size)
    return escape("▓" * filled + "░" * (BAR_LENGTH - filled)) + " " + percent


def _why(scene: Scene, reasons: _Reasons, state: DeliveryState) -> Markup:
    say = scene.say
    named = [(reason, count) for (of, reason), count in reasons.most_common() if of == state and reason]
    return Markup(" (%s)") % ", ".join(f"{say_reason(say, reason)} {say.number(count)}" for reason, count in named)


def _pace(scene: Scene, campaign: Campaign) -> list[Markup]:
    """What happens next, and when it will be through."""
    say, now, hours = scene.say, scene.now, campaign.hours
    lines = []
    begins = hours.next_opening(max(campaign.starts_at or now, now))
    per_second = scene.handbook.rules.per_second
    ends = say_moment(say, estimate_end(hours, begins, campaign.counts.to_go, per_second), now)
    if campaign.state == "paused":
        lines.append(say("desk.is_paused"))
    elif campaign.state == "scheduled" or (campaign.state == "sending" and begins > now):
        lines.append(say("audience.when", begins=say_moment(say, begins, now), ends=ends))
    elif campaign.state == "sending" and campaign.counts.to_go:
        lines.append(say("desk.pace", rate=per_second, ends=ends))
    if campaign.counts.waiting and campaign.expires_at:
        lines.append(say("desk.waits_until", until=say_moment(say, campaign.expires_at, now)))
    return lines


def _ways(scene: Scene, campaign: Campaign) -> list[tuple[Button, ...]]:
    number, counts = campaign.id, campaign.counts
    steps = []
    if campaign.state in ("scheduled", "sending"):
        steps.append(scene.button("pause", f"campaign_pause:{number}", "main"))
    if campaign.state == "paused":
        steps.append(scene.button("desk.resume", f"campaign_resume:{number}", "main"))
    if not campaign.is_over:
        steps.append(scene.button("desk.cancel", f"campaign_sure:{number}:cancel"))
    rows: list[tuple[Button, ...]] = [tuple(steps)]
    if counts.in_doubt and not counts.to_go and campaign.state in ("sending", "paused", "done"):
        rows.append((scene.button("desk.again", f"campaign_sure:{number}:again"),))
    return rows


def draw_sure(scene: Scene, desk: Desk, campaign: Campaign) -> Screen:
    """Says what will happen, and asks once."""
    say, counts = scene.say, campaign.counts
    is_exact = _tells(desk, campaign)
    number, what = campaign.id, scene.place.about[1]
    lines = [say_head(scene, campaign)]
    if what == "again":
        lines.append(say("desk.again_sure", people=say_count(say, counts.in_doubt, is_exact=is_exact)))
    elif counts.size:
        left = counts.to_go + counts.waiting
        lines.append(say("desk.cancel_sure", left=say_count(say, left, is_exact=is_exact)))
    else:
        lines.append(say("desk.cancel_unsent_sure"))
    if what == "cancel" and counts.sent:
        lines.append(say("desk.cancel_kept", sent=say_count(say, counts.sent, is_exact=is_exact)))
    yes = "desk.again_yes" if what == "again" else "desk.cancel_yes"
    return scene.screen(
        Markup("\n").join(lines),
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
