"""A sender says what came of its copies and gets the next ones: one transaction, so that nothing falls between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.campaigns.deciding import Postponed, decide_next
from engine.campaigns.ledger import Key, Outcome
from engine.campaigns.life import Campaign
from engine.campaigns.writing import NoLongerTrue, Writer
from engine.handbook import Handbook
from engine.messages import Screen
from engine.state import HOME_ZONE, day_of
from storage.campaigns import load_campaigns
from storage.database import Transaction
from storage.deliveries import Ledger, Recipient, awaited_by, messaged_at, next_recipients

PUSHED = frozenset({"telegram"})
"""Channels on which one can write first. On all others a message waits for the next visit."""

MOST_LOOKS = 20
"""How often one exchange looks further in a campaign where nobody whom it finds may get it now."""


class Parcel(NamedTuple):
    """One copy to be sent: which row of the ledger, where to, what, and until when it may leave."""

    key: Key
    channel: str
    address: str
    screens: tuple[Screen, ...]
    until: datetime


def calm_begins(now: datetime) -> datetime:
    """Since when what somebody got counts for the rules of calm."""
    return datetime.combine(day_of(now) - timedelta(days=6), datetime.min.time(), HOME_ZONE)


def exchange(
    transaction: Transaction,
    handbook: Handbook,
    sender: str,
    outcomes: Sequence[tuple[Key, Outcome]],
    room: int,
    turn: int,
    now: datetime,
) -> list[Parcel]:
    """Marks what came of earlier parcels, and claims at most `room` new ones.

    All campaigns on their way get an equal part; `turn` rises by one each time, so that what cannot be parted goes
    to each of them in turn. Nothing outside of a campaign's hours.
    """
    ledger = Ledger(transaction)
    if outcomes:
        ledger.mark(sender, outcomes, now, again=now)
    parcels: list[Parcel] = []
    if room > 0:
        campaigns = [
            each
            for each in load_campaigns(transaction, states=("sending",))
            if each.counts.planned and each.hours.is_open(now)
        ]
        claiming = _Claiming(ledger, handbook, sender, now)
        first = turn % len(campaigns) if campaigns else 0
        campaigns = campaigns[first:] + campaigns[:first]
        # Twice: what some cannot use, the others may have.
        for _ in range(2):
            for place, campaign in enumerate(campaigns):
                part = -(-(room - len(parcels)) // (len(campaigns) - place))
                parcels += claiming.claim(campaign, part)
    ledger.write()
    return parcels


@dataclass(frozen=True, slots=True)
class _Claiming:
    ledger: Ledger
    handbook: Handbook
    sender: str
    now: datetime

    def claim(self, campaign: Campaign, most: int) -> list[Parcel]:
        parcels: list[Parcel] = []
        writer = Writer(self.handbook, campaign, self.now)
        for _ in range(MOST_LOOKS):
            if len(parcels) >= most:
                break
            found = next_recipients(self.ledger.transaction, campaign.id, self.now, most - len(parcels))
            if not found:
                break
            parcels += self._sort(campaign, writer, found)
        return parcels

    def _sort(self, campaign: Campaign, writer: Writer, found: Sequence[Recipient]) -> list[Parcel]:
        """Writes down what is to become of each, and returns those that leave."""
        parcels: list[Parcel] = []
        closing = campaign.hours.closing(self.now)
        until = min(closing, campaign.expires_at or closing)
        others: dict[Outcome | Postponed, list[int]] = {}
        messaged, awaited = self._what_else(campaign, found)
        calm = self.handbook.rules.calm
        for place, account, session in found:
            decided = decide_next(
                campaign,
                account,
                messaged.get(account.id, ()),
                self.now,
                calm,
                gets_another=account.id in awaited,
            )
            if decided is None:
                try:
                    screens = writer.copy(account, session)
                except NoLongerTrue:
                    decided = Outcome("dropped", "no_longer")
                else:
                    parcels.append(Parcel((campaign.id, place), account.channel, account.address, screens, until))
            if decided is not None:
                others.setdefault(decided, []).append(place)
        for decision, places in others.items():
            if isinstance(decision, Outcome):
                self.ledger.settle(campaign.id, places, decision, self.now)
            else:
                self.ledger.postpone(campaign.id, places, decision)
        self.ledger.claim(campaign.id, [parcel.key[1] for parcel in parcels], self.sender, self.now)
        return parcels

    def _what_else(
        self, campaign: Campaign, found: Sequence[Recipient]
    ) -> tuple[dict[int, list[datetime]], set[int]]:
        """When these people got something lately, and who of them gets something more important today."""
        if campaign.kind == "notice":
            return {}, set()
        accounts = [each.account.id for each in found]
        transaction = self.ledger.transaction
        messaged = messaged_at(transaction, accounts, calm_begins(self.now))
        tomorrow = datetime.combine(day_of(self.now) + timedelta(days=1), datetime.min.time(), HOME_ZONE)
        return messaged, awaited_by(transaction, accounts, campaign.kind, tomorrow)
