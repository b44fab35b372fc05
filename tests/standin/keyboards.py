"""Keyboards under messages: what Telegram takes, what it refuses, and the keys that a person sees."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request

Markup = dict[str, Any]

LONGEST_CALLBACK_DATA = 64  # bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton
MOST_BUTTONS = 100
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
)
_MORE_ACTIONS = ("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay")


@dataclass(frozen=True)
class Key:
    """A button as a person sees it: pressing it sends `data`, or opens `url`."""

    label: str
    data: str = ""
    url: str = ""


def keys(markup: Markup | None) -> list[list[Key]]:
    """The rows of an inline or a reply keyboard."""
    if not markup:
        return []
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [
        [
            Key(each, "", "")
            if isinstance(each, str)
            else Key(each["text"], each.get("callback_data", ""), each.get("url", ""))
            for each in row
        ]
        for row in rows
    ]


def read_reply_markup(asked: Parameters) -> Markup | None:
    """The keyboard that was sent along: checked. None if there is none."""
    markup = asked.structure("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    checked = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        if row:
            checked.append([_check_button(button) for button in row])
    if sum(map(len, checked)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _check_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= LONGEST_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "url" in button:
        _check_url(str(button["url"]))
    elif not any(name in button for name in (*_ACTIONS, *_MORE_ACTIONS)):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return button


def _check_url(url: str) -> None:
    address = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    is_link = parts.scheme in ("http", "https") and "." in host and not re.search(r"\s", url)
    if not is_link and parts.scheme not in ("tg", "ton", "tonsite"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
