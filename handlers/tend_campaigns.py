"""Carries campaigns on by themselves: writes their audience down, starts them, drops what is late, ends them.

Each call is one short transaction: however large a campaign is, nobody who waits for an answer notices.
"""

from dataclasses import replace
from datetime import datetime

from engine.campaigns.deciding import opening
from engine.campaigns.hours import SLOTS
from engine.campaigns.ledger import Reason
from engine.campaigns.life import ON_THEIR_WAY, Campaign, Step, step
from engine.handbook import Handbook
from engine.state import ReminderSlot, day_of
from handlers.deliver import PUSHED
from storage.audiences import end_freezing, freeze_audience, last_account
from storage.campaigns import load_campaign, load_campaigns, load_with_rest, note_frozen, save_campaign
from storage.database import Transaction
from storage.deliveries import Ledger, has_rows

FROZEN_AT_ONCE = 10_000
"""Accounts that one transaction looks at for an audience."""


def tend_campaigns(transaction: Transaction, handbook: Handbook, now: datetime) -> bool:
    """Does one portion of what is due. Whether there was any: then there may be more."""
    for campaign in reversed(load_campaigns(transaction, states=ON_THEIR_WAY)):
        if _tend(transaction, handbook, campaign, now):
            return True
    return any(_tend_rest(transaction, campaign, now) for campaign in load_with_rest(transaction))


def _tend(transaction: Transaction, handbook: Handbook, campaign: Campaign, now: datetime) -> bool:
    if campaign.state == "approved":
        return freeze_next(transaction, handbook, campaign, now)
    if _is_expired(campaign, now) and has_rows(transaction, campaign.id, ("planned", "waiting")):
        return _drop(transaction, campaign, now)
    if campaign.state == "scheduled" and (campaign.starts_at is None or campaign.starts_at <= now):
        return _go_on(transaction, campaign, "start")
    if campaign.state == "sending" and not campaign.counts.to_go and not campaign.counts.waiting:
        return _go_on(transaction, campaign, "finish")
    return False


def _tend_rest(transaction: Transaction, campaign: Campaign, now: datetime) -> bool:
    if campaign.state == "cancelled" or _is_expired(campaign, now):
        return _drop(transaction, campaign, now)
    # A sender that was taken for dead has said, after the end, what did not leave.
    return campaign.counts.planned > 0 and _go_on(transaction, campaign, "again")


def freeze_next(transaction: Transaction, handbook: Handbook, campaign: Campaign, now: datetime) -> bool:
    """Writes down the next part of the audience; after the last one the campaign is scheduled.

    False if another process was at it: nothing is done then.
    """
    last = last_account(transaction)
    if campaign.frozen_up_to >= last:
        if campaign.counts.size > FROZEN_AT_ONCE:
            end_freezing(transaction)
        return _go_on(transaction, campaign, "freeze")
    up_to = min(campaign.frozen_up_to + FROZEN_AT_ONCE, last)
    starts_at = campaign.starts_at or now
    with transaction.connection.begin_nested() as attempt:
        counts = freeze_audience(
            transaction,
            campaign.id,
            campaign.audience,
            (campaign.frozen_up_to, up_to),
            PUSHED,
            _moments(campaign, max(starts_at, now)),
            handbook.first_language,
            day_of(starts_at if campaign.kind != "campaign" else now),
            is_expired=_is_expired(campaign, now),
        )
        if note_frozen(transaction, campaign.id, campaign.frozen_up_to, up_to, counts):
            return True
        attempt.rollback()
    return False


def _moments(campaign: Campaign, starts_at: datetime) -> dict[ReminderSlot, datetime]:
    """From when on each may get it."""
    if campaign.kind in ("campaign", "notice"):
        return dict.fromkeys(SLOTS, starts_at)  # on the web at any hour
    return {slot: opening(campaign, starts_at, slot) for slot in SLOTS}


def _go_on(transaction: Transaction, campaign: Campaign, taken: Step) -> bool:
    current = load_campaign(transaction, campaign.id, for_change=True)
    if current.state != campaign.state:
        return False
    save_campaign(transaction, replace(current, state=step(current, taken)))
    return True


def _is_expired(campaign: Campaign, now: datetime) -> bool:
    return campaign.expires_at is not None and campaign.expires_at <= now


def _drop(transaction: Transaction, campaign: Campaign, now: datetime) -> bool:
    ledger = Ledger(transaction)
    reason: Reason = "cancelled" if campaign.state == "cancelled" else "expired"
    count = ledger.drop_rest(campaign.id, reason, now)
    ledger.write()
    return count > 0
