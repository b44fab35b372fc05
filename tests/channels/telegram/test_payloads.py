"""Each kind of update that the Bot API documents, in its own shape: a turn, a hint, or silence; never an error."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot

from bot.bootstrap import Hoctap
from bot.runner import make_runner
from channels.telegram.channel import TelegramChannel
from channels.telegram.limits import Limits
from channels.telegram.replies import Replies
from channels.telegram.session import Kind, LeanSession
from engine.pacing import Pace
from storage.database import open_database
from tests.chats import Clock, handbook
from tests.counting import keys

pytestmark = pytest.mark.slow  # a database for each

FOLDER = Path(__file__).parent.parent / "payloads/telegram"
HINTS = {
    *("animation", "audio", "contact", "dice", "document", "location", "location_live", "photo", "photo_in_album"),
    *("photo_with_caption", "poll", "sticker", "story", "venue", "video", "video_note", "voice"),
}
TURNS = {
    *("command_unknown", "forwarded", "forwarded_hidden_user", "quote", "reply", "start"),
    *("from_sender_without_name_or_language", "start_with_deep_link", "start_with_longest_deep_link", "text"),
    *("text_bold_pasted", "text_emoji_and_zero_width", "text_longest", "text_with_link_and_mention", "via_bot"),
    "unknown_fields_everywhere",
}
PRESSES = {"button", "inaccessible_message", "longest_data", "photo_message", "unknown_data"}
PRESSES_ELSEWHERE = {"game", "in_group", "inline_message"}


class Recording(LeanSession):
    """Telegram takes everything; what it was asked for is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.called: list[tuple[str, dict[str, Any]]] = []

    async def call(self, bot: Bot, kind: Kind, fields: Any) -> Any:
        self.called.append((kind.__api_method__, dict(fields)))
        return {"message_id": 1}


def take(payload: Any, folder: Path) -> tuple[list[tuple[str, dict[str, Any]]], int]:
    """What a bot did about an update, and how many chats it knows then."""

    async def main() -> None:
        hoctap = Hoctap(handbook(), runner, Clock(), keys())
        bot = Bot("123456:TEST", session=session)
        limits = Limits(Pace())
        limits.share(30)
        replies = Replies(bot, session, hoctap, limits)
        channel = TelegramChannel(bot, hoctap, hoctap.speak, replies)
        channel.username = "hoctap_bot"
        await channel.take(payload, 1.0)
        await replies.drain(5)

    session = Recording()
    database = open_database(f"sqlite:///{folder}/hoctap.db")
    runner = make_runner(database)
    try:
        asyncio.run(main())
        with database.transaction() as transaction:
            known = transaction.connection.exec_driver_sql("SELECT count(*) FROM account").scalar() or 0
    finally:
        runner.close()
        database.close()
    return session.called, known


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_payload(path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    called, known = take(json.loads(path.read_text(encoding="utf-8")), tmp_path)
    kind, _, what = path.stem.partition(".")
    methods = [method for method, _ in called]
    if kind == "message" and what in TURNS:
        assert methods == ["sendMessage"]
        assert called[0][1]["reply_markup"], "a screen"
        assert known == 1
    elif kind == "message" and what in HINTS:
        assert methods == ["sendMessage"]
        assert not called[0][1].get("reply_markup"), "a hint"
        assert known == 0
    elif kind == "callback_query" and what in PRESSES:
        shown = "sendMessage" if what in ("inaccessible_message", "inline_message") else "editMessageText"
        assert sorted(methods) == sorted(["answerCallbackQuery", shown])
        assert known == 1
    elif kind == "callback_query":
        assert what in PRESSES_ELSEWHERE, "nobody said what to do about this press"
        assert methods[0] == "answerCallbackQuery"
    elif path.stem == "my_chat_member.added_to_group":
        assert methods == ["sendMessage"]
        assert known == 0
    else:
        assert (methods, known) == ([], 0), "silence"
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_every_payload_that_is_named_is_there() -> None:
    there = {path.stem.partition(".")[2] for path in FOLDER.glob("*.json")}
    assert there >= HINTS | TURNS | PRESSES | PRESSES_ELSEWHERE
