"""Random updates over the Bot API's own types, as aiogram declares them: most fit, some are broken somewhere."""

import enum
import random
import types
import typing
from datetime import datetime
from typing import Any, Literal, Union

from aiogram.types import TelegramObject, Update

_DEEPEST = 5
_JUNK: list[Any] = [
    None,
    "",
    "x",
    -1,
    0,
    2**31,
    2**63,
    -(2**80),
    1.5,
    True,
    [],
    {},
    [[]],
    {"id": 1},
    "\0",
    "\ud800",
    "a" * 5000,
    "<b>&amp;",
    "💥",
]
_WORDS = [
    "/start",
    "/start c03667",
    "/start inv_x",
    "1",
    "dong y",
    "bat dau",
    "/erase",
    "/help",
    "Chiềng",
    "\u202e",
    "",
]
_ACTIONS = [
    "begin",
    "begin:03667",
    "agree:03667",
    "form:farmer",
    "a:q01:1",
    "erase_all",
    "help",
    "💥",
    ":",
    "x" * 64,
]
_CHATS = [7, 8, 9, 6_500_000_001, -4_000_000_001]


class RandomUpdates:
    """`broken` is the share of values that do not fit their type."""

    def __init__(self, chance: random.Random, broken: float = 0.01) -> None:
        self._chance = chance
        self._broken = broken
        self._number = 0

    def next(self) -> Any:
        """An update, or what may come in place of one."""
        self._number += 1
        kind = self._chance.choices(["message", "callback_query", "my_chat_member", "any"], [4, 4, 1, 3])[0]
        if kind == "any":
            kind = self._chance.choice([name for name in Update.model_fields if name != "update_id"])
        update = {"update_id": self._number, kind: self._value(Update.model_fields[kind].annotation, kind, 0)}
        return self._chance.choice(_JUNK) if self._is_broken() else update

    def _is_broken(self) -> bool:
        return self._chance.random() < self._broken

    def _value(self, kind: Any, name: str, depth: int) -> Any:
        if self._is_broken():
            return self._chance.choice(_JUNK)
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (Union, types.UnionType):
            return self._value(self._chance.choice([each for each in inner if each is not type(None)]), name, depth)
        if origin is list:
            return [self._value(inner[0], name, depth + 1) for _ in range(self._chance.randrange(3))]
        if origin is Literal:
            return self._chance.choice(inner)
        if isinstance(kind, type) and issubclass(kind, TelegramObject):
            return self._object(kind, depth)
        return self._plain(kind, name)

    def _object(self, kind: type[TelegramObject], depth: int) -> dict[str, Any]:
        found = {}
        for name, field in kind.model_fields.items():
            wanted = field.is_required() or name in ("text", "data", "message", "from_user")
            if (wanted and depth < 2) or field.is_required() or (depth < _DEEPEST and self._chance.random() < 0.08):
                found[field.alias or name] = self._value(field.annotation, name, depth + 1)
        return found

    def _plain(self, kind: Any, name: str) -> Any:
        if name == "id":
            return self._chance.choice(_CHATS)
        if name == "type":
            return self._chance.choice(["private", "private", "private", "group", "supergroup", "channel"])
        if name == "text":
            return self._chance.choice(_WORDS)
        if name == "data":
            return self._chance.choice(_ACTIONS)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return self._chance.choice([each.value for each in kind])
        simple = {bool: True, int: self._chance.randrange(2**40), float: 0.5, datetime: 1_790_000_000, str: "words"}
        return simple.get(kind, "anything")
