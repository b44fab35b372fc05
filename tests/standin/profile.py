"""What the bot says of itself: name, descriptions, commands and menu button, in several languages."""

import json
import re
from typing import Any

from tests.standin.chats import Json
from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request
from tests.standin.world import World

LONGEST_NAME = 64  # https://core.telegram.org/bots/api#setmyname
LONGEST_DESCRIPTION = 512  # https://core.telegram.org/bots/api#setmydescription
LONGEST_SHORT_DESCRIPTION = 120  # https://core.telegram.org/bots/api#setmyshortdescription
MOST_COMMANDS = 100  # https://core.telegram.org/bots/api#setmycommands
LONGEST_COMMAND = 32  # https://core.telegram.org/bots/api#botcommand
LONGEST_COMMAND_DESCRIPTION = 256

_SCOPES = (
    *("default", "all_private_chats", "all_group_chats", "all_chat_administrators"),
    *("chat", "chat_administrators", "chat_member"),
)


def get_me(world: World, asked: Parameters) -> Json:
    return {
        **world.bot,
        "first_name": world.profile.name[""],
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(asked: Parameters) -> str:
    code = asked.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _set(kept: dict[str, str], asked: Parameters, field: str, longest: int, words: str) -> bool:
    value, language = asked.text(field).strip(), _language(asked)
    if len(value) > longest:
        raise bad_request(words)
    if value:
        kept[language] = value
    elif language or field != "name":
        kept.pop(language, None)
    else:
        raise bad_request("BOT_TITLE_INVALID")
    return True


def _get(kept: dict[str, str], asked: Parameters, field: str) -> Json:
    """In the language, else the one for everybody."""
    return {field: kept.get(_language(asked)) or kept.get("", "")}


def set_my_name(world: World, asked: Parameters) -> bool:
    return _set(world.profile.name, asked, "name", LONGEST_NAME, "BOT_TITLE_INVALID")


def get_my_name(world: World, asked: Parameters) -> Json:
    return _get(world.profile.name, asked, "name")


def set_my_description(world: World, asked: Parameters) -> bool:
    words = "USER_BOT_INVALID_DESCRIPTION"
    return _set(world.profile.description, asked, "description", LONGEST_DESCRIPTION, words)


def get_my_description(world: World, asked: Parameters) -> Json:
    return _get(world.profile.description, asked, "description")


def set_my_short_description(world: World, asked: Parameters) -> bool:
    kept = world.profile.short_description
    return _set(kept, asked, "short_description", LONGEST_SHORT_DESCRIPTION, "USER_BOT_INVALID_ABOUT")


def get_my_short_description(world: World, asked: Parameters) -> Json:
    return _get(world.profile.short_description, asked, "short_description")


def _scope(asked: Parameters) -> str:
    scope = asked.structure("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps(scope, sort_keys=True)


def set_my_commands(world: World, asked: Parameters) -> bool:
    commands = asked.structure("commands", "commands") or []
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_check_command(command) for command in commands]
    world.profile.commands[_scope(asked), _language(asked)] = checked
    return True


def _check_command(command: Any) -> Json:
    """The words are tdlib's (BotCommand.cpp, 2024), but for the last."""
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {LONGEST_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_COMMAND_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {LONGEST_COMMAND_DESCRIPTION}")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def get_my_commands(world: World, asked: Parameters) -> list[Json]:
    return world.profile.commands.get((_scope(asked), _language(asked)), [])


def delete_my_commands(world: World, asked: Parameters) -> bool:
    world.profile.commands.pop((_scope(asked), _language(asked)), None)
    return True


def set_chat_menu_button(world: World, asked: Parameters) -> bool:
    button = asked.structure("menu_button", "MenuButton") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse MenuButton: Unsupported type specified")
    if asked.text("chat_id"):
        world.find_chat(asked.text("chat_id")).menu_button = button
    else:
        world.profile.menu_button = button
    return True


def get_chat_menu_button(world: World, asked: Parameters) -> Json:
    if asked.text("chat_id"):
        return world.find_chat(asked.text("chat_id")).menu_button or {"type": "default"}
    return world.profile.menu_button


def get_chat(world: World, asked: Parameters) -> Json:
    """https://core.telegram.org/bots/api#chatfullinfo, what is always there."""
    chat = world.find_chat(asked.text("chat_id"))
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat.as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }
