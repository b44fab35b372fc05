"""editMessageText, editMessageCaption, editMessageMedia and editMessageReplyMarkup."""

from tests.standin.chats import Json, Message
from tests.standin.keyboards import Markup, read_reply_markup
from tests.standin.media import MEDIA_KINDS, Media, read_media
from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request
from tests.standin.sending import find_message
from tests.standin.texts import Text, read_caption, read_text
from tests.standin.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def edit_message_text(world: World, asked: Parameters) -> Json:
    text, markup = read_text(asked), read_reply_markup(asked)
    message = _open_message(world, asked)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    if _is_same(message.text, text) and message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    message.text = text
    return _finish(world, message, markup)


def edit_message_caption(world: World, asked: Parameters) -> Json:
    caption, markup = read_caption(asked), read_reply_markup(asked)
    message = _open_message(world, asked)
    if message.kind not in MEDIA_KINDS:
        raise bad_request("there is no caption in the message to edit")
    if _is_same(message.caption or Text(), caption) and message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    message.caption = caption
    return _finish(world, message, markup)


def edit_message_media(world: World, asked: Parameters) -> Json:
    """A text may become a photo or a document, too: https://core.telegram.org/bots/api#editmessagemedia."""
    wanted, markup = asked.structure("media", "InputMedia"), read_reply_markup(asked)
    if not isinstance(wanted, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    if wanted.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: Unsupported type specified")
    message = _open_message(world, asked)
    inner = Parameters(wanted, asked.uploads)
    caption = read_caption(inner)
    media = read_media(world, wanted["type"], inner, wanted.get("media", ""))
    if _is_same_media(message, media, caption) and message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    kept = {name: value for name, value in message.content.items() if name not in MEDIA_KINDS}
    message.kind, message.file, message.content = media.kind, media.file, {**kept, **media.content}
    message.text, message.caption = None, caption
    return _finish(world, message, markup)


def edit_message_reply_markup(world: World, asked: Parameters) -> Json:
    markup = read_reply_markup(asked)
    message = _open_message(world, asked)
    if message.markup == markup:
        raise bad_request(_NOT_MODIFIED)
    return _finish(world, message, markup)


def _open_message(world: World, asked: Parameters) -> Message:
    """The message to edit, if the bot may."""
    if asked.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.find_chat(asked.text("chat_id"))
    world.flood.check(chat.chat_id)
    world.access_chat(asked.text("chat_id"))
    message = find_message(chat, asked, "message to edit not found")
    if not message.is_from_bot:
        raise bad_request("message can't be edited")
    if message.markup and "inline_keyboard" not in message.markup:
        raise bad_request("message can't be edited")
    return message


def _finish(world: World, message: Message, markup: Markup | None) -> Json:
    message.markup = markup
    message.edited_at = world.now()
    message.edits += 1
    world.show(message)
    return message.as_json()


def _is_same(old: Text, new: Text) -> bool:
    return old.plain == new.plain and old.entities == new.entities


def _is_same_media(message: Message, media: Media, caption: Text) -> bool:
    is_same_file = message.file is media.file
    return is_same_file and _is_same(message.caption or Text(), caption)
