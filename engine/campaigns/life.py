"""The life of a campaign: which step may follow which, and who may take it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from engine.campaigns.audience import EVERYBODY, AudienceRule, Reach
from engine.campaigns.hours import DECENT, Hours
from engine.campaigns.ledger import Counts
from engine.campaigns.message import EMPTY, OF_CALENDAR, PLACEHOLDERS, Message, check_button, check_text
from engine.errors import CampaignRefused

Kind = Literal["campaign", "observance", "reminder", "notice"]
"""campaign    an officer wrote it
observance  the calendar sends it to those who want such reminders
reminder    for one person's own assessment
notice      to staff; the rules of calm are not for it
"""
PRIORITIES: dict[Kind, int] = {"campaign": 3, "observance": 2, "reminder": 1, "notice": 0}
"""Who goes first where somebody may get only one of them today."""

CampaignState = Literal["draft", "submitted", "approved", "scheduled", "sending", "paused", "done", "cancelled"]
"""approved: the audience is being written down; scheduled: it is, and the time has not come."""
CAMPAIGN_STATES: tuple[CampaignState, ...] = get_args(CampaignState)
ON_THEIR_WAY: tuple[CampaignState, ...] = ("approved", "scheduled", "sending", "paused")

Step = Literal[
    "edit", "submit", "return", "approve", "freeze", "start", "pause", "resume", "finish", "again", "cancel"
]

STEPS: dict[Step, tuple[frozenset[CampaignState], CampaignState]] = {
    "edit": (frozenset({"draft"}), "draft"),
    "submit": (frozenset({"draft"}), "submitted"),
    "return": (frozenset({"submitted"}), "draft"),
    "approve": (frozenset({"submitted"}), "approved"),
    "freeze": (frozenset({"approved"}), "scheduled"),
    "start": (frozenset({"scheduled"}), "sending"),
    "pause": (frozenset({"scheduled", "sending"}), "paused"),
    "resume": (frozenset({"paused"}), "sending"),
    "finish": (frozenset({"sending"}), "done"),
    "again": (frozenset({"done"}), "sending"),
    "cancel": (frozenset({"draft", "submitted", "approved", "scheduled", "sending", "paused"}), "cancelled"),
}

FARTHEST = timedelta(days=366)
"""Nobody plans longer ahead; a wrong year does."""
LASTS = timedelta(days=14)
"""After this, what could not be delivered is dropped, unless the campaign says otherwise."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """`written_by`, `submitted_by`, `approved_by` are numbers of staff; `unit` is whose people it may be for.

    `key` names what the calendar sends, so that it is sent once. `frozen_up_to`: accounts up to this number are
    written down. `reach` is what the last preview counted, and `counted_at` when.
    """

    id: int
    kind: Kind = "campaign"
    state: CampaignState = "draft"
    key: str | None = None
    title: str = ""
    message: Message = EMPTY
    audience: AudienceRule = EVERYBODY
    unit: str = ""
    hours: Hours = DECENT
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    written_by: int | None = None
    submitted_by: int | None = None
    approved_by: int | None = None
    is_tested: bool = False
    frozen_up_to: int = 0
    counts: Counts = field(default_factory=Counts)
    reach: Reach | None = None
    counted_at: datetime | None = None

    @property
    def priority(self) -> int:
        """Who goes first."""
        return PRIORITIES[self.kind]

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be decided any more."""
        return self.state in ("done", "cancelled")


def step(campaign: Campaign, taken: Step) -> CampaignState:
    """The state after a step. CampaignRefused if it may not follow."""
    before, after = STEPS[taken]
    if campaign.state not in before:
        raise CampaignRefused("campaign.not_now", state=campaign.state, step=taken)
    return after


def check_can_be_submitted(campaign: Campaign, first_language: str) -> None:
    """CampaignRefused if something is missing: a text, a test, people, a sense."""
    if first_language not in campaign.message.texts:
        raise CampaignRefused("campaign.no_text")
    for text in campaign.message.texts.values():
        check_text(text, PLACEHOLDERS - OF_CALENDAR)
    for button in campaign.message.buttons:
        check_button(button)
    if campaign.message.needs_open_session and campaign.audience.progress != ("half_way",):
        raise CampaignRefused("campaign.only_half_way")
    if not campaign.hours.are_decent:
        raise CampaignRefused("campaign.hours")
    if not campaign.is_tested:
        raise CampaignRefused("campaign.not_tested")
    if campaign.reach is None or not campaign.reach.size:
        raise CampaignRefused("campaign.nobody")


def needs_second_officer(campaign: Campaign, most_alone: int) -> bool:
    """Whether the audience is so large that two officers must have seen it."""
    return campaign.reach is None or campaign.reach.size > most_alone


def check_approver(campaign: Campaign, approver: int, most_alone: int) -> None:
    """CampaignRefused if somebody else must approve it: over so many people two must have seen it."""
    if needs_second_officer(campaign, most_alone) and approver in (campaign.written_by, campaign.submitted_by):
        raise CampaignRefused("campaign.second_officer", most=most_alone)
