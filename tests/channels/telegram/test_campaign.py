"""An officer writes to people on Telegram, with a picture; what they get; progress that keeps itself up to date."""

import struct
import zlib

import pytest

from engine.campaigns.life import Campaign
from storage.campaigns import load_campaigns
from tests.campaigns import add_people, run, tend
from tests.channels.telegram.conftest import begin
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.standin import Person, Telegram
from tests.telegram import BotServer

pytestmark = pytest.mark.slow  # a server of its own for each


def png() -> bytes:
    """One white point."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    )
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def officer(telegram: Telegram, server: BotServer, token: str = "lantern") -> Person:
    """Somebody of the association, at the list of campaigns."""
    invite_somebody(server.database, handbook(), "province", token, server.clock.now, role="campaigns")
    person = telegram.person()
    person.wait_for_reply(lambda: person.type(f"/start inv_{token}"), seconds=30)
    return person


def write_with_picture(person: Person) -> None:
    """From the list to the draft."""
    for label in ("Viết tin mới", "Viết tin của mình"):
        person.wait_for_reply(lambda label=label: person.press(label=label))  # type: ignore[misc]
    person.wait_for_reply(lambda: person.send("photo", png(), caption="Tối mai học chữ ở {commune}"))


def approve_alone(person: Person) -> None:
    """From the draft on: tested, submitted, approved."""
    person.press(label="Gửi thử cho tôi")
    person.wait(lambda person: person.last.text.startswith("Tin ở trên đúng"))
    for label in ("Gửi duyệt", "Duyệt và gửi"):
        person.press(label=label)
        person.wait(lambda person, label=label: label not in str(person.last))  # type: ignore[misc]


def campaign_of(server: BotServer) -> Campaign:
    return run(server.database, lambda transaction: load_campaigns(transaction, kinds=("campaign",)))[0]


def wait_until_sent(telegram: Telegram, server: BotServer) -> None:
    tend(server.database, handbook(), server.clock.now)
    telegram.wait(lambda _: not campaign_of(server).counts.to_go, seconds=30)


def test_a_picture_is_sent_to_everyone_and_uploaded_once(telegram: Telegram, server: BotServer) -> None:
    people = [telegram.person() for _ in range(6)]
    for person in people:
        begin(person)
    writer = officer(telegram, server)
    write_with_picture(writer)
    assert campaign_of(server).message.picture is not None
    approve_alone(writer)
    [test] = [each for each in writer.messages if each.is_from_bot and each.photo]
    assert test.photo == png()
    assert test.text == "Tối mai học chữ ở Phường Tô Hiệu"
    wait_until_sent(telegram, server)
    for person in people:
        copies = [each for each in person.messages if each.is_from_bot and each.photo]
        assert [(copy.text, copy.photo) for copy in copies] == [("Tối mai học chữ ở Phường Chiềng An", png())]
    sent = [str(call.parameters["photo"]) for call in telegram.calls if call.method == "sendPhoto"]
    uploads = [photo for photo in sent if photo.startswith("attach://")]
    assert len(sent) == 7  # the test, and six people
    assert len(uploads) == 2  # the test, and once for all


def test_nobody_elses_photo_is_fetched(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    hint = person.wait_for_reply(lambda: person.send("photo", png()))
    assert hint.text.startswith("Mình chỉ đọc được chữ")
    assert not [call for call in telegram.calls if call.method == "getFile"]


def test_the_answer_to_a_message_comes_below_it(telegram: Telegram, server: BotServer) -> None:
    person = telegram.person()
    begin(person)
    writer = officer(telegram, server)
    write_with_picture(writer)
    approve_alone(writer)
    wait_until_sent(telegram, server)
    message = person.last
    assert message.photo
    stopped = person.wait_for_reply(lambda: person.press(message, "Thôi nhắn"))
    assert stopped.message_id > message.message_id
    assert stopped.text.startswith("Được rồi, mình thôi nhắn")
    kept = next(each for each in person.messages if each.message_id == message.message_id)
    assert kept.labels == message.labels


def test_progress_keeps_itself_up_to_date(
    telegram: Telegram, server: BotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.telegram.live.LOOK_EVERY_SECONDS", 0.05)
    people = [telegram.person() for _ in range(12)]
    for person in people:
        person.chat.refusal = ""  # as after /start
    add_people(server.database, [person.chat_id for person in people], server.clock.now)
    writer = officer(telegram, server)
    write_with_picture(writer)
    approve_alone(writer)
    approved = writer.last
    tend(server.database, handbook(), server.clock.now)
    writer.wait(lambda person: "Đã gửi: 12" in person.last.text, seconds=30)
    assert writer.last.message_id == approved.message_id
    tend(server.database, handbook(), server.clock.now)
    writer.wait(lambda person: "đã xong" in person.last.text, seconds=30)
    assert not any("Tạm dừng" in row for row in writer.last.labels)
