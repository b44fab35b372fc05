"""An account and a session as rows of their tables: out of a row, and into one."""

from typing import Any

from sqlalchemy import Row

from engine.state import Account, Place, Session
from storage.tables import session

SESSION_COLUMNS = [column for column in session.c if column is not session.c.account_id]


def account_of(row: Row[Any]) -> Account:
    """The account in a row that has all its columns."""
    return Account(
        id=row.id,
        channel=row.channel,
        address=row.address,
        turn=row.turn,
        place=Place.parse(row.place),
        language=row.language,
        commune=row.commune,
        consent_version=row.consent_version,
        consented_at=row.consented_at,
        reminders=row.reminders,
        reminder_kinds=tuple(row.reminder_kinds.split()),
        reminder_slot=row.reminder_slot,
        person=row.person,
        last_round=row.last_round,
        finished_people=row.finished_people,
        last_update=row.last_update,
        seen_on=row.seen_on,
        unreachable=row.unreachable,
        flood_round=row.flood_round,
    )


def account_values(each: Account) -> dict[str, Any]:
    """All columns of an account but its number."""
    return {
        "channel": each.channel,
        "address": each.address,
        "turn": each.turn,
        "place": str(each.place),
        "language": each.language,
        "commune": each.commune,
        "consent_version": each.consent_version,
        "consented_at": each.consented_at,
        "reminders": each.reminders,
        "reminder_kinds": " ".join(each.reminder_kinds),
        "reminder_slot": each.reminder_slot,
        "person": each.person,
        "last_round": each.last_round,
        "finished_people": each.finished_people,
        "last_update": each.last_update,
        "seen_on": each.seen_on,
        "unreachable": each.unreachable,
        "flood_round": each.flood_round,
    }


def session_of(row: Row[Any]) -> Session:
    """The session in a row that has all its columns, each with `session_` before its name."""
    answers = {
        question: tuple(answer) if isinstance(answer, list) else answer
        for question, answer in row.session_answers.items()
    }
    return Session(
        person=row.session_person,
        form=row.session_form,
        version=row.session_version,
        round=row.session_round,
        started_at=row.session_started_at,
        answers=answers,
        position=row.session_position,
        sex=row.session_sex,
        age=row.session_age,
        finished_at=row.session_finished_at,
        scores=None if row.session_scores is None else tuple(row.session_scores),
        reminded=row.session_reminded,
    )


def session_values(each: Session) -> dict[str, Any]:
    """All columns of a session but the number of its account."""
    return {
        "person": each.person,
        "is_finished": each.is_finished,
        "form": each.form,
        "version": each.version,
        "round": each.round,
        "position": each.position,
        "answers": dict(each.answers),
        "sex": each.sex,
        "age": each.age,
        "scores": None if each.scores is None else list(each.scores),
        "started_at": each.started_at,
        "finished_at": each.finished_at,
        "reminded": each.reminded,
    }
