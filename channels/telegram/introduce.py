"""What Telegram shows of the bot before anyone writes: commands, name and description, in each language."""

import logging
from collections.abc import Mapping
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from engine.texts import Texts

log = logging.getLogger(__name__)


async def introduce(bot: Bot, languages: Mapping[str, Texts]) -> None:
    """Sets what differs from what Telegram has. The first language is for everyone who has no other of ours.

    Telegram allows few changes a day, so nothing is set that is right already; what it refuses is tried again at
    the next start.
    """
    for place, (language, say) in enumerate(languages.items()):
        code = "" if place == 0 else language
        try:
            await _introduce_in(bot, code, say)
        except AiogramError as error:
            log.warning("action=telegram_introduce language=%s failed=%s", language, type(error).__name__)


async def _introduce_in(bot: Bot, code: str, say: Texts) -> None:
    commands: Any = [{"command": name, "description": words} for name, words in _commands(say).items()]
    has: Any = await bot(GetMyCommands(language_code=code))
    if has != commands:
        await bot(SetMyCommands(commands=commands, language_code=code))
    name = say.plain("telegram.name")
    if await _text(bot, GetMyName(language_code=code), "name") != name:
        await bot(SetMyName(name=name, language_code=code))
    description = say.plain("telegram.description")
    if await _text(bot, GetMyDescription(language_code=code), "description") != description:
        await bot(SetMyDescription(description=description, language_code=code))
    about = say.plain("telegram.about")
    if await _text(bot, GetMyShortDescription(language_code=code), "short_description") != about:
        await bot(SetMyShortDescription(short_description=about, language_code=code))


async def _text(bot: Bot, method: Any, field: str) -> Any:
    answer: Any = await bot(method)
    return answer.get(field)


def _commands(say: Texts) -> dict[str, str]:
    """In the order in which Telegram lists them; `COMMANDS` of the engine knows them all."""
    return {
        "start": say.plain("command.start"),
        "result": say.plain("command.result"),
        "again": say.plain("command.again"),
        "family": say.plain("command.family"),
        "mycommune": say.plain("command.mycommune"),
        "commune": say.plain("command.commune"),
        "remindme": say.plain("command.remindme"),
        "stop": say.plain("command.stop"),
        "mydata": say.plain("command.mydata"),
        "erase": say.plain("command.erase"),
        "language": say.plain("command.language"),
        "help": say.plain("command.help"),
    }
