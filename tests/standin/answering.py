"""From a request to its answer: finds the method, applies the faults, keeps the record of calls."""

import asyncio
import json
from urllib.parse import unquote

from aiohttp import web

from tests.standin.hooking import Hooking
from tests.standin.methods import METHODS
from tests.standin.parameters import Parameters
from tests.standin.receiving import Polling
from tests.standin.refusal import Refused
from tests.standin.wire import encode_refusal, encode_result, encode_updates, read_parameters, write_json
from tests.standin.world import Call, World


class Answering:
    """Lives in the server's loop."""

    def __init__(self, world: World, polling: Polling, crashes: list[BaseException]) -> None:
        self.world = world
        self.polling = polling
        self.crashes = crashes
        self.hooking: Hooking
        """Set by the server, since a webhook's answer may be a call, too."""

    async def handle(self, request: web.BaseRequest) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        if self.world.faults.delay_seconds:
            await asyncio.sleep(self.world.faults.delay_seconds)
        if "%" in path:
            path = unquote(path)
        if path.startswith("/file/bot"):
            return self._give_file(path.removeprefix("/file/bot"))
        token, _, method = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or not method or ":" not in token:
            return write_json(404, encode_refusal(Refused(404, "Not Found")))
        if token != self.world.token:
            return write_json(401, encode_refusal(Refused(401, "Unauthorized")))
        try:
            asked = await read_parameters(request, query)
        except Refused as refused:
            return write_json(refused.code, encode_refusal(refused))
        return write_json(*await self.answer(method, asked))

    def _give_file(self, path: str) -> web.Response:
        token, _, file_path = path.partition("/")
        file = self.world.files.by_path.get(file_path)
        if token != self.world.token or file is None:
            return write_json(404, encode_refusal(Refused(404, "Not Found")))
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def answer(self, method: str, asked: Parameters) -> tuple[int, bytes]:
        """Status and body, with the faults that the test asked for."""
        faults, name = self.world.faults, method.lower()
        scripted = faults.scripted(name)
        if scripted:
            status, body = scripted.status, scripted.body
        else:
            failure, takes_effect = faults.decide(name)
            status, body = await self._execute(name, asked) if takes_effect else (0, b"")
            if failure:
                status, body = failure.code, encode_refusal(failure)
        self._note(Call(method, asked.values, self.world.clock.monotonic(), status))
        return status, body

    def _note(self, call: Call) -> None:
        with self.world.lock:
            self.world.counts[call.method.lower(), call.status] += 1
            self.world.calls.append(call)
            self.world.changed.notify_all()

    async def _execute(self, name: str, asked: Parameters) -> tuple[int, bytes]:
        try:
            return 200, await self._perform(name, asked)
        except Refused as refused:
            return refused.code, encode_refusal(refused)
        except Exception as crash:  # noqa: BLE001 - shown to the test when the stand-in stops
            self.crashes.append(crash)
            return 500, encode_refusal(Refused(500, "Internal Server Error: the stand-in crashed"))

    async def _perform(self, name: str, asked: Parameters) -> bytes:
        if name == "getupdates":
            return encode_updates(await self.polling.get_updates(asked))
        with self.world.lock:
            if perform := METHODS.get(name):
                return encode_result(perform(self.world, asked))
            if name == "getwebhookinfo":
                return encode_result(self.hooking.get_webhook_info(asked))
            if name in ("setwebhook", "deletewebhook"):
                act = self.hooking.set_webhook if name == "setwebhook" else self.hooking.delete_webhook
                result, description = act(asked)
                return json.dumps({"ok": True, "result": result, "description": description}).encode()
        raise Refused(404, "Not Found")
