"""A large province with many campaigns behind it: each look and each loop beside the same one at the beginning."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, String, cast, func, insert, literal, select, text, update

from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.ledgers import NOW, Place, freeze, on_postgresql, on_sqlite, timed
from benchmarks.queries import plan_of, reads_all_of, recorded
from benchmarks.recipients import FIRST_CHAT, add_approved, one_of
from content.read import read_handbook
from engine.campaigns.life import LASTS
from engine.state import AGE_BANDS, ROLES, SEXES
from handlers.deliver import exchange
from handlers.keep_calendar import plan_due
from handlers.read_gauges import read_gauges
from handlers.retention import (
    ACCOUNTS_AT_ONCE,
    LEAVE_OF_ABSENCE,
    ROWS_AT_ONCE,
    SESSIONS_LAST,
    SILENCE_LASTS,
    let_go,
)
from handlers.rounds import round_status
from handlers.tend_campaigns import tend_campaigns
from storage.ballots import count_waiting
from storage.campaigns import load_campaigns
from storage.database import Transaction
from storage.deliveries import waiting_for
from storage.retention import remove_old_sessions, silent_accounts
from storage.states import load_state
from storage.tables import SCORES, account, ballot, campaign, delivery, session

_LARGE = ("account", "session", "ballot", "delivery")
_HOLD_FEW = [
    str(index.name)
    for table in (session, delivery)
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
]
"""Indexes of some of a large table's rows, which may be read from end to end."""
_PLANNED_BY_SIZE = 100_000
"""PostgreSQL rightly reads a table of fewer rows from end to end."""
_COPIES = 25  # in one exchange
_OLDEST = timedelta(days=500)  # so long ago the first campaign began: a ledger is kept for a year
_DAYS = 365
_RETENTION_SECONDS = 20.0  # so long what is too old is removed
_REMOVE = (
    "DELETE FROM delivery WHERE campaign_id = {number}"
    " AND place IN (SELECT place FROM delivery WHERE campaign_id = {number} LIMIT {most})"
)
_Loop = Callable[[Transaction], object]


def measure(effort: Effort) -> list[Figure]:
    """RuntimeError if anything that is done at every visit or every second reads a large table from end to end."""
    handbook = read_handbook("son_la")
    with on_sqlite(handbook, effort.most_accounts) as place:
        figures = _on(place, effort)
    with on_postgresql(handbook, effort.most_accounts) as place:
        figures += _on(place, effort)
    return figures


def _on(place: Place, effort: Effort) -> list[Figure]:
    number = freeze(place).number
    place.run(partial(plan_due, handbook=place.handbook, now=NOW))  # from now on the calendar is kept
    often = _often(place, effort)
    loops = {**often, **_seldom()}
    before = {name: _ms(place, loop, effort) for name, loop in loops.items()}
    seconds, _ = timed(partial(_fill, place, effort.campaigns, number))
    after = {name: _ms(place, loop, effort) for name, loop in loops.items()}
    if place.database.is_sqlite or effort.most_accounts >= _PLANNED_BY_SIZE:
        for name, loop in often.items():
            _check_plans(place, name, loop)
    what = f"{effort.most_accounts:,} accounts, as many ballots, {effort.campaigns} campaigns to all of them"
    return [
        Figure(f"{place.name}: {what}: written", "s", [seconds]),
        Figure(f"{place.name}: {what}: on the disk", "MB", [place.size() / 1e6]),
        *(
            Figure(f"{place.name}: {name}", "ms", after[name], "one campaign, no ballots", before[name])
            for name in loops
        ),
        *_retention(place, effort),
    ]


def _often(place: Place, effort: Effort) -> Mapping[str, _Loop]:
    """What is done at every visit, every second, every minute, or when somebody looks."""
    handbook = place.handbook
    step = max(1, effort.most_accounts // 997)
    chats = iter(range(3, effort.most_accounts, step))

    def load(transaction: Transaction) -> None:
        address = str(FIRST_CHAT + next(chats))
        if not any(load_state(transaction, channel, address) for channel in ("telegram", "web")):
            raise RuntimeError(f"{address} is not there")

    return {
        "a chat is loaded": load,
        "what waits for a visitor": lambda transaction: waiting_for(transaction, next(chats), NOW, NOW),
        f"{_COPIES} copies are claimed and written": partial(
            exchange, handbook=handbook, sender="benchmark", outcomes=[], room=_COPIES, turn=0, now=NOW
        ),
        "campaigns are tended, nothing is due": partial(tend_campaigns, handbook=handbook, now=NOW),
        "the calendar is looked at, nothing is due": partial(plan_due, handbook=handbook, now=NOW),
        "the list of campaigns": load_campaigns,
        "what the rounds are like": round_status,
        "gauges for the metrics": partial(read_gauges, roles=ROLES, now=NOW),
    }


def _seldom() -> Mapping[str, _Loop]:
    """What is done once a day, or by the command line."""
    absent_since = (NOW - LEAVE_OF_ABSENCE).date()
    silent_since = (NOW - SILENCE_LASTS).date()
    return {
        "accounts silent for two years are looked for, none is": lambda transaction: silent_accounts(
            transaction, silent_since, ACCOUNTS_AT_ONCE
        ),
        "assessments too old are looked for, none is": lambda transaction: remove_old_sessions(
            transaction, NOW - SESSIONS_LAST, absent_since, ROWS_AT_ONCE
        ),
        "finished assessments that wait are counted": lambda transaction: count_waiting(transaction, NOW.year),
    }


def _ms(place: Place, loop: _Loop, effort: Effort) -> list[float]:
    place.run(loop)
    return [timed(partial(place.run, loop))[0] * 1000 for _ in range(effort.repetitions)]


def _check_plans(place: Place, name: str, loop: _Loop) -> None:
    with recorded(place.database) as statements:
        place.run(loop)
    for statement in statements:
        if statement[0].startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            plan = place.run(partial(plan_of, statement=statement))
            whole = [row for row in plan for table in _LARGE if reads_all_of(table, row)]
            if whole := [row for row in whole if not any(few in row for few in _HOLD_FEW)]:
                raise RuntimeError(f"{place.name}: {name} reads a table from end to end: {whole}, {statement[0]}")


# ---- the large province ------------------------------------------------------------------------------------------


def _fill(place: Place, campaigns: int, number: int) -> None:
    place.run(partial(_add_ballots, communes=list(place.handbook.province.by_code)))
    for ended in range(1, campaigns):
        starts_at = NOW - ended * _OLDEST / (campaigns - 1)
        place.run(partial(_copy_ledger, number=number, starts_at=starts_at))
    if not place.database.is_sqlite:
        place.driver.execute("VACUUM ANALYZE")


def _add_ballots(transaction: Transaction, communes: Sequence[str]) -> None:
    """One for each account. The answers are nobody's: there only have to be as many."""
    number = account.c.id
    written = cast(number, String)
    values: dict[str, Any] = {
        "tag": cast(written, LargeBinary) if transaction.is_sqlite else func.convert_to(written, "UTF8"),
        "round": literal(NOW.year, Integer),
        "commune": one_of(number % 7919, communes),
        "form": literal("farmer"),
        "sex": one_of(number, SEXES),
        "age": one_of(number, AGE_BANDS),
        **{score: number % (7 + place) + 1 for place, score in enumerate(SCORES)},
    }
    transaction.connection.execute(insert(ballot).from_select(list(values), select(*values.values())))


def _copy_ledger(transaction: Transaction, number: int, starts_at: datetime) -> None:
    """A campaign of the past to the same people: all of them got it an hour after it began."""
    if not transaction.is_sqlite:  # they were checked once, in the ledger that is copied
        transaction.connection.execute(text("SET LOCAL session_replication_role = replica"))
    ended = add_approved(transaction, NOW, state="done", starts_at=starts_at, expires_at=starts_at + LASTS)
    values: dict[str, Any] = {
        "campaign_id": literal(ended, BigInteger),
        "place": delivery.c.place,
        "account_id": delivery.c.account_id,
        "state": literal("sent"),
        "not_before": literal(starts_at, delivery.c.not_before.type),
        "at": literal(starts_at + timedelta(hours=1), delivery.c.at.type),
    }
    # In the order in which an audience is frozen: else SQLite would go through the index of all accounts 64 times.
    copied = select(*values.values()).where(delivery.c.campaign_id == number).order_by(delivery.c.account_id)
    transaction.connection.execute(insert(delivery).from_select(list(values), copied))
    rows = transaction.connection.execute(select(campaign.c.size).where(campaign.c.id == number)).scalar_one()
    transaction.connection.execute(update(campaign).where(campaign.c.id == ended).values(size=rows, sent=rows))


# ---- what is too old ---------------------------------------------------------------------------------------------


def _retention(place: Place, effort: Effort) -> list[Figure]:
    """The oldest ledgers go; how long it takes to remove as many rows as come in a day."""
    portions: list[float] = []
    is_more, before = True, _rows(place)
    while is_more and sum(portions) < _RETENTION_SECONDS:
        seconds, is_more = timed(partial(place.run, partial(let_go, now=NOW)))
        portions.append(seconds)
    newest = place.bare("SELECT min(id) FROM campaign WHERE state = 'done'").fetchone()[0]
    a_day = effort.campaigns * effort.most_accounts // _DAYS
    each = sum(portions) / (before - _rows(place))
    bare, rows = timed(lambda: place.bare(_REMOVE, number=newest, most=a_day).rowcount)
    what = f"{place.name}: rows of ledgers that are too old are removed"
    return [
        Figure(
            f"{what}, as many as come in a day with {effort.campaigns} a year ({a_day:,})",
            "s",
            [each * a_day],
            "the driver: as many, one DELETE",
            [bare * a_day / rows],
        ),
        Figure(f"{what}, longest transaction", "ms", [max(portions) * 1000]),
    ]


def _rows(place: Place) -> int:
    return int(place.bare("SELECT count(*) FROM delivery").fetchone()[0])
