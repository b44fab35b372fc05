"""A citizen asks for everything that is held about them, as a file."""

import json
from datetime import datetime
from typing import Any

from engine.messages import File
from engine.state import Session, State
from handlers.attachments import load_for_attachment
from storage.database import Transaction
from storage.deliveries import Received, received_by
from storage.tombstones import secret_of


def make_my_data(transaction: Transaction, channel: str, address: str) -> File:
    """All of it as JSON. NotFound if the chat does not exist (any more)."""
    state = load_for_attachment(transaction, channel, address)
    received = [] if state.account.id is None else received_by(transaction, state.account.id)
    secret = None if state.account.id is None else secret_of(transaction, state.account.id)
    content = json.dumps(_everything(state, secret, received), ensure_ascii=False, indent=2).encode()
    return File("hoctap.json", "application/json", content)


def _everything(state: State, secret: bytes | None, received: list[Received]) -> dict[str, Any]:
    account = state.account
    return {
        "account": {
            "channel": account.channel,
            "address": account.address,
            "turn": account.turn,
            "place": str(account.place),
            "language": account.language,
            "commune": account.commune,
            "consent_version": account.consent_version,
            "consented_at": _time(account.consented_at),
            "reminders": account.reminders,
            "reminder_kinds": account.reminder_kinds,
            "reminder_slot": account.reminder_slot,
            "person": account.person,
            "last_round": account.last_round,
            "finished_people": account.who_finished,
            "last_update": account.last_update,
            "seen_on": None if account.seen_on is None else account.seen_on.isoformat(),
            "unreachable": account.unreachable,
            "flood_round": account.flood_round,
            "secret": None if secret is None else secret.hex(),
        },
        "staff": None if state.staff is None else {"role": state.staff.role, "unit": state.staff.unit},
        "sessions": [_session(session) for _, session in sorted(state.sessions.items())],
        "messages": [
            {"title": each.title, "state": each.state, "reason": each.reason, "at": _time(each.at)}
            for each in received
        ],
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "person": session.person,
        "form": session.form,
        "version": session.version,
        "round": session.round,
        "position": session.position,
        "answers": dict(session.answers),
        "sex": session.sex,
        "age": session.age,
        "scores": session.scores,
        "started_at": _time(session.started_at),
        "finished_at": _time(session.finished_at),
        "reminded": session.reminded,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
