"""People to write to, officers, campaigns on their way, and the sum that must always hold."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import func, insert, select

from engine.campaigns.audience import EVERYBODY, AudienceRule
from engine.campaigns.ledger import DELIVERY_STATES, DeliveryState, Key, Outcome
from engine.campaigns.life import LASTS, Campaign
from engine.campaigns.message import Message, MessageButton
from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.state import CONSENT_VERSION
from handlers.deliver import Parcel, exchange
from handlers.staff import Access, find_officer
from handlers.tend_campaigns import tend_campaigns
from storage.campaigns import add_campaign, load_campaign
from storage.database import Database, Transaction
from storage.tables import account, campaign, delivery, staff

TEXT = Message({"vi": "Bà con <b>{commune}</b> ơi.", "en": "People of <b>{commune}</b>."}, (MessageButton("open"),))
_Result = TypeVar("_Result")


def add_people(
    database: Database,
    addresses: Iterable[int | str],
    now: datetime,
    communes: Iterable[str] = ("03646", "03667"),
    **fields: Any,
) -> list[int]:
    """Accounts that have agreed, on Telegram unless `channel` says otherwise: their numbers."""
    of_commune = list(communes)
    common = {
        "channel": "telegram",
        "turn": 5,
        "place": "form",
        "consent_version": CONSENT_VERSION,
        "consented_at": now,
        "reminders": "not_asked",
        "person": 0,
        "seen_on": date(now.year, now.month, now.day),
    } | fields
    rows = [
        common | {"address": str(address), "commune": of_commune[place % len(of_commune)]}
        for place, address in enumerate(addresses)
    ]
    with database.transaction() as transaction:
        written = insert(account).returning(account.c.id, sort_by_parameter_order=True)
        return list(transaction.connection.execute(written, rows).scalars())


def add_officer(database: Database, account_id: int | None = None, unit: str = PROVINCE) -> Access:
    """An officer of the association who has come already."""
    with database.transaction() as transaction:
        values = {"role": "campaigns", "unit": unit, "account_id": account_id}
        number = transaction.connection.execute(insert(staff).values(values).returning(staff.c.id)).scalar_one()
        return replace(find_officer(transaction, number), who=f"staff {number}")


def approved(
    database: Database, now: datetime, audience: AudienceRule = EVERYBODY, message: Message = TEXT, **fields: Any
) -> int:
    """A campaign as it is after somebody has approved it: its number."""
    values: dict[str, Any] = {
        "state": "approved",
        "unit": PROVINCE,
        "starts_at": now,
        "expires_at": now + LASTS,
    } | fields
    with database.transaction() as transaction:
        kept = add_campaign(transaction, Campaign(0, message=message, audience=audience, **values))
        assert kept
        return kept.id


def tend(database: Database, handbook: Handbook, now: datetime) -> None:
    """Everything that is due, portion by portion."""
    while run(database, lambda transaction: tend_campaigns(transaction, handbook, now)):
        pass


def run(database: Database, work: Callable[[Transaction], _Result]) -> _Result:
    """In a transaction of its own."""
    with database.transaction() as transaction:
        return work(transaction)


def check_sums(database: Database) -> None:
    """Every recipient is in exactly one state, and the counts of each campaign are those of its rows."""
    with database.transaction() as transaction:
        query = select(delivery.c.campaign_id, delivery.c.state, func.count()).group_by(
            delivery.c.campaign_id, delivery.c.state
        )
        counted = {(row[0], row[1]): row[2] for row in transaction.connection.execute(query)}
        for number in transaction.connection.execute(select(campaign.c.id)).scalars().all():
            counts = load_campaign(transaction, number).counts
            found = {state: counted.get((number, state), 0) for state in DELIVERY_STATES}
            assert found == {state: counts.of(state) for state in DELIVERY_STATES}


def state_of(database: Database, number: int) -> Campaign:
    """The campaign as it is now."""
    return run(database, lambda transaction: load_campaign(transaction, number))


def shuffled(things: Iterable[_Result], seed: int = 1) -> list[_Result]:
    """In another order, always the same."""
    mixed = list(things)
    random.Random(seed).shuffle(mixed)
    return mixed


def deliver(
    database: Database,
    handbook: Handbook,
    now: datetime,
    outcome: DeliveryState = "sent",
    refuse: Collection[str] = (),
) -> dict[int, list[Parcel]]:
    """Everything that may leave at this moment leaves; `refuse` are addresses where no message is taken.

    Returns what left, by campaign: an empty list where there was nothing.
    """
    parcels: dict[int, list[Parcel]] = defaultdict(list)
    outcomes: list[tuple[Key, Outcome]] = []
    while True:
        work = partial(exchange, handbook=handbook, sender="s", outcomes=outcomes, room=50, turn=1, now=now)
        found = run(database, work)
        if not found:
            break
        outcomes = []
        for parcel in found:
            parcels[parcel.key[0]].append(parcel)
            outcomes.append((parcel.key, Outcome("refused" if parcel.address in refuse else outcome)))
    tend(database, handbook, now)
    return parcels
