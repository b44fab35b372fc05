"""Hundreds of thousands of accounts, some in the middle of an assessment, written by the database itself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, String, case, cast, insert, literal, null, select

from engine.campaigns.audience import AudienceRule
from engine.campaigns.life import LASTS, Campaign
from engine.campaigns.message import Message, MessageButton
from engine.disclosure.released import PROVINCE
from engine.state import CONSENT_VERSION
from storage.campaigns import add_campaign
from storage.database import Transaction
from storage.tables import account, session

MESSAGE = Message(
    {
        "vi": "Bà con <b>{commune}</b> ơi. " + "Tuần lễ học tập suốt đời bắt đầu hôm nay. " * 4,
        "en": "People of <b>{commune}</b>. " + "The week of lifelong learning begins today. " * 4,
    },
    (MessageButton("open"),),
)
RULES = {
    "everybody": AudienceRule(),
    "two communes": AudienceRule(communes=("03646", "03667")),
    "stopped half-way": AudienceRule(progress=("half_way",)),
    "not started, in Vietnamese, not seen for 30 days": AudienceRule(
        progress=("not_started",), languages=("vi",), not_seen_for_days=30
    ),
}
FIRST_CHAT = 6_500_000_000
_BURST = 100
"""So many come from one commune, one after the other."""
_ANSWERS = {f"q{number:02}": number % 4 + 1 for number in range(1, 6)}


def add_recipients(transaction: Transaction, communes: Sequence[str], many: int, now: datetime) -> None:
    """Nine in ten are on Telegram, one in five is in the middle of an assessment, one in 33 has blocked the bot."""
    counted = select(literal(1).label("number")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.number + 1).where(counted.c.number < many))
    number = counted.c.number
    accounts: dict[str, Any] = {
        "channel": case((number % 10 == 0, "web"), else_="telegram"),
        "address": cast(literal(FIRST_CHAT, BigInteger) + number, String),
        "turn": literal(5, Integer),
        "place": literal("form"),
        "language": case((number % 10 == 1, "en"), (number % 10 == 2, null()), else_="vi"),
        "commune": one_of(number // _BURST, communes),
        "consent_version": literal(CONSENT_VERSION),
        "consented_at": literal(now, account.c.consented_at.type),
        "reminders": case((number % 7 == 0, "wanted"), else_="not_asked"),
        "person": literal(0, Integer),
        "last_round": case((number % 3 == 0, now.year), else_=null()),
        "finished_people": case((number % 3 == 0, 1), else_=0),
        "seen_on": one_of(number, [now.date() - timedelta(days=days) for days in (1, 20, 100, 300)]),
        "unreachable": case((number % 33 == 0, "blocked"), else_=null()),
    }
    chosen = select(*accounts.values()).select_from(counted)
    transaction.connection.execute(insert(account).from_select(list(accounts), chosen))
    sessions: dict[str, Any] = {
        "account_id": account.c.id,
        "person": literal(0, Integer),
        "is_finished": literal(value=False),
        "form": literal("farmer"),
        "version": literal("2026.1"),
        "round": literal(now.year, Integer),
        "position": literal("q06"),
        "answers": literal(_ANSWERS, session.c.answers.type),
        "started_at": literal(now, session.c.started_at.type),
    }
    begun = select(*sessions.values()).where(account.c.id % 5 == 1)
    transaction.connection.execute(insert(session).from_select(list(sessions), begun))


def one_of(number: Any, values: Sequence[str] | Sequence[date]) -> Any:
    """An SQL expression: these values in turn."""
    return case(*((number % len(values) == place, literal(value)) for place, value in enumerate(values)))


def add_approved(transaction: Transaction, now: datetime, **fields: Any) -> int:
    """A campaign to everybody, as it is after its approval: its number."""
    values: dict[str, Any] = {"state": "approved", "unit": PROVINCE, "starts_at": now, "expires_at": now + LASTS}
    kept = add_campaign(transaction, Campaign(0, message=MESSAGE, **values | fields))
    if kept is None:
        raise RuntimeError("it has no key, so none can stand in its way")
    return kept.id
