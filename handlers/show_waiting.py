"""Messages wait for the next visit where one cannot write first: which of them a chat is shown now.

The hours of a campaign do not matter here: whoever opens the chat is awake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.campaigns.deciding import decide_next
from engine.campaigns.ledger import Outcome
from engine.campaigns.life import Campaign
from engine.campaigns.writing import NoLongerTrue, Writer
from engine.handbook import Handbook
from engine.messages import Screen
from engine.state import State
from handlers.deliver import PUSHED, calm_begins
from storage.campaigns import load_campaign
from storage.database import Transaction
from storage.deliveries import Ledger, Waiting, messaged_at, waiting_for

SHOWN_AGAIN_FOR = timedelta(minutes=10)
"""So long a message comes again when its page is loaded again: the network may have lost the first answer."""


def show_waiting(
    transaction: Transaction, handbook: Handbook, state: State, now: datetime, *, repeats: bool
) -> tuple[Screen, ...]:
    """The messages for a chat at this moment, the most important first, no more than the rules of calm allow.

    One that is shown counts as sent; one that is of no use any more is dropped. With `repeats` those that were
    shown a moment ago come again, and count once.
    """
    number = state.account.id
    is_known = state.account.consent_version is not None or state.staff is not None
    if number is None or not state.has_messages or not is_known or state.account.channel in PUSHED:
        return ()
    found = waiting_for(transaction, number, now, now - SHOWN_AGAIN_FOR)
    waiting = [each for each in found if repeats or not each.is_shown]
    if not waiting:
        return ()
    messaged = messaged_at(transaction, [number], calm_begins(now)).get(number, [])
    return _Visit(Ledger(transaction), handbook, state, now, messaged).show(waiting)


@dataclass(frozen=True, slots=True)
class _Visit:
    """`messaged` are the moments at which the account got something lately; each message that is shown adds one."""

    ledger: Ledger
    handbook: Handbook
    state: State
    now: datetime
    messaged: list[datetime]

    def show(self, waiting: Sequence[Waiting]) -> tuple[Screen, ...]:
        screens: list[Screen] = []
        for each in waiting:
            campaign = load_campaign(self.ledger.transaction, each.campaign_id)
            screens += self._show_again(campaign) if each.is_shown else self._show(campaign, each.place)
        self.ledger.write()
        return tuple(screens)

    def _show(self, campaign: Campaign, place: int) -> tuple[Screen, ...]:
        """Writes down what becomes of a message that waited, and returns it if it is shown now."""
        calm = self.handbook.rules.calm
        decided = decide_next(campaign, self.state.account, self.messaged, self.now, calm, gets_another=False)
        if isinstance(decided, datetime):
            return ()
        screens = () if decided else self._copy(campaign)
        if not screens:
            outcome = decided or Outcome("dropped", "no_longer")
            self.ledger.settle(campaign.id, [place], outcome, self.now, before="waiting")
            return ()
        self.ledger.show(campaign.id, place, self.now)
        if campaign.kind != "notice":
            self.messaged.append(self.now)
        return screens

    def _show_again(self, campaign: Campaign) -> tuple[Screen, ...]:
        has_stopped = campaign.kind != "notice" and self.state.account.reminders == "stopped"
        return () if has_stopped else self._copy(campaign)

    def _copy(self, campaign: Campaign) -> tuple[Screen, ...]:
        """The message as this account sees it; nothing, if it is not true any more."""
        account = self.state.account
        session = self.state.sessions.get((account.person, False))
        try:
            return Writer(self.handbook, campaign, self.now).copy(account, session)
        except NoLongerTrue:
            return ()
