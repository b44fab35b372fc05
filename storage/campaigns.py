"""Campaigns: what they say, whom they are for, how far they have come. Their recipients are in `deliveries`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from sqlalchemy import Integer, Row, bindparam, insert, select, update

from engine.campaigns.audience import AudienceRule, Reach
from engine.campaigns.hours import Hours
from engine.campaigns.ledger import DELIVERY_STATES, Counts
from engine.campaigns.life import Campaign, CampaignState, Kind
from engine.campaigns.message import Message
from engine.errors import NotFound
from storage.database import Transaction
from storage.hot import HotStatement
from storage.tables import calendar, campaign, picture, theme


def add_campaign(transaction: Transaction, new: Campaign) -> Campaign | None:
    """Keeps a new campaign and gives it its number; None if there is one with the same key already."""
    added = transaction.insert(campaign).values(_values(new)).on_conflict_do_nothing(index_elements=["key"])
    number = transaction.connection.execute(added.returning(campaign.c.id)).scalar()
    return None if number is None else load_campaign(transaction, number)


def load_campaign(transaction: Transaction, number: int, *, for_change: bool = False) -> Campaign:
    """A campaign; with `for_change` nobody else changes it meanwhile. NotFound if there is none."""
    query = select(campaign).where(campaign.c.id == number)
    row = transaction.connection.execute(query.with_for_update() if for_change else query).first()
    if row is None:
        raise NotFound(f"there is no campaign {number}: hoctap campaign list")
    return _campaign(row)


def load_campaigns(
    transaction: Transaction,
    *,
    states: Iterable[CampaignState] = (),
    kinds: Iterable[Kind] = (),
    most: int | None = None,
) -> list[Campaign]:
    """Campaigns in these states and of these kinds (empty: all), the newest first."""
    query = select(campaign).order_by(campaign.c.id.desc()).limit(most)
    if states := list(states):
        query = query.where(campaign.c.state.in_(states))
    if kinds := list(kinds):
        query = query.where(campaign.c.kind.in_(kinds))
    return [_campaign(row) for row in transaction.connection.execute(query)]


def load_with_rest(transaction: Transaction) -> list[Campaign]:
    """Campaigns that have ended with recipients to whom nothing has come and nothing will be sent any more."""
    has_rest = (campaign.c.planned > 0) | (campaign.c.waiting > 0)
    query = select(campaign).where(campaign.c.state.in_(("done", "cancelled")), has_rest)
    return [_campaign(row) for row in transaction.connection.execute(query)]


def save_campaign(transaction: Transaction, changed: Campaign) -> None:
    """Writes a campaign, all but its counts: those follow its deliveries."""
    statement = update(campaign).where(campaign.c.id == changed.id).values(_values(changed))
    transaction.connection.execute(statement)


def note_frozen(transaction: Transaction, number: int, before: int, up_to: int, counts: Counter[str]) -> bool:
    """Accounts up to this number are written down, so many in each state. False if somebody else did it first."""
    added = {state: campaign.c[state] + count for state, count in counts.items()}
    changed = (
        update(campaign)
        .where(campaign.c.id == number, campaign.c.state == "approved", campaign.c.frozen_up_to == before)
        .values(frozen_up_to=up_to, size=campaign.c.size + counts.total(), **added)
    )
    return bool(transaction.connection.execute(changed).rowcount)


_MOVE_COUNTS = HotStatement(
    update(campaign)
    .where(campaign.c.id == bindparam("number"))
    .values({state: campaign.c[state] + bindparam(f"more_{state}", type_=Integer) for state in DELIVERY_STATES})
)


def move_counts(transaction: Transaction, moves: Counter[tuple[int, str, str]]) -> None:
    """(campaign, state before, state after) → how many recipients moved. The database holds each sum together."""
    changes: dict[int, Counter[str]] = {}
    for (number, before, after), count in moves.items():
        of_campaign = changes.setdefault(number, Counter())
        of_campaign[before] -= count
        of_campaign[after] += count
    for number in sorted(changes):  # always in the same order: two that wait for each other would be a deadlock
        if any(changes[number].values()):
            more = {f"more_{state}": changes[number][state] for state in DELIVERY_STATES}
            transaction.change_now(_MOVE_COUNTS, {"number": number, **more})


def keep_picture(transaction: Transaction, media_type: str, content: bytes) -> int:
    """Keeps a picture and gives it a number."""
    added = insert(picture).values(media_type=media_type, content=content).returning(picture.c.id)
    return int(transaction.connection.execute(added).scalar_one())


def load_picture(transaction: Transaction, number: int) -> tuple[str, bytes]:
    """(media type, content). NotFound if there is none."""
    row = transaction.connection.execute(select(picture).where(picture.c.id == number)).first()
    if row is None:
        raise NotFound(f"there is no picture {number}")
    return row.media_type, row.content


def load_themes(transaction: Transaction) -> dict[tuple[str, int], str]:
    """(observance, year) → the theme that the association has typed in."""
    return {(row.observance, row.year): row.words for row in transaction.connection.execute(select(theme))}


def save_theme(transaction: Transaction, observance: str, year: int, words: str) -> None:
    """Keeps the theme of a year, in place of one that was typed before."""
    kept = transaction.insert(theme).values(observance=observance, year=year, words=words)
    keys = ["observance", "year"]
    changed = kept.on_conflict_do_update(index_elements=keys, set_={"words": kept.excluded.words})
    transaction.connection.execute(changed)


def hold_calendar(transaction: Transaction, name: str, holder: str, now: datetime, ends_at: datetime) -> bool:
    """Takes or prolongs the lease that lets one process at a time look after the calendar: whether it is ours.

    It stays ours until the transaction ends, however long this process sleeps meanwhile: the row is locked. Nothing
    is written as long as more than half of it is left. Nobody has a lease of more than twice its length: the clock
    was wrong when it was taken.
    """
    length = ends_at - now
    query = select(calendar).where(calendar.c.name == name, calendar.c.holder == holder)
    row = transaction.connection.execute(query.with_for_update()).first()
    if row is not None and now + length / 2 < row.ends_at <= ends_at:
        return True
    transaction.connection.execute(transaction.insert(calendar).values(name=name).on_conflict_do_nothing())
    is_over = (calendar.c.ends_at < now) | (calendar.c.ends_at > ends_at + length)
    is_free = (calendar.c.holder == holder) | calendar.c.holder.is_(None) | is_over
    taken = update(calendar).where(calendar.c.name == name, is_free).values(holder=holder, ends_at=ends_at)
    return bool(transaction.connection.execute(taken).rowcount)


def leave_calendar(transaction: Transaction, name: str, holder: str) -> None:
    """The holder stops: another may take it at once."""
    mine = (calendar.c.name == name, calendar.c.holder == holder)
    transaction.connection.execute(update(calendar).where(*mine).values(holder=None, ends_at=None))


def calendar_done_until(transaction: Transaction, name: str) -> datetime | None:
    """Up to which moment all that was due is written down; None if nobody has ever looked."""
    query = select(calendar.c.done_until).where(calendar.c.name == name).with_for_update()
    return transaction.connection.execute(query).scalar()


def note_calendar(transaction: Transaction, name: str, done_until: datetime) -> None:
    """All that was due up to this moment is written down."""
    kept = transaction.insert(calendar).values(name=name, done_until=done_until)
    changed = kept.on_conflict_do_update(index_elements=["name"], set_={"done_until": kept.excluded.done_until})
    transaction.connection.execute(changed)


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        id=row.id,
        kind=row.kind,
        state=row.state,
        key=row.key,
        title=row.title,
        message=Message.of_document(row.message),
        audience=AudienceRule.of_document(row.audience),
        unit=row.unit,
        hours=Hours(time.fromisoformat(row.first_hour), time.fromisoformat(row.last_hour)),
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        written_by=row.written_by,
        submitted_by=row.submitted_by,
        approved_by=row.approved_by,
        is_tested=row.is_tested,
        frozen_up_to=row.frozen_up_to,
        counts=Counts(**{state: getattr(row, state) for state in DELIVERY_STATES}),
        reach=None if row.reach is None else Reach.of_document(row.reach),
        counted_at=row.counted_at,
    )


def _values(each: Campaign) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "state": each.state,
        "key": each.key,
        "title": each.title,
        "message": each.message.document(),
        "audience": each.audience.document(),
        "unit": each.unit,
        "first_hour": each.hours.first.isoformat("minutes"),
        "last_hour": each.hours.last.isoformat("minutes"),
        "starts_at": each.starts_at,
        "expires_at": each.expires_at,
        "written_by": each.written_by,
        "submitted_by": each.submitted_by,
        "approved_by": each.approved_by,
        "is_tested": each.is_tested,
        "frozen_up_to": each.frozen_up_to,
        "reach": None if each.reach is None else each.reach.document(),
        "counted_at": each.counted_at,
    }
