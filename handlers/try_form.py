"""Tries a form that is not published yet: the real conversation, played from its beginning, and kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from content.translated import TranslatedForm
from engine.conversation.turn import advance, look
from engine.handbook import Handbook
from engine.messages import Incoming, Screen
from engine.state import CONSENT_VERSION, Account, Place, Session, State, round_of
from handlers.forms_in_force import put_over

MOST_TURNS = 300
"""Each turn plays all before it again."""

_CHANNEL, _ADDRESS = "preview", "staff"

Said = tuple[str, str]
"""What somebody did: ("press", action) or ("type", text)."""


def try_form(
    handbook: Handbook, form: TranslatedForm, language: str, said: Sequence[Said], now: datetime
) -> Screen:
    """The screen at which somebody stands who has said all this, from the first question on."""
    only = replace(put_over(handbook, [form]), questionnaires=(form.questionnaire,))
    beginning = _at_first_question(only, language, now)
    state, screen = beginning, look(only, beginning, now)
    for kind, what in said[:MOST_TURNS]:
        pressed, typed = (what, None) if kind == "press" else (None, what)
        turn = advance(only, state, Incoming(_CHANNEL, _ADDRESS, text=typed, action=pressed), now)
        state, screen = turn.state or beginning, turn.screens[-1]
    return screen


def _at_first_question(handbook: Handbook, language: str, now: datetime) -> State:
    [form] = handbook.questionnaires
    account = Account(
        channel=_CHANNEL,
        address=_ADDRESS,
        place=Place("question"),
        language=language,
        commune=handbook.province.communes[0].code,
        consent_version=CONSENT_VERSION,
        consented_at=now,
    )
    first = form.questions[0].id
    session = Session(0, form.form, form.version, round_of(now), started_at=now, position=first)
    return State(account).with_session(session)
