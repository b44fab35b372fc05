"""A citizen asks for a file: the result as a picture, the form to print, everything held about them."""

import json
from datetime import datetime
from typing import Any

from engine.errors import NotFound
from engine.handbook import Handbook
from engine.messages import AttachmentKind, File
from engine.scoring import Outcome
from engine.state import Session, State, day_of, round_of
from reports.result_card import draw_result_card
from reports.result_form import draw_result_form
from reports.result_sheet import ResultSheet
from storage.database import Transaction
from storage.states import load_state


def load_for_attachment(transaction: Transaction, channel: str, address: str) -> State:
    """What a file is made from. NotFound if the chat does not exist (any more)."""
    state = load_state(transaction, channel, address, for_change=False)
    if state is None:
        raise NotFound
    return state


def make_attachment(handbook: Handbook, state: State, kind: AttachmentKind, person: int, now: datetime) -> File:
    """The file, in the account's language. Touches no database, so it may take its time in any thread.

    NotFound if this person has no finished assessment in this round.
    """
    say = handbook.speak(state.account.language)
    if kind == "my_data":
        return File("hoctap.json", "application/json", _my_data(state))
    sheet = _sheet(handbook, state, person, now)
    if kind == "result_card":
        return File(say.plain("file.result_card"), "image/png", draw_result_card(sheet, say))
    return File(say.plain("file.result_form"), "application/pdf", draw_result_form(sheet, say))


def _sheet(handbook: Handbook, state: State, person: int, now: datetime) -> ResultSheet:
    session = state.sessions.get((person, True))
    commune = handbook.province.by_code.get(state.account.commune or "")
    if session is None or commune is None or session.scores is None or session.finished_at is None:
        raise NotFound
    if session.round != round_of(now):
        raise NotFound
    questionnaire = handbook.questionnaire(session.form, session.version) or handbook.forms.get(session.form)
    return ResultSheet(
        outcome=Outcome(handbook.criteria, session.scores, commune.pass_mark),
        form_title=questionnaire.title if questionnaire else "",
        commune_name=commune.name,
        is_pass_mark_assumed=commune.pass_mark_assumed,
        is_official_wording=bool(questionnaire and questionnaire.is_official_wording),
        finished_on=day_of(session.finished_at),
    )


def _my_data(state: State) -> bytes:
    account = state.account
    held: dict[str, Any] = {
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
        },
        "staff": None if state.staff is None else {"role": state.staff.role, "unit": state.staff.unit},
        "sessions": [_held(session) for _, session in sorted(state.sessions.items())],
    }
    return json.dumps(held, ensure_ascii=False, indent=2).encode()


def _held(session: Session) -> dict[str, Any]:
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
