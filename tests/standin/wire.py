"""HTTP in and out: reads parameters from any kind of request and writes answers as Telegram's server does."""

import json
import re
from binascii import a2b_qp
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from aiohttp import web

from tests.standin.parameters import Parameters, Upload, load_json
from tests.standin.refusal import Refused, bad_request

_PART_NAME = re.compile(rb'\bname="([^"]*)"')
_PART_FILE = re.compile(rb'filename="([^"]*)"')
_JSON_HEADERS = {"Content-Type": "application/json"}


async def read_parameters(request: web.BaseRequest, query: str) -> Parameters:
    """From the query string and from the body, whatever it is."""
    asked = Parameters(dict(parse_qsl(query, keep_blank_values=True)) if query else {})
    if request.method != "POST":
        return asked
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith("multipart/form-data"):
        await _read_multipart(request, asked)
        return asked
    body = await request.read()
    if content_type.startswith("application/json"):
        asked.values.update(_read_json(body))
    elif body:
        asked.values.update(read_form(body))
    return asked


def read_form(body: bytes) -> dict[str, str]:
    """An application/x-www-form-urlencoded body."""
    fields = (pair.partition(b"=") for pair in body.split(b"&") if pair)
    return {_unquote(name): _unquote(value) for name, _, value in fields}


def _unquote(quoted: bytes) -> str:
    plain = quoted.replace(b"+", b" ")
    if b"%" in plain:
        # urllib takes a third of the time of a whole request for this; quoted-printable differs in the sign only.
        is_alike = b"=" not in plain
        plain = a2b_qp(plain.replace(b"%", b"=")) if is_alike else unquote_to_bytes(plain)
    return plain.decode("utf-8", "replace")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        read = load_json(body) if body else {}
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(read, dict):
        raise bad_request("JSON object expected")
    return {name: value for name, value in read.items() if value is not None}


async def _read_multipart(request: web.BaseRequest, asked: Parameters) -> None:
    boundary = b"--" + request.headers["Content-Type"].partition("boundary=")[2].strip('"').encode()
    for part in (await request.read()).split(boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        name, file_name = _PART_NAME.search(head), _PART_FILE.search(head)
        if name is None:
            raise bad_request("a part of the form has no name")
        if file_name is None:
            asked.values[name[1].decode()] = content.decode("utf-8", "replace")
        else:
            asked.uploads[name[1].decode()] = Upload(file_name[1].decode(), content)


def write_json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, headers=_JSON_HEADERS)


def encode_result(result: Any) -> bytes:
    return b'{"ok":true,"result":' + json.dumps(result).encode() + b"}"


def encode_updates(updates: list[str]) -> bytes:
    return ('{"ok":true,"result":[' + ",".join(updates) + "]}").encode()


def encode_refusal(refused: Refused) -> bytes:
    return json.dumps(refused.as_json()).encode()
