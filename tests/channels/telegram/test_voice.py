"""Listening to a question on Telegram: a voice message with the question and its buttons, uploaded once."""

from functools import partial

import pytest

from handlers.in_force import read_in_force
from storage.tables import voice
from tests.campaigns import run
from tests.channels.telegram.conftest import begin, state_of
from tests.chats import handbook
from tests.recordings import FIRST, mp3, record
from tests.standin import Person, Telegram
from tests.telegram import BotServer

pytestmark = pytest.mark.slow  # a server of its own for each

LISTEN = "🔊 Nghe"
FORBIDDEN = {"ok": False, "error_code": 400, "description": "Bad Request: VOICE_MESSAGES_FORBIDDEN"}


@pytest.fixture
def listener(telegram: Telegram, server: BotServer) -> Person:
    """Somebody at the first question, which was recorded."""
    server.hoctap.put_in_force(record(server.database, handbook(), FIRST))
    person = telegram.person()
    begin(person)
    return person


def listen(person: Person) -> None:
    person.wait_for_reply(lambda: person.press(label=LISTEN))
    settle(person)


def settle(person: Person) -> None:
    """Until what was pressed is gone."""
    person.wait(lambda person: sum(bool(each.keyboard) for each in person.messages) == 1)


def test_the_question_comes_as_a_voice_message_with_its_words_and_buttons(listener: Person) -> None:
    question = listener.last
    listen(listener)
    heard = listener.last
    assert heard.voice == mp3(3.0)
    assert heard.html == question.html
    assert heard.labels == question.labels
    assert [each.is_from_bot for each in listener.messages] == [False, True], "it took the place of the question"


def test_the_length_is_told(telegram: Telegram, listener: Person) -> None:
    listen(listener)
    [call] = [call for call in telegram.calls if call.method == "sendVoice"]
    assert str(call.parameters["duration"]) == "3"


def test_after_the_answer_the_next_question_takes_its_place(server: BotServer, listener: Person) -> None:
    listen(listener)
    listener.wait_for_reply(lambda: listener.press(label="3–4 ngày"))
    settle(listener)
    assert "Câu 2/20" in listener.last.text
    assert listener.last.kind == "text"
    assert [each.kind for each in listener.messages if each.is_from_bot] == ["text"]
    state = state_of(server, listener)
    assert state
    assert state.sessions[0, False].answers == {"q01": 3}


def test_it_is_uploaded_once_for_everybody(telegram: Telegram, server: BotServer, listener: Person) -> None:
    listen(listener)
    other = telegram.person()
    begin(other)
    with server.database.transaction() as transaction:
        transaction.connection.execute(voice.update().values(content=b"not loaded again"))
    for person in (listener, other):
        listen(person)
        assert person.last.voice == mp3(3.0)
    assert [each.kind for each in telegram.world.files.by_id.values()] == ["voice"]


def test_whoever_wants_no_voice_messages_gets_a_file(telegram: Telegram, listener: Person) -> None:
    telegram.faults.answer_next("sendVoice", 400, FORBIDDEN)
    listen(listener)
    assert (listener.last.document, listener.last.voice) == (mp3(3.0), b"")
    assert LISTEN in str(listener.last)


def test_what_telegram_has_forgotten_is_uploaded_again(telegram: Telegram, listener: Person) -> None:
    listen(listener)
    wrong = {"ok": False, "error_code": 400, "description": "Bad Request: wrong file identifier/HTTP URL specified"}
    telegram.faults.answer_next("sendVoice", 400, wrong)
    listen(listener)
    assert listener.last.voice == mp3(3.0)


def test_a_recording_that_was_removed_leaves_the_question(server: BotServer, listener: Person) -> None:
    with server.database.transaction() as transaction:
        transaction.connection.execute(voice.delete())
    listen(listener)
    assert listener.last.kind == "text"
    assert "Câu 1/20" in listener.last.text
    server.hoctap.put_in_force(run(server.database, partial(read_in_force, shipped=handbook())))
    listener.wait_for_reply(lambda: listener.press(label=LISTEN))
    assert LISTEN not in str(listener.last)
