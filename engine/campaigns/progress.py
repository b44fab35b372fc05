"""How far a campaign has come: who has it, who did not get it and why, when it will be through, what a step ends.

The same rules for every place where officers look: the chat, the console.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from engine.campaigns.audience import FEW
from engine.campaigns.estimate import estimate_end
from engine.campaigns.ledger import Counts, DeliveryState
from engine.campaigns.life import Campaign, CampaignState
from engine.campaigns.rules import SendingRules
from engine.campaigns.sentence import say_count, say_moment, say_reason
from engine.texts import Texts

Part = Literal["sent", "to_go", "waiting", "unreachable", "refused", "in_doubt", "dropped"]
"""What officers tell apart: `to_go` is planned and claimed together."""

Reasons = Counter[tuple[str, str | None]]
"""(state, reason) → how many recipients."""

_CHANGES_BY_ITSELF: tuple[CampaignState, ...] = ("approved", "scheduled")
_ALWAYS_SHOWN: tuple[Part, ...] = ("sent", "to_go")


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """How many recipients of a campaign are in one part of its ledger, and why, the most frequent reason first."""

    name: Part
    count: int
    reasons: tuple[tuple[str, int], ...] = ()


def is_live(campaign: Campaign) -> bool:
    """Whether it changes by itself, and soon; after it was cancelled, until what is left has been taken out."""
    counts = campaign.counts
    if campaign.state == "sending":
        return counts.to_go > 0 or not counts.waiting  # with nobody left, it is done in a moment
    left = counts.to_go + counts.waiting
    return campaign.state in _CHANGES_BY_ITSELF or (campaign.state == "cancelled" and left > 0)


def may_be_told(campaign: Campaign, *, is_exact: bool) -> bool:
    """Whether an officer is told the counts: of few people only an officer of their own commune is (`is_exact`).

    The parts of a larger audience are told to the last one, or nobody could see that they add up.
    """
    return is_exact or campaign.counts.size >= FEW


def needs_reasons(counts: Counts) -> bool:
    """Whether there is anybody of whom the ledger says why they did not get it."""
    return bool(counts.unreachable or counts.dropped)


def may_send_again(campaign: Campaign) -> bool:
    """Whether there is somebody in doubt, and nothing else left to send."""
    counts = campaign.counts
    return bool(counts.in_doubt) and not counts.to_go and campaign.state in ("sending", "paused", "done")


def settled(counts: Counts) -> int:
    """Of how many recipients it is clear what became of their copy."""
    return counts.size - counts.to_go - counts.waiting


def ledger_parts(counts: Counts, reasons: Reasons) -> list[LedgerPart]:
    """Everybody whom it is for, each counted once. Parts with nobody in them are left out, but the first two."""
    parts = [
        LedgerPart("sent", counts.sent),
        LedgerPart("to_go", counts.to_go),
        LedgerPart("waiting", counts.waiting),
        LedgerPart("unreachable", counts.unreachable, _why(reasons, "unreachable")),
        LedgerPart("refused", counts.refused),
        LedgerPart("in_doubt", counts.in_doubt),
        LedgerPart("dropped", counts.dropped, _why(reasons, "dropped")),
    ]
    return [part for part in parts if part.count or part.name in _ALWAYS_SHOWN]


def _why(reasons: Reasons, state: DeliveryState) -> tuple[tuple[str, int], ...]:
    return tuple((reason, count) for (of, reason), count in reasons.most_common() if of == state and reason)


def say_reasons(say: Texts, reasons: Iterable[tuple[str, int]]) -> str:
    """Why people did not get it, and how many: "đã chặn 9, tài khoản đã đóng 3"."""
    return ", ".join(f"{say_reason(say, reason)} {say.number(count)}" for reason, count in reasons)


def say_pace(say: Texts, campaign: Campaign, rules: SendingRules, now: datetime) -> list[Markup]:
    """What happens next, and when it will be through."""
    lines = []
    begins = campaign.hours.next_opening(max(campaign.starts_at or now, now))
    ends = say_moment(say, estimate_end(campaign.hours, begins, campaign.counts.to_go, rules.per_second), now)
    if campaign.state == "paused":
        lines.append(say("desk.is_paused"))
    elif campaign.state == "scheduled" or (campaign.state == "sending" and begins > now):
        lines.append(say("audience.when", begins=say_moment(say, begins, now), ends=ends))
    elif campaign.state == "sending" and campaign.counts.to_go:
        lines.append(say("desk.pace", rate=rules.per_second, ends=ends))
    if campaign.counts.waiting and campaign.expires_at:
        lines.append(say("desk.waits_until", until=say_moment(say, campaign.expires_at, now)))
    return lines


def say_cancelling(say: Texts, campaign: Campaign, *, is_exact: bool) -> list[Markup]:
    """What cancelling ends for good, and what stays."""
    counts, is_told = campaign.counts, may_be_told(campaign, is_exact=is_exact)
    if not counts.size:
        return [say("desk.cancel_unsent_sure")]
    left = say_count(say, counts.to_go + counts.waiting, is_exact=is_told)
    lines = [say("desk.cancel_sure", left=left)]
    if counts.sent:
        lines.append(say("desk.cancel_kept", sent=say_count(say, counts.sent, is_exact=is_told)))
    return lines


def say_sending_again(say: Texts, campaign: Campaign, *, is_exact: bool) -> Markup:
    """What sending again to those in doubt may do."""
    is_told = may_be_told(campaign, is_exact=is_exact)
    return say("desk.again_sure", people=say_count(say, campaign.counts.in_doubt, is_exact=is_told))
