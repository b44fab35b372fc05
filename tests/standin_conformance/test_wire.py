"""The wire itself: four ways to send parameters, exact words and statuses, as any HTTP client meets them."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin import HandClock, Person, Telegram, running_standin
from tests.standin.wire import read_form
from tests.standin_conformance.both import TINY_PNG, started


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with running_standin(clock=HandClock()) as telegram:
        yield telegram


@pytest.fixture
def thao(telegram: Telegram) -> Person:
    person: Person = started(telegram)
    return person


def address(telegram: Telegram, method: str) -> str:
    return f"{telegram.url}/bot{telegram.token}/{method}"


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json", "GET"])
def test_parameters_come_in_any_of_the_documented_ways(telegram: Telegram, thao: Person, way: str) -> None:
    url, markup = address(telegram, "sendMessage"), {"inline_keyboard": [[{"text": "Có", "callback_data": "yes"}]]}
    values: dict[str, Any] = {"chat_id": str(thao.chat_id), "text": "chào <b>bà con</b>", "parse_mode": "html"}
    flat = {**values, "reply_markup": json.dumps(markup)}
    if way == "query":
        answer = httpx2.post(url, params=flat)
    elif way == "form":
        answer = httpx2.post(url, data=flat)
    elif way == "multipart":
        answer = httpx2.post(url, files={name: (None, value) for name, value in flat.items()})
    elif way == "json":
        answer = httpx2.post(url, json={**values, "chat_id": thao.chat_id, "reply_markup": markup})
    else:
        answer = httpx2.get(url, params=flat)
    assert answer.json()["ok"], answer.text
    assert str(thao.last) == "bot> #2 chào bà con\n     [Có]"


def test_the_name_of_a_method_may_be_written_in_any_case(telegram: Telegram) -> None:
    assert httpx2.get(address(telegram, "GETME")).json()["result"]["username"] == "hoctap_test_bot"


def test_a_file_may_be_attached_under_another_name(telegram: Telegram, thao: Person) -> None:
    answer = httpx2.post(
        address(telegram, "sendPhoto"),
        data={"chat_id": str(thao.chat_id), "photo": "attach://card"},
        files={"card": ("ket-qua.png", TINY_PNG, "image/png")},
    )
    assert answer.json()["ok"], answer.text
    assert thao.last.photo == TINY_PNG


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/bot{token}/noSuchMethod", 404, "Not Found"),
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/botwrong/getMe", 404, "Not Found"),
        ("/", 404, "Not Found"),
        ("/file/bot{token}/photos/file_99.png", 404, "Not Found"),
    ],
)
def test_what_is_not_there(telegram: Telegram, path: str, status: int, words: str) -> None:
    answer = httpx2.get(telegram.url + path.format(token=telegram.token))
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": words}


@pytest.mark.parametrize(
    ("method", "values", "words"),
    [
        ("sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": "{chat}"}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": "{chat}", "text": ""}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": "@nobody_here", "text": "x"}, "Bad Request: chat not found"),
        ("sendPhoto", {"chat_id": "{chat}"}, "Bad Request: there is no photo in the request"),
        ("editMessageText", {"chat_id": "{chat}", "text": "x"}, "Bad Request: message identifier is not specified"),
        (
            "sendMessage",
            {"chat_id": "{chat}", "text": "x", "reply_markup": '{"inline_keyboard":[[{"text":"A"}]]}'},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            {"chat_id": "{chat}", "text": "x", "reply_markup": "{"},
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
        (
            "sendMessage",
            {
                "chat_id": "{chat}",
                "text": "x",
                "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":""}]]}',
            },
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            "sendDocument",
            {"chat_id": "{chat}", "document": "x", "caption": "x" * 1025},
            "Bad Request: message caption is too long",
        ),
    ],
)
def test_exact_words(telegram: Telegram, thao: Person, method: str, values: dict[str, str], words: str) -> None:
    sent = {name: value.replace("{chat}", str(thao.chat_id)) for name, value in values.items()}
    answer = httpx2.post(address(telegram, method), data=sent)
    assert answer.status_code == 400
    assert answer.json() == {"ok": False, "error_code": 400, "description": words}


@given(st.dictionaries(st.text(), st.text() | st.just("a=b %41+c\r\n ")))
def test_forms_are_read_as_urllib_reads_them(values: dict[str, str]) -> None:
    assert read_form(urlencode(values).encode()) == values


def test_an_answer_that_is_no_json(telegram: Telegram) -> None:
    telegram.faults.answer_next("getUpdates", 200, b'{"ok":true,"result":[{"upd')
    assert httpx2.get(address(telegram, "getUpdates")).content == b'{"ok":true,"result":[{"upd'
    assert httpx2.get(address(telegram, "getUpdates")).json() == {"ok": True, "result": []}
