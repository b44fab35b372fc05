"""HTTP to the Bot API without what we do not need: requests as JSON, answers as plain data instead of models.

Building a form for every request and a model from every answer would take a third of the time of a press.
"""

import json
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.types import InputFile
from aiohttp import ClientError, ClientTimeout

_JSON = {"Content-Type": "application/json"}


class LeanSession(AiohttpSession):
    """A session whose requests return what stands under `result` in the answer, as `json.loads` gives it."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 -- aiogram's signature
    ) -> Any:
        """One request. Raises what aiogram raises; files go as a form, as aiogram sends them."""
        payload = {name: getattr(method, name) for name in method.model_fields_set}
        if any(isinstance(value, InputFile) for value in payload.values()):
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = json.dumps(payload, ensure_ascii=False, default=_plain).encode()
        try:
            limit = ClientTimeout(total=self.timeout if timeout is None else timeout)
            async with session.post(url, data=body, headers=_JSON, timeout=limit) as response:
                answer = await response.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="no answer in time") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        return self.check_response(bot, method, response.status, answer).result

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str | bytes
    ) -> Response[Any]:
        """The answer, unchecked where Telegram says that all is well; else aiogram's error for it."""
        try:
            answer = json.loads(content)
        except ValueError as error:
            raise ClientDecodeError("not JSON", error, "") from error
        if not isinstance(answer, dict):
            raise ClientDecodeError("not an answer of the Bot API", TypeError(type(answer).__name__), "")
        if status_code == 200 and answer.get("ok") is True:
            return Response.model_construct(ok=True, result=answer.get("result"))
        told = {"ok": False, "description": str(answer.get("description")), "parameters": answer.get("parameters")}
        return super().check_response(bot, method, status_code, json.dumps(told))


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True, exclude_unset=True, warnings=False)
