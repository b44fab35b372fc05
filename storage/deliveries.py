"""The ledger: one row for each recipient of a campaign. What moves a row moves the campaign's counts with it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)

from engine.campaigns.ledger import DeliveryState, Key, LedgerLine, Outcome, Reason
from engine.campaigns.life import PRIORITIES, Kind
from engine.state import Addressee, Session
from storage.campaigns import move_counts
from storage.database import Transaction
from storage.hot import HotStatement, among
from storage.rows import SESSION_COLUMNS, session_of
from storage.tables import UtcSeconds, account, campaign, delivery, session

TIDIED_AT_ONCE = 5000
"""Rows that one transaction moves at the end of a campaign: nobody who waits for an answer should notice."""

_ERASED = Outcome("unreachable", "erased")
"""What comes of a copy that did not leave and is nobody's any more."""


def _is(*states: DeliveryState) -> ColumnElement[bool]:
    """Whether a row is in one of these states. The words are written into the statement.

    With a parameter that may choose another index SQLite would prepare it anew each time, which takes longer than
    all the rest.
    """
    written: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return delivery.c.state == written[0] if len(written) == 1 else delivery.c.state.in_(written)


class Recipient(NamedTuple):
    """Somebody who is next: the row, the account, its open session."""

    place: int
    account: Addressee
    session: Session | None


_THESE_ROWS = and_(delivery.c.campaign_id == bindparam("of_campaign"), among(delivery.c.place, "places"))
_POSTPONE = HotStatement(update(delivery).where(_THESE_ROWS).values(not_before=bindparam("not_before")))


@cache
def _moving(
    before: DeliveryState, changed: tuple[str, ...], *, are_a_senders: bool, are_somebodys: bool
) -> HotStatement:
    """Gives columns of these rows new values, if they are in the state before and what else is asked of them."""
    which = [_THESE_ROWS, _is(before)]
    if are_a_senders:
        which.append(delivery.c.claimed_by == bindparam("of_sender"))
    if are_somebodys:
        which.append(delivery.c.account_id.is_not(None))
    values = {name: bindparam(f"new_{name}", type_=delivery.c[name].type) for name in changed}
    return HotStatement(update(delivery).where(*which).values(values))


@dataclass
class Ledger:
    """Moves rows from state to state within one transaction. `write` must come last: it brings the counts along."""

    transaction: Transaction
    _moves: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def claim(self, campaign_id: int, places: Collection[int], sender: str, now: datetime) -> None:
        """These rows, planned until now, belong to a sender."""
        self._move(campaign_id, places, "planned", "claimed", {"claimed_by": sender, "at": now})

    def postpone(self, campaign_id: int, places: Collection[int], not_before: datetime) -> None:
        """Planned rows wait until then."""
        values = {"of_campaign": campaign_id, "places": places, "not_before": not_before}
        self.transaction.change_now(_POSTPONE, values)

    def settle(
        self,
        campaign_id: int,
        places: Collection[int],
        outcome: Outcome,
        now: datetime,
        before: Literal["planned", "waiting"] = "planned",
    ) -> None:
        """Rows, planned or waiting until now, that nobody will send or show."""
        self._move(campaign_id, places, before, outcome.state, {"reason": outcome.reason, "at": now})

    def mark(self, sender: str, outcomes: Iterable[tuple[Key, Outcome]], now: datetime, again: datetime) -> None:
        """What came of rows that a sender had claimed; what did not leave is planned again, from `again` on.

        A row that was taken for lost meanwhile, because its sender had not been heard of, is in doubt no longer.
        """
        alike: dict[tuple[int, Outcome], list[int]] = {}
        for (campaign_id, place), outcome in dict(outcomes).items():
            alike.setdefault((campaign_id, outcome), []).append(place)
        for (campaign_id, outcome), places in alike.items():
            after = outcome
            if outcome.state == "planned":
                again_from = {"reason": None, "not_before": again, "claimed_by": None, "at": None}
                self._mark(campaign_id, places, "planned", again_from, sender, are_somebodys=True)
                after = _ERASED  # those of them that are nobody's any more
            self._mark(campaign_id, places, after.state, {"reason": after.reason, "at": now}, sender)

    def give_back(self, sender: str, but: Collection[Key]) -> None:
        """A sender has not got what it claimed, or will not send it: all its rows but these are planned again."""
        query = select(delivery.c.campaign_id, delivery.c.place, delivery.c.account_id).where(
            delivery.c.claimed_by == sender, delivery.c.state == "claimed"
        )
        for row in self.transaction.connection.execute(query.with_for_update()).all():
            if (row.campaign_id, row.place) not in but:
                after = Outcome("planned") if row.account_id else _ERASED
                values = {"reason": after.reason, "claimed_by": None, "at": None}
                self._move(row.campaign_id, [row.place], "claimed", after.state, values)

    def doubt_all_but(self, alive: Collection[str]) -> int:
        """Rows claimed by senders that are no more may have arrived, or not. Returns how many."""
        lost = (
            update(delivery)
            .where(delivery.c.state == "claimed", delivery.c.claimed_by.not_in(alive))
            .values(state="in_doubt")
            .returning(delivery.c.campaign_id)
        )
        found = list(self.transaction.connection.execute(lost).scalars())
        for campaign_id in found:
            self._moves[campaign_id, "claimed", "in_doubt"] += 1
        return len(found)

    def plan_doubted_again(self, campaign_id: int) -> int:
        """An officer has decided: better twice than not at all. Returns how many; who has erased themself stays."""
        doubted = (
            delivery.c.campaign_id == campaign_id,
            delivery.c.state == "in_doubt",
            delivery.c.account_id.is_not(None),
        )
        again = (
            update(delivery).where(*doubted).values(state="planned", claimed_by=None).returning(delivery.c.place)
        )
        count = len(self.transaction.connection.execute(again).all())
        self._moves[campaign_id, "in_doubt", "planned"] += count
        return count

    def drop_rest(self, campaign_id: int, reason: Reason, now: datetime) -> int:
        """Drops what is still planned or waiting, so many rows at once; 0 when there is nothing left."""
        waiting = select(delivery.c.place).where(delivery.c.campaign_id == campaign_id, _is("waiting"))
        planned = (
            select(delivery.c.place)
            .where(delivery.c.campaign_id == campaign_id, _is("planned"))
            .order_by(delivery.c.not_before, delivery.c.place)  # else SQLite would look at what is dropped already
        )
        rest: dict[DeliveryState, Select[Any]] = {"planned": planned, "waiting": waiting}
        for state, rows in rest.items():
            some = rows.limit(TIDIED_AT_ONCE).with_for_update(skip_locked=True)
            # First the places, then their rows: in one statement PostgreSQL may look for them anew at each row.
            if places := self.transaction.connection.execute(some).scalars().all():
                return self._move(campaign_id, places, state, "dropped", {"reason": reason, "at": now})
        return 0

    def show(self, campaign_id: int, place: int, now: datetime) -> None:
        """A message that waited is shown."""
        self._move(campaign_id, [place], "waiting", "sent", {"at": now})

    def forget(self, account_id: int) -> None:
        """The account is about to be erased: nothing more will reach it. The foreign key takes its number away."""
        # All its rows are locked before any counts: whoever marks one of them has the counts still to write, too.
        rows = self.transaction.connection.execute(
            select(delivery.c.campaign_id, delivery.c.place, delivery.c.state)
            .where(delivery.c.account_id == account_id)
            .with_for_update()
        )
        for row in rows.all():
            if row.state in ("planned", "waiting"):
                self._move(row.campaign_id, [row.place], row.state, "unreachable", {"reason": "erased"})

    def write(self) -> None:
        """Brings the counts of the campaigns along."""
        move_counts(self.transaction, self._moves)
        self._moves.clear()

    def _mark(
        self,
        campaign_id: int,
        places: Collection[int],
        after: str,
        changes: Mapping[str, object],
        of_sender: str,
        *,
        are_somebodys: bool = False,
    ) -> None:
        move = partial(self._move, of_sender=of_sender, are_somebodys=are_somebodys)
        if move(campaign_id, places, "claimed", after, changes) < len(places):
            move(campaign_id, places, "in_doubt", after, changes)

    def _move(
        self,
        campaign_id: int,
        places: Collection[int],
        before: DeliveryState,
        after: str,
        changes: Mapping[str, object],
        of_sender: str = "",
        *,
        are_somebodys: bool = False,
    ) -> int:
        """Returns how many of the rows were in the state before, and are in the one after it now."""
        if not places:
            return 0
        changes = {"state": after, **changes}
        moving = _moving(before, tuple(changes), are_a_senders=bool(of_sender), are_somebodys=are_somebodys)
        which = {"of_campaign": campaign_id, "places": places, "of_sender": of_sender}
        count = self.transaction.change_now(moving, which | {f"new_{name}": new for name, new in changes.items()})
        self._moves[campaign_id, before, after] += count
        return count


_open = session.alias("session")
_NEXT = HotStatement(
    select(
        *(account.c[name] for name in Addressee._fields),
        delivery.c.place.label("delivery_place"),
        *(_open.c[column.name].label(f"session_{column.name}") for column in SESSION_COLUMNS),
    )
    .select_from(
        delivery.join(account, account.c.id == delivery.c.account_id).outerjoin(
            _open,
            and_(
                _open.c.account_id == account.c.id,
                _open.c.person == account.c.person,
                _open.c.is_finished == false(),
            ),
        )
    )
    .where(
        delivery.c.campaign_id == bindparam("of_campaign"),
        _is("planned"),
        delivery.c.not_before <= bindparam("moment", type_=delivery.c.not_before.type),
    )
    .order_by(delivery.c.not_before, delivery.c.place)
    .limit(bindparam("most"))
    # Whoever is talking to us at this moment, or is another sender's, comes later: nobody waits for anybody.
    .with_for_update(of=(delivery, account), skip_locked=True)
)


def next_recipients(transaction: Transaction, campaign_id: int, now: datetime, most: int) -> list[Recipient]:
    """Who is next, with their rows locked until the transaction ends."""
    return [
        Recipient(
            row.delivery_place,
            Addressee._make(row[: len(Addressee._fields)]),
            None if row.session_person is None else session_of(row),
        )
        for row in transaction.find(_NEXT, {"of_campaign": campaign_id, "moment": now, "most": most})
    ]


_MESSAGED = HotStatement(
    select(delivery.c.account_id, delivery.c.campaign_id, delivery.c.at)
    .where(among(delivery.c.account_id, "accounts"), _is("claimed", "sent", "in_doubt"))
    .where(delivery.c.at >= bindparam("since", type_=delivery.c.at.type))
)
_NOTICES = select(campaign.c.id).where(campaign.c.kind == "notice")
# With any other condition SQLite would go through a whole campaign.
_THEIRS = HotStatement(
    select(delivery.c.account_id, delivery.c.campaign_id, delivery.c.state, delivery.c.not_before).where(
        among(delivery.c.account_id, "accounts")
    )
)


def messaged_at(transaction: Transaction, accounts: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    """When each of these accounts got a campaign or a reminder since then."""
    found = transaction.find(_MESSAGED, {"accounts": accounts, "since": since})
    if not found:
        return {}
    of_them = campaign.c.id.in_({row.campaign_id for row in found})
    notices = set(transaction.connection.execute(_NOTICES.where(of_them)).scalars())
    moments: dict[int, list[datetime]] = {}
    for row in found:
        if row.campaign_id not in notices:
            moments.setdefault(row.account_id, []).append(row.at)
    return moments


def awaited_by(transaction: Transaction, accounts: Collection[int], kind: Kind, until: datetime) -> set[int]:
    """Which of these accounts will get something before `until` that comes before a campaign of this kind."""
    kinds = [each for each, priority in PRIORITIES.items() if priority > PRIORITIES[kind]]
    if not kinds:
        return set()
    query = (
        select(campaign.c.id)
        .where(campaign.c.state.in_(("scheduled", "sending")), campaign.c.starts_at < until)
        .where(campaign.c.kind.in_(kinds))
    )
    numbers = set(transaction.connection.execute(query).scalars())
    if not numbers:
        return set()
    return {
        row.account_id
        for row in transaction.find(_THEIRS, {"accounts": accounts})
        if row.campaign_id in numbers and row.state == "planned" and row.not_before < until
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that a chat has not seen, or has seen a moment ago."""

    campaign_id: int
    place: int
    is_shown: bool


_WAS_SHOWN = and_(_is("sent"), delivery.c.claimed_by.is_(None))
MAY_BE_SHOWN = _is("waiting") | _WAS_SHOWN
"""Whether `waiting_for` has to look at a row: hardly any account has one."""
_WAITING = (
    select(delivery.c.campaign_id, delivery.c.place, delivery.c.state, campaign.c.kind)
    .join(campaign, campaign.c.id == delivery.c.campaign_id)
    .where(delivery.c.account_id == bindparam("of_account"))
    .where(campaign.c.state.in_([literal_column("'sending'"), literal_column("'done'")]))
    .where(delivery.c.not_before <= bindparam("moment", type_=delivery.c.not_before.type))
    .where(campaign.c.expires_at > bindparam("moment", type_=campaign.c.expires_at.type))
    .where(_is("waiting") | and_(_WAS_SHOWN, delivery.c.at >= bindparam("shown_since", type_=delivery.c.at.type)))
)


def waiting_for(transaction: Transaction, account_id: int, now: datetime, shown_since: datetime) -> list[Waiting]:
    """What waits for an account, and what it was shown since a moment, the most important first."""
    values = {"of_account": account_id, "moment": now, "shown_since": shown_since}
    rows = transaction.connection.execute(_WAITING, values)
    ordered = sorted(rows, key=lambda row: (-PRIORITIES[row.kind], -row.campaign_id))
    return [Waiting(row.campaign_id, row.place, row.state == "sent") for row in ordered]


def is_sent_picture(transaction: Transaction, account_id: int, picture: int) -> bool:
    """Whether an account is among the recipients of a message with this picture."""
    query = (
        select(campaign.c.message)
        .join(delivery, delivery.c.campaign_id == campaign.c.id)
        .where(delivery.c.account_id == account_id)
    )
    return any(message["picture"] == picture for message in transaction.connection.execute(query).scalars())


def has_rows(transaction: Transaction, campaign_id: int, states: Sequence[DeliveryState]) -> bool:
    """Whether any recipient is in one of these states."""
    query = select(delivery.c.place).where(delivery.c.campaign_id == campaign_id, delivery.c.state.in_(states))
    return transaction.connection.execute(query.limit(1)).first() is not None


def count_reasons(transaction: Transaction, campaign_id: int) -> Counter[tuple[str, str | None]]:
    """(state, reason) → how many of those that have a reason. Whoever watches a campaign asks every few seconds."""
    return _counted(transaction, campaign_id, delivery.c.reason.is_not(None))


def count_rows(transaction: Transaction, campaign_id: int) -> Counter[tuple[str, str | None]]:
    """(state, reason or None) → how many, counted from the rows themselves. At 900,000 it takes a second."""
    return _counted(transaction, campaign_id)


def _counted(
    transaction: Transaction, campaign_id: int, *only: ColumnElement[bool]
) -> Counter[tuple[str, str | None]]:
    query = (
        select(delivery.c.state, delivery.c.reason, func.count())
        .where(delivery.c.campaign_id == campaign_id, *only)
        .group_by(delivery.c.state, delivery.c.reason)
    )
    return Counter({(row[0], row[1]): row[2] for row in transaction.connection.execute(query)})


@dataclass(frozen=True, slots=True)
class Received:
    """One message that was meant for an account, and what became of it."""

    title: str
    state: DeliveryState
    reason: Reason | None
    at: datetime | None


def received_by(transaction: Transaction, account_id: int) -> list[Received]:
    """Every message that was meant for an account and is still known, the newest first."""
    query = (
        select(campaign.c.title, delivery.c.state, delivery.c.reason, delivery.c.at)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(delivery.c.account_id == account_id)
        .order_by(delivery.c.campaign_id.desc())
    )
    return [Received(*row) for row in transaction.connection.execute(query)]


def count_by_hour(transaction: Transaction, campaign_id: int) -> Counter[LedgerLine]:
    """What became of each recipient of a campaign → how many."""
    seconds = type_coerce(delivery.c.at, BigInteger)
    hour = type_coerce(seconds - seconds % 3600, UtcSeconds)
    columns = (delivery.c.state, delivery.c.reason, hour)
    query = select(*columns, func.count()).where(delivery.c.campaign_id == campaign_id).group_by(*columns)
    return Counter({LedgerLine(*row[:3]): row[3] for row in transaction.connection.execute(query)})
