"""What a bot sends is what the person sees."""

from typing import Any

import pytest

from tests.standin import HandClock, Telegram
from tests.standin_conformance.both import TINY_PNG, Client, both, started
from tests.standin_conformance.wanted import File, Keyboard


def test_a_text_with_html_and_a_keyboard() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        keyboard = Keyboard([[("Bắt đầu", "begin")], [("Đọc thêm", "https://sonla.example/")]])
        sent = await bot.ask(
            "send_message",
            chat_id=thao.chat_id,
            text="<b>Chào 👋</b> &lt;Thào&gt;\n",
            parse_mode="HTML",
            reply_markup=keyboard,
        )
        return sent["text"], sent["entities"], sent["reply_markup"]["inline_keyboard"], str(thao.last)

    assert both(scenario) == [
        "Chào 👋 <Thào>",
        [{"type": "bold", "offset": 0, "length": 7}],
        [
            [{"text": "Bắt đầu", "callback_data": "begin"}],
            [{"text": "Đọc thêm", "url": "https://sonla.example/"}],
        ],
        "bot> #2 Chào 👋 <Thào>\n     [Bắt đầu]\n     [Đọc thêm]",
    ]


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        ("<b>a</b><strong>b</strong>", ["bold", "bold"]),
        ("<i>a</i><em>b</em>", ["italic", "italic"]),
        ("<u>a</u><ins>b</ins>", ["underline", "underline"]),
        ("<s>a</s><strike>b</strike><del>c</del>", ["strikethrough"] * 3),
        ('<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', ["spoiler", "spoiler"]),
        ('<a href="https://sonla.example/">a</a>', ["text_link"]),
        ("<code>a</code><pre>b</pre>", ["code", "pre"]),
        ("<blockquote>a</blockquote>", ["blockquote"]),
        ("<blockquote expandable>a</blockquote>", ["expandable_blockquote"]),
        ("<b>a<i>b</i></b>", ["bold", "italic"]),
        ("/help a@b.vn #tag @mua_nghi_ra", ["bot_command", "email", "hashtag", "mention"]),
        ("&lt;b&gt; &nbsp; &#64; &amp;", []),
    ],
)
def test_every_tag_that_telegram_knows(html: str, kinds: list[str]) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        sent = await bot.ask("send_message", chat_id=thao.chat_id, text=html, parse_mode="HTML")
        return [entity["type"] for entity in sent.get("entities", [])]

    assert both(scenario) == kinds


@pytest.mark.parametrize(
    ("method", "kind", "file"),
    [
        ("send_photo", "photo", File(TINY_PNG, "ket-qua.png")),
        ("send_document", "document", File(b'{"a": 1}', "my-data.json")),
        ("send_voice", "voice", File(b"OggS and so on", "cau-1.ogg")),
    ],
)
def test_a_file_is_uploaded_sent_again_by_its_id_and_downloaded(method: str, kind: str, file: File) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        uploaded = await bot.ask(method, chat_id=thao.chat_id, caption="Kết quả", **{kind: file})
        shown = uploaded[kind][-1] if kind == "photo" else uploaded[kind]
        again = await bot.ask(method, chat_id=thao.chat_id, **{kind: shown["file_id"]})
        seen = [getattr(each, kind) for each in thao.messages[1:]]
        return uploaded["caption"], again[kind] == uploaded[kind], seen, await bot.download(shown["file_id"])

    assert both(scenario) == ["Kết quả", True, [file.content, file.content], file.content]


def test_a_document_keeps_its_name_and_type() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        sent = await bot.ask("send_document", chat_id=thao.chat_id, document=File(b"{}", "my-data.json"))
        return sent["document"]["file_name"], sent["document"]["mime_type"], thao.last.file_name

    assert both(scenario) == ["my-data.json", "application/json", "my-data.json"]


def test_a_file_that_a_person_sent_can_be_fetched() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        thao.send("voice", b"OggS and so on")
        update = (await bot.ask("get_updates"))[0]
        return await bot.download(update["message"]["voice"]["file_id"])

    assert both(scenario) == b"OggS and so on"


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("send_photo", {"photo": File(b"no image", "a.png")}, "bad request: image_process_failed"),
        ("send_document", {"document": File(b"", "a.txt")}, "bad request: file must be non-empty"),
        ("send_photo", {"photo": "made-up"}, "bad request: wrong file identifier/http url specified"),
        ("get_file", {"file_id": "made-up"}, "bad request: invalid file_id"),
    ],
)
def test_files_that_are_none(method: str, arguments: dict[str, Any], words: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        to = {} if method == "get_file" else {"chat_id": thao.chat_id}
        failure = await bot.ask(method, **to, **arguments)
        return failure.kind, failure.words

    assert both(scenario) == ["bad request", words]


def test_a_reply_shows_what_it_replies_to() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        sent = await bot.ask("send_message", chat_id=thao.chat_id, text="vâng", reply_to_message_id=1)
        gone = await bot.ask("send_message", chat_id=thao.chat_id, text="vâng", reply_to_message_id=99)
        return sent["reply_to_message"]["text"], gone.words

    assert both(scenario) == ["/start", "bad request: message to be replied not found"]


def test_typing_is_shown_and_a_made_up_action_is_not() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        shown = await bot.ask("send_chat_action", chat_id=thao.chat_id, action="upload_photo")
        refused = await bot.ask("send_chat_action", chat_id=thao.chat_id, action="dancing")
        return shown, refused.words

    assert both(scenario) == [True, "bad request: wrong parameter action in request"]


def test_a_message_of_two_days_ago_stays() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        await bot.ask("send_message", chat_id=thao.chat_id, text="x")
        clock = telegram.world.clock
        assert isinstance(clock, HandClock)
        clock.move_on(48 * 3600 + 1)
        refused = await bot.ask("delete_message", chat_id=thao.chat_id, message_id=2)
        return refused.words, thao.last.text

    assert both(scenario) == ["bad request: message can't be deleted for everyone", "x"]


def test_a_deleted_message_is_gone() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        thao = started(telegram)
        await bot.ask("send_message", chat_id=thao.chat_id, text="x")
        deleted = await bot.ask("delete_message", chat_id=thao.chat_id, message_id=2)
        again = await bot.ask("delete_message", chat_id=thao.chat_id, message_id=2)
        return deleted, again.words, [each.text for each in thao.messages]

    assert both(scenario) == [True, "bad request: message to delete not found", ["/start"]]
