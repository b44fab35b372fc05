"""A peer on Telegram: the bare bot with what most bots have, an ORM, and a commit for each press."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject
from sqlalchemy import BigInteger
from sqlalchemy import event as engine_event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.bare_bot import run_bot
from benchmarks.floors import ANSWERS


class _Base(DeclarativeBase):
    pass


class _Chat(_Base):
    __tablename__ = "chat"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    turn: Mapped[int] = mapped_column(default=0)
    answers: Mapped[str] = mapped_column(default="")


class _KeepPresses(BaseMiddleware):
    """Each press is on the disk before its answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._sessions = async_sessionmaker(engine)

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if isinstance(event, CallbackQuery):
            async with self._sessions() as session:
                chat = await session.get(_Chat, event.from_user.id)
                if chat is None:
                    chat = _Chat(id=event.from_user.id, turn=0)
                    session.add(chat)
                chat.turn += 1
                chat.answers = ANSWERS
                await session.commit()
        return await handler(event, data)


async def main() -> None:
    """Makes its one table, then polls or listens."""
    file = Path(os.environ["HOCTAP_DATA"]) / "orm.db"
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 30})
    engine_event.listen(engine.sync_engine, "connect", _prepare)
    async with engine.begin() as connection:
        await connection.run_sync(_Base.metadata.create_all)
    await run_bot(_KeepPresses(engine))


def _prepare(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


if __name__ == "__main__":
    asyncio.run(main())
