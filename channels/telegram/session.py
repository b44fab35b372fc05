"""HTTP to the Bot API without what we do not need: requests as JSON, answers as plain data instead of models.

Building a checked model and a form for every request, and a model from every answer, would take a third of the time
of a press.
"""

import json
from collections.abc import Mapping
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import InputFile
from aiohttp import ClientError, ClientTimeout

_JSON = {"Content-Type": "application/json"}

Kind = type[TelegramMethod[Any]]


class LeanSession(AiohttpSession):
    """A session whose requests return what stands under `result` in the answer, as `json.loads` gives it."""

    async def call(self, bot: Bot, kind: Kind, fields: Mapping[str, Any]) -> Any:
        """One request of a kind, with these fields as the Bot API names them; those that are None are left out.

        Nothing checks them before Telegram does. Raises what aiogram raises. Files go as a form, as aiogram sends
        them.
        """
        if any(isinstance(value, InputFile) for value in fields.values()):
            return await super().make_request(bot, kind(**fields))
        return await self._post(bot, kind, fields, self.timeout)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 -- aiogram's signature
    ) -> Any:
        """What `await bot(method)` comes to."""
        payload = {name: getattr(method, name) for name in method.model_fields_set}
        return await self._post(bot, type(method), payload, self.timeout if timeout is None else timeout)

    async def _post(self, bot: Bot, kind: Kind, payload: Mapping[str, Any], seconds: float) -> Any:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=kind.__api_method__)
        told = {name: value for name, value in payload.items() if value is not None}
        body = json.dumps(told, ensure_ascii=False, default=_plain).encode()
        try:
            async with session.post(
                url, data=body, headers=_JSON, timeout=ClientTimeout(total=seconds)
            ) as response:
                answer = await response.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=kind.model_construct(), message="no answer in time") from error
        except ClientError as error:
            raise TelegramNetworkError(method=kind.model_construct(), message=type(error).__name__) from error
        read = _read(answer)
        if response.status == 200 and read.get("ok") is True:
            return read.get("result")
        return self.check_response(bot, kind.model_construct(), response.status, answer).result

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str | bytes
    ) -> Response[Any]:
        """The answer, unchecked where Telegram says that all is well; else aiogram's error for it."""
        answer = _read(content)
        if status_code == 200 and answer.get("ok") is True:
            return Response.model_construct(ok=True, result=answer.get("result"))
        told = {"ok": False, "description": str(answer.get("description")), "parameters": answer.get("parameters")}
        return super().check_response(bot, method, status_code, json.dumps(told))


def _read(content: str | bytes) -> dict[str, Any]:
    """ClientDecodeError for the page of a wall or a proxy that answers in Telegram's place."""
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise ClientDecodeError("not JSON", error, "") from error
    if not isinstance(answer, dict):
        raise ClientDecodeError("not an answer of the Bot API", TypeError(type(answer).__name__), "")
    return answer


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True, exclude_unset=True, warnings=False)
