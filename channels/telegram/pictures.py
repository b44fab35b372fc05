"""Fetches a picture that an officer sent or forwarded for a campaign."""

from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.methods import GetFile
from aiogram.types import Message

from engine.messages import LARGEST_PICTURE


async def fetch_picture(bot: Bot, message: Message) -> bytes | None:
    """The largest version of a photo that is not too large for people's phones; None if there is none.

    aiogram's errors if Telegram does not give it.
    """
    sizes = [each for each in message.photo or () if (each.file_size or 0) <= LARGEST_PICTURE]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: size.file_size or 0)
    found: Any = await bot(GetFile(file_id=largest.file_id))
    content = await bot.download_file(found["file_path"], BytesIO())
    return None if content is None else content.read()
