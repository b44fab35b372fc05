"""sendMessage, sendPhoto, sendDocument, sendVoice, sendChatAction and deleteMessage."""

from tests.standin.chats import Chat, Json, Message
from tests.standin.keyboards import read_reply_markup
from tests.standin.media import read_media
from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request
from tests.standin.texts import read_caption, read_text
from tests.standin.world import World

DELETABLE_SECONDS = 48 * 3600  # https://core.telegram.org/bots/api#deletemessage
_ACTIONS = (
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
)


def send_message(world: World, asked: Parameters) -> Json:
    text, markup = read_text(asked), read_reply_markup(asked)
    chat = _open_chat(world, asked)
    reply = _reply(chat, asked)
    message = world.new_message(chat, world.bot, text=text, markup=markup, content=reply)
    world.show(message)
    return message.as_json()


def send_photo(world: World, asked: Parameters) -> Json:
    return _send_media(world, "photo", asked)


def send_document(world: World, asked: Parameters) -> Json:
    return _send_media(world, "document", asked)


def send_voice(world: World, asked: Parameters) -> Json:
    return _send_media(world, "voice", asked)


def _send_media(world: World, kind: str, asked: Parameters) -> Json:
    caption, markup = read_caption(asked), read_reply_markup(asked)
    chat = _open_chat(world, asked)
    reply = _reply(chat, asked)
    media = read_media(world, kind, asked)
    content = {**reply, **media.content}
    message = world.new_message(
        chat, world.bot, kind=kind, caption=caption, content=content, file=media.file, markup=markup
    )
    world.show(message)
    return message.as_json()


def _open_chat(world: World, asked: Parameters) -> Chat:
    """Where to. What Telegram then refuses has counted for its limits all the same."""
    chat = world.find_chat(asked.text("chat_id"))
    world.flood.check(chat.chat_id)
    return world.access_chat(asked.text("chat_id"))


def _reply(chat: Chat, asked: Parameters) -> Json:
    """The message that is replied to, as the new message shows it."""
    wanted = asked.structure("reply_parameters", "reply parameters") or {}
    if not isinstance(wanted, dict):
        raise bad_request("can't parse reply parameters: ReplyParameters must be an Object")
    message_id = Parameters(wanted).integer("message_id") or asked.integer("reply_to_message_id")
    if not message_id:
        return {}
    original = chat.messages.get(message_id)
    if original and not original.is_deleted:
        return {"reply_to_message": original.as_json()}
    if wanted.get("allow_sending_without_reply") or asked.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def send_chat_action(world: World, asked: Parameters) -> bool:
    world.access_chat(asked.text("chat_id"))
    if asked.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def delete_message(world: World, asked: Parameters) -> bool:
    chat = world.access_chat(asked.text("chat_id"))
    message = find_message(chat, asked, "message to delete not found")
    if world.now() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    message.is_deleted = True
    world.changed.notify_all()
    return True


def find_message(chat: Chat, asked: Parameters, not_found: str) -> Message:
    """The message that message_id names, if it is still there."""
    message_id = asked.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None or message.is_deleted:
        raise bad_request(not_found)
    return message
