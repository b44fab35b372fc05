"""A citizen asks for a drawing of their result: a picture, or the form to print."""

from datetime import datetime

from engine.errors import NotFound
from engine.handbook import Handbook
from engine.messages import AttachmentKind, File
from engine.scoring import Outcome
from engine.state import State, day_of, round_of
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
