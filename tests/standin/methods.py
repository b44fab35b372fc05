"""Which function answers which method of the Bot API that needs neither waiting nor the network."""

from collections.abc import Callable
from typing import Any

from tests.standin import editing, fetching, presses, profile, sending
from tests.standin.parameters import Parameters
from tests.standin.world import World

METHODS: dict[str, Callable[[World, Parameters], Any]] = {
    "answercallbackquery": presses.answer_callback_query,
    "deletemessage": sending.delete_message,
    "deletemycommands": profile.delete_my_commands,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "editmessagetext": editing.edit_message_text,
    "getchat": profile.get_chat,
    "getchatmenubutton": profile.get_chat_menu_button,
    "getfile": fetching.get_file,
    "getme": profile.get_me,
    "getmycommands": profile.get_my_commands,
    "getmydescription": profile.get_my_description,
    "getmyname": profile.get_my_name,
    "getmyshortdescription": profile.get_my_short_description,
    "sendchataction": sending.send_chat_action,
    "senddocument": sending.send_document,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "sendvoice": sending.send_voice,
    "setchatmenubutton": profile.set_chat_menu_button,
    "setmycommands": profile.set_my_commands,
    "setmydescription": profile.set_my_description,
    "setmyname": profile.set_my_name,
    "setmyshortdescription": profile.set_my_short_description,
}
