"""Finds whom a rule fits, counts them, and writes them down as the recipients of a campaign."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from engine.campaigns.audience import AudienceRule, Group, Progress, Reach, ReminderRule
from engine.state import CONSENT_VERSION, HOME_ZONE, MOST_PEOPLE, ReminderSlot
from storage.database import Transaction
from storage.tables import UtcSeconds, account, campaign, delivery, session, staff

REMIND_AFTER_DAYS: dict[ReminderRule, int] = {"unfinished_first": 1, "unfinished_second": 7}
"""How long after the last turn somebody is reminded of what is not finished."""
REMINDER_LASTS_DAYS = 3
"""So many days later it is of no use any more."""

_STRANDS, _LONGEST_STRAND = 64, 2**25
"""In the order of places every 64th account comes first, then those next to them, and so on.

Accounts of one commune come in bursts, on the day of a meeting; so communes mix. A portion of the accounts is
written into 64 spots of a table and no more: in a finer mixture it would touch nearly every page, and take three
times as long.
"""

_open = session.alias("open_session")
_FROM = account.outerjoin(
    _open,
    and_(_open.c.account_id == account.c.id, _open.c.person == account.c.person, _open.c.is_finished == false()),
)
_MAY_BE_WRITTEN_TO = and_(
    account.c.consent_version.is_not(None),
    or_(account.c.consent_version == CONSENT_VERSION, account.c.reminders == "wanted"),
    account.c.reminders != "stopped",
)
"""`CONSENT_VERSION` says that the association may write; who asked for reminders said so, too."""


def count_audience(transaction: Transaction, rule: AudienceRule, first_language: str, today: date) -> Reach:
    """An audience in numbers. `first_language` is that of accounts which have chosen none."""
    had_one: ColumnElement[int] = literal(0)
    if lately := list(transaction.connection.execute(_of_late(today)).scalars()):
        messaged = exists().where(
            delivery.c.account_id == account.c.id,
            delivery.c.campaign_id.in_(lately),
            delivery.c.at >= _start_of(today),
            delivery.c.state.in_(("sent", "claimed", "in_doubt")),
        )
        had_one = case((messaged, 1), else_=0)
    language = func.coalesce(account.c.language, first_language)
    columns = (account.c.channel, language, account.c.unreachable, had_one)
    query = _fitting(rule, first_language, today, *columns, func.count()).group_by(*columns)
    rows = transaction.connection.execute(query)
    return Reach(tuple(Group(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows))


def freeze_audience(
    transaction: Transaction,
    campaign_id: int,
    rule: AudienceRule,
    accounts: tuple[int, int],
    pushed: frozenset[str],
    moments: Mapping[ReminderSlot, datetime],
    first_language: str,
    today: date,
    *,
    is_expired: bool,
) -> Counter[str]:
    """Writes down everybody among accounts (after the first number, up to the second) whom the rule fits.

    `pushed` are the channels on which one can write first. `moments`: from when on each may get it, by the part of
    the day that they want; who comes by themselves, from the first of them on. Returns how many are in which state
    now.
    """
    after, up_to = accounts
    is_pushed = account.c.channel.in_(pushed)
    too_late: ColumnElement[bool] = literal(is_expired)
    if rule.reminder in REMIND_AFTER_DAYS:
        latest = today - timedelta(days=REMIND_AFTER_DAYS[rule.reminder] + REMINDER_LASTS_DAYS)
        too_late = or_(too_late, account.c.seen_on < latest)
    state = case(
        (account.c.unreachable.is_not(None), "unreachable"),
        (too_late, "dropped"),
        (is_pushed, "planned"),
        else_="waiting",
    ).label("state")
    reason = case(
        (account.c.unreachable.is_not(None), account.c.unreachable),
        (too_late, "expired"),
        else_=null(),
    )
    from_when = case(
        *(
            (and_(is_pushed, account.c.reminder_slot == slot), literal(at, UtcSeconds))
            for slot, at in moments.items()
        ),
        else_=literal(min(moments.values()), UtcSeconds),
    )
    place = account.c.id % _STRANDS * _LONGEST_STRAND + account.c.id // _STRANDS
    chosen = _fitting(
        rule,
        first_language,
        today,
        literal(campaign_id),
        place,
        account.c.id,
        state.label("state"),
        reason,
        from_when,
    ).where(account.c.id > after, account.c.id <= up_to)
    columns = ["campaign_id", "place", "account_id", "state", "reason", "not_before"]
    counts = _write_down(transaction, transaction.insert(delivery).from_select(columns, chosen), chosen)
    if rule.reminder in REMIND_AFTER_DAYS:
        _count_reminder(transaction, campaign_id, accounts)
    return counts


def _write_down(transaction: Transaction, written: Any, chosen: "Select[Any]") -> Counter[str]:
    """Writes the chosen rows; how many are in which state. To hand the state of each one back would take longer.

    SQLite counts no rows that it writes; but there nobody changes anything between two statements.
    """
    rows = chosen.subquery() if transaction.is_sqlite else written.returning(delivery.c.state).cte()
    by_state = select(rows.c.state, func.count()).group_by(rows.c.state)
    counts = transaction.connection.execute(by_state).all()
    if transaction.is_sqlite:
        transaction.connection.execute(written)
    return Counter({row[0]: row[1] for row in counts})


def end_freezing(transaction: Transaction) -> None:
    """All of a large audience is written down.

    PostgreSQL is told at once: it would notice in a minute, and until then plan as if the ledger were nearly empty.
    """
    if not transaction.is_sqlite:
        transaction.connection.execute(text("ANALYZE delivery"))


def has_audience(transaction: Transaction, rule: AudienceRule, first_language: str, today: date) -> bool:
    """Whether the rule fits anybody at all."""
    query = _fitting(rule, first_language, today, account.c.id).limit(1)
    return transaction.connection.execute(query).first() is not None


def last_account(transaction: Transaction) -> int:
    """The highest number of an account, 0 if there is none."""
    return transaction.connection.execute(select(func.max(account.c.id))).scalar() or 0


def _count_reminder(transaction: Transaction, campaign_id: int, accounts: tuple[int, int]) -> None:
    """Those who are written down were reminded once more of the session that is open now."""
    after, up_to = accounts
    reminded = (
        select(delivery.c.account_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.campaign_id == campaign_id, account.c.person == session.c.person)
        .where(delivery.c.account_id > after, delivery.c.account_id <= up_to)
    )
    of_them = (session.c.is_finished == false(), session.c.account_id.in_(reminded))
    transaction.connection.execute(update(session).where(*of_them).values(reminded=session.c.reminded + 1))


def _fitting(rule: AudienceRule, first_language: str, today: date, *columns: "ColumnElement[Any]") -> "Select[Any]":
    if rule.staff:
        these = [staff.c.id.in_(rule.staff_numbers)] if rule.staff_numbers else []
        joined = account.join(staff, staff.c.account_id == account.c.id)
        return select(*columns).select_from(joined).where(staff.c.role.in_(rule.staff), *these)
    source = _FROM if rule.progress or rule.reminder else account
    return select(*columns).select_from(source).where(_MAY_BE_WRITTEN_TO, *_conditions(rule, first_language, today))


def _conditions(rule: AudienceRule, first_language: str, today: date) -> "list[ColumnElement[bool]]":
    seen = account.c.seen_on
    conditions: list[ColumnElement[bool]] = []
    if rule.communes:
        conditions.append(account.c.commune.in_(rule.communes))
    if rule.languages:
        conditions.append(func.coalesce(account.c.language, first_language).in_(rule.languages))
    if rule.channels:
        conditions.append(account.c.channel.in_(rule.channels))
    if rule.forms:
        of_form = exists().where(session.c.account_id == account.c.id, session.c.form.in_(rule.forms))
        conditions.append(of_form)
    if rule.progress:
        conditions.append(or_(*(_has_come(progress, today.year) for progress in rule.progress)))
    if rule.seen_within_days is not None:
        conditions.append(seen > today - timedelta(days=rule.seen_within_days))
    if rule.not_seen_for_days is not None:
        conditions.append(seen <= today - timedelta(days=rule.not_seen_for_days))
    if rule.wants_reminders or rule.wants:
        conditions.append(account.c.reminders == "wanted")
    if rule.wants:
        conditions.append(account.c.reminder_kinds.contains(rule.wants))
    if rule.reminder == "new_round":
        conditions += [account.c.last_round < today.year, _has_come("not_started", today.year)]
    elif rule.reminder:
        before = {"unfinished_first": 0, "unfinished_second": 1}[rule.reminder]
        longest_ago = today - timedelta(days=REMIND_AFTER_DAYS[rule.reminder])
        conditions += [_open.c.account_id.is_not(None), _open.c.reminded == before, seen <= longest_ago]
    return conditions


def _has_come(progress: Progress, year: int) -> "ColumnElement[bool]":
    """How far the person is whom the chat is about: what is open counts first, as in the chat itself."""
    bit = case(*((account.c.person == person, 1 << person) for person in range(MOST_PEOPLE)), else_=1)
    has_finished = and_(account.c.last_round == year, account.c.finished_people.bitwise_and(bit) != 0)
    if progress == "half_way":
        return _open.c.account_id.is_not(None)
    is_closed = _open.c.account_id.is_(None)
    if progress == "finished":
        return and_(is_closed, has_finished)
    return and_(is_closed, or_(account.c.last_round.is_(None), ~has_finished))


def _of_late(today: date) -> "Select[tuple[int]]":
    """Campaigns that may have sent something to a citizen today."""
    return select(campaign.c.id).where(
        campaign.c.kind != "notice",
        campaign.c.expires_at >= _start_of(today - timedelta(days=1)),
        campaign.c.sent + campaign.c.claimed + campaign.c.in_doubt > 0,
    )


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HOME_ZONE)
