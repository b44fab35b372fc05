"""What a person with Telegram sees, over real HTTP: presses, pictures, voices, groups, blocking."""

from pathlib import Path

import pytest

from channels.telegram.channel import KINDS
from tests.channels.telegram.conftest import begin, state_of
from tests.standin import Telegram, running_standin
from tests.standin.incoming import KINDS as SENT_KINDS
from tests.telegram import BotServer, running_bot

pytestmark = pytest.mark.slow  # a server of its own for each


def test_the_first_question_comes_after_three_presses(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    assert person.last.text.startswith("░░░░░░░░░░\nCâu 1/20")
    assert [message.is_from_bot for message in person.messages] == [False, True], "one message, edited"
    assert len(person.answered_presses) == 3


def test_only_the_updates_that_we_use_are_asked_for(telegram: Telegram, server: BotServer) -> None:
    begin(telegram.person())
    asked = next(call.parameters for call in telegram.calls if call.method == "getUpdates")
    assert asked["allowed_updates"] == list(KINDS)
    assert telegram.person().ask_inline("hoctap") == 0


def test_a_double_press_counts_once(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    question = person.last
    person.press(question, "1–2 ngày")
    person.press(question, "Gần như hằng ngày")
    person.wait(lambda person: len(person.answered_presses) == 5)
    telegram.wait(lambda telegram: telegram.pending == 0)
    state = state_of(server, person)
    assert state
    assert state.sessions[0, False].answers == {"q01": 2}
    assert "Câu 2/20" in person.last.text


def test_an_apology_is_in_the_language_of_the_chat_while_that_can_be_read(
    telegram: Telegram, server: BotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise OSError("the disk is full")

    person = telegram.person()
    begin(person)
    person.wait_for_reply(lambda: person.type("/language"))
    person.wait_for_reply(lambda: person.press(person.last, "English"))
    monkeypatch.setattr(server.hoctap._runner, "submit", full)
    apology = person.wait_for_reply(lambda: person.type("/help"))
    assert apology.text.startswith("Sorry")


def test_while_the_database_is_gone_the_question_stays_and_can_be_pressed_again(
    telegram: Telegram, server: BotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def submit(self, work: object) -> object:
            raise OSError("the database is gone")

    person = telegram.person()
    begin(person)
    question = person.last
    with monkeypatch.context() as while_gone:
        while_gone.setattr(server.hoctap, "_runner", Gone())
        apology = person.wait_for_reply(lambda: person.press(question, "1–2 ngày"))
        telegram.wait(lambda telegram: telegram.pending == 0)
    assert apology.text.startswith("Xin lỗi")
    assert apology.message_id > question.message_id
    person.wait_for_reply(lambda: person.press(question, "3–4 ngày"))
    state = state_of(server, person)
    assert state
    assert state.sessions[0, False].answers == {"q01": 3}


def test_a_429_holds_everything_back_for_as_long_as_it_says_and_nothing_is_lost(
    telegram: Telegram, server: BotServer
) -> None:
    one, other = telegram.person(), telegram.person()
    begin(one)
    begin(other)
    too_many = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 2",
        "parameters": {"retry_after": 2},
    }
    telegram.faults.answer_next("editMessageText", 429, too_many)
    one.press(label="1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["editmessagetext", 429])
    other.press(label="3–4 ngày")
    for person in (one, other):
        person.wait(lambda person: "Câu 2/20" in person.last.text)
    edits = [call.at for call in telegram.calls if call.method == "editMessageText"][-3:]
    assert edits[1] - edits[0] >= 2.0
    assert edits[2] - edits[0] >= 2.0


def test_answers_to_presses_that_are_too_many_stop_until_told(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    too_many = {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 1}}
    telegram.faults.answer_next("answerCallbackQuery", 429, too_many)
    person.press(label="1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["answercallbackquery", 429])
    person.wait(lambda person: "Câu 2/20" in person.last.text)


def test_who_presses_again_and_again_while_nothing_comes_is_answered_once_and_soon(
    telegram: Telegram, server: BotServer
) -> None:
    """Else, with a thousand people waiting, each new press would send its answer back to the end of the line."""
    person = telegram.person()
    begin(person)
    question, edits = person.last, telegram.counts["editmessagetext", 200]
    too_many = {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 3}}
    telegram.faults.answer_next("editMessageText", 429, too_many)
    person.press(question, "1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["editmessagetext", 429])
    for _ in range(5):
        person.press(question, "1–2 ngày")
    telegram.wait(lambda telegram: telegram.pending == 0)
    person.wait(lambda person: "Câu 2/20" in person.last.text)
    answer = person.wait_for_reply(lambda: person.press(label="Hai nơi"))
    assert "Câu 3/20" in answer.text
    assert telegram.counts["editmessagetext", 200] == edits + 2
    assert telegram.counts["editmessagetext", 400] == 0, "nothing is sent only to hear that it is there already"


def test_a_late_screen_does_not_take_the_place_of_a_newer_one(telegram: Telegram, server: BotServer) -> None:
    """The first answer fails and is tried again a second later; the person has pressed on meanwhile."""
    person = telegram.person()
    begin(person)
    question = person.last
    telegram.faults.answer_next("editMessageText", 502, b"<html>Bad Gateway</html>")
    person.press(question, "1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["editmessagetext", 502])
    person.press(question, action="pause")
    person.wait(lambda person: "Đã lưu" in person.last.text or "Tạm dừng" in person.last.text, seconds=20)
    edits = [call.parameters["text"] for call in telegram.calls if call.method == "editMessageText"]
    assert ["Câu 2/20" in text for text in edits].count(True) == 1, "tried once"


def test_an_old_message_that_cannot_be_edited_is_answered_below(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    question = person.last
    person.delete(question.message_id)
    answer = person.wait_for_reply(lambda: person.press(question, "1–2 ngày"))
    assert "Câu 2/20" in answer.text
    assert answer.message_id > question.message_id


def test_a_message_that_was_deleted_meanwhile_is_sent_anew(telegram: Telegram, server: BotServer) -> None:
    """Telegram says "message to edit not found": no error, the question comes below."""
    person = telegram.person()
    begin(person)
    question = person.last
    telegram.faults.answer_next(
        "editMessageText",
        400,
        {"ok": False, "error_code": 400, "description": "Bad Request: message to edit not found"},
    )
    person.press(question, "1–2 ngày")
    person.wait(lambda person: person.last.message_id > question.message_id)
    assert "Câu 2/20" in person.last.text


def test_the_result_is_a_picture_with_words_and_comes_a_second_time_without_an_upload(
    telegram: Telegram, server: BotServer
) -> None:
    person = telegram.person()
    begin(person)
    for _ in range(20):
        person.wait_for_reply(lambda: person.press(label=person.last.labels[3][0]))
    for _ in range(2):
        person.wait_for_reply(lambda: person.press(label="Không muốn trả lời"))
    review = person.last
    person.press(label="Xem kết quả")
    person.wait(lambda person: person.last.photo)
    result = person.last
    assert result.photo.startswith(b"\x89PNG")
    assert result.text.startswith("Bạn được 100/100 điểm.")
    person.wait(lambda person: review.message_id not in [message.message_id for message in person.messages])

    person.press(label="Tải phiếu PDF")
    person.wait(lambda person: person.last.document)
    assert person.last.document.startswith(b"%PDF")
    assert person.last.file_name == "phieu-tu-danh-gia.pdf"
    person.wait(lambda person: not next(m for m in person.messages if m.photo).keyboard)  # its buttons led nowhere

    person.press(label="‹ Về kết quả")
    person.wait(lambda person: person.last.photo)
    photos = [call.parameters["photo"] for call in telegram.calls if call.method == "sendPhoto"]
    assert [str(photo).startswith("attach:") for photo in photos] == [True, False]


@pytest.mark.parametrize("kind", sorted(SENT_KINDS))
def test_what_cannot_be_read_gets_a_hint_and_is_not_kept(kind: str, telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    before = state_of(server, person)
    hint = person.wait_for_reply(lambda: person.send(kind, caption="2"))
    personal = kind in ("contact", "location", "venue")
    assert hint.text.startswith("Không cần gửi số điện thoại" if personal else "Mình chỉ đọc được chữ và nút bấm")
    assert state_of(server, person) == before


def test_an_album_gets_one_hint(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    for _ in range(5):
        person.send("photo")
    telegram.wait(lambda telegram: telegram.pending == 0)
    assert len([message for message in person.messages if message.text.startswith("Mình chỉ đọc được")]) == 1


def test_a_stranger_who_sends_a_picture_is_not_remembered(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    person.wait_for_reply(lambda: person.send("photo"), seconds=30)
    assert state_of(server, person) is None


def test_an_edited_message_is_not_read_again(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    person.wait_for_reply(lambda: person.type("2"))
    typed = [message for message in person.messages if not message.is_from_bot][-1]
    assert person.edit(typed.message_id, "4") == 0


def test_blocking_is_noted_and_a_start_makes_the_chat_reachable_again(
    telegram: Telegram, server: BotServer
) -> None:
    person = telegram.person()
    begin(person)
    person.block()
    telegram.wait(lambda telegram: telegram.pending == 0)
    assert unreachable(server, person) == "blocked"
    person.unblock()
    telegram.wait(lambda telegram: telegram.pending == 0)
    assert unreachable(server, person) is None
    person.wait_for_reply(lambda: person.type("/start"))
    assert unreachable(server, person) is None


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Forbidden: bot was blocked by the user", "blocked"),
        ("Forbidden: user is deactivated", "deactivated"),
        ("Bad Request: chat not found", "gone"),
    ],
)
def test_a_refused_answer_tells_why(description: str, reason: str, telegram: Telegram, server: BotServer) -> None:
    """The block comes between the press and the answer, and the news of it is lost."""
    person = telegram.person()
    begin(person)
    status = 403 if description.startswith("Forbidden") else 400
    refusal = {"ok": False, "error_code": status, "description": description}
    telegram.faults.answer_next("editMessageText", status, refusal)
    person.press(label="1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["editmessagetext", status] and telegram.pending == 0)
    assert unreachable(server, person) == reason
    state = state_of(server, person)
    assert state
    assert state.sessions[0, False].answers == {"q01": 2}
    person.wait_for_reply(lambda: person.type("/start"))
    assert unreachable(server, person) is None


def unreachable(server: BotServer, person: object) -> str | None:
    state = state_of(server, person)  # type: ignore[arg-type]
    assert state
    return state.account.unreachable


def test_a_chat_that_moved_is_followed(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    moved = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1001234567890},
    }
    telegram.faults.answer_next("editMessageText", 400, moved)
    person.press(label="1–2 ngày")
    telegram.wait(lambda telegram: telegram.counts["editmessagetext", 400] and telegram.pending == 0)
    assert state_of(server, person) is None
    with server.database.transaction() as transaction:
        from storage.states import load_state

        state = load_state(transaction, "telegram", "-1001234567890")
    assert state
    assert state.sessions[0, False].answers == {"q01": 2}


def test_in_a_group_it_says_once_where_to_find_it_and_is_silent(telegram: Telegram, server: BotServer) -> None:
    person, group = telegram.person(), telegram.group()
    group.add_bot()
    telegram.wait(lambda telegram: telegram.counts["sendmessage", 200] == 1, seconds=30)
    group.type(person, "/start@hoctap_test_bot")
    group.type(person, "@hoctap_test_bot chào")
    telegram.wait(lambda telegram: telegram.pending == 0)
    said = [call for call in telegram.calls if call.method == "sendMessage"]
    assert [call.parameters["chat_id"] for call in said] == [group.chat_id]
    assert "nói chuyện riêng" in said[0].parameters["text"]
    [[key]] = said[0].parameters["reply_markup"]["inline_keyboard"]
    assert key["url"] == "https://t.me/hoctap_test_bot?start=group"
    assert state_of(server, person) is None


def test_a_group_that_became_a_supergroup_still_hears_it(telegram: Telegram, server: BotServer) -> None:
    group = telegram.group()
    group.add_bot()
    new = group.migrate()
    telegram.wait(lambda telegram: telegram.counts["sendmessage", 200] == 1, seconds=30)
    said = [call.parameters["chat_id"] for call in telegram.calls if call.method == "sendMessage"]
    assert said == [group.chat_id, new.chat_id]


def test_an_invitation_is_no_error_and_is_not_in_the_log(
    telegram: Telegram, server: BotServer, caplog: pytest.LogCaptureFixture
) -> None:
    person = telegram.person()
    greeting = person.wait_for_reply(lambda: person.type("/start inv_s3cr3tT0ken"), seconds=30)
    assert greeting.text.startswith("Liên kết này đã dùng rồi")
    assert "Chào bạn" in greeting.text
    assert "s3cr3tT0ken" not in caplog.text


def test_long_texts_come_in_pieces_with_the_buttons_under_the_last(
    telegram: Telegram, server: BotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from markupsafe import Markup

    from engine.conversation import rights, turn

    def draw_long(scene: object) -> object:
        screen = rights.draw_help(scene)  # type: ignore[arg-type]
        return replace(screen, html=Markup("\n\n").join([Markup("<b>%s</b>") % ("chữ " * 500)] * 4))

    monkeypatch.setitem(turn.DRAWS, "help", draw_long)
    person = telegram.person()
    begin(person)
    before = len(person.messages)
    person.type("/help")
    person.wait(lambda person: len(person.messages) >= before + 3 and person.last.keyboard)
    *pieces, last = person.messages[before + 1 :]
    assert all(len(piece.text) <= 4096 and not piece.keyboard for piece in pieces)
    assert sum(message.text.count("chữ") for message in (*pieces, last)) == 2000


def test_it_introduces_itself_once_in_each_language(tmp_path: Path) -> None:
    with running_standin() as telegram:
        server = BotServer(telegram, f"sqlite:///{tmp_path}/hoctap.db")
        with running_bot(server):
            telegram.wait(lambda telegram: telegram.counts["setmyshortdescription", 200] == 2, seconds=30)
            commands = [call.parameters for call in telegram.calls if call.method == "setMyCommands"]
            assert [each["language_code"] for each in commands] == ["", "en"]
            assert commands[0]["commands"][0] == {"command": "start", "description": "Bắt đầu, hoặc đi tiếp"}
            told = [call.parameters["description"] for call in telegram.calls if call.method == "setMyDescription"]
            assert told[0].startswith("Tự xem mình là")
            server.restart()
            telegram.wait(lambda telegram: telegram.counts["getmyshortdescription", 200] == 4, seconds=30)
        assert telegram.counts["setmycommands", 200] == 2
        assert telegram.counts["setmyname", 200] == 2


def test_every_command_is_in_the_menu() -> None:
    from channels.telegram.introduce import _commands
    from engine.conversation.turn import COMMANDS
    from tests.chats import handbook

    of_staff = {"statistics", "campaign", "theme", "console"}  # for everybody else there is no such command
    assert set(_commands(handbook().speak("vi"))) == set(COMMANDS) - of_staff
