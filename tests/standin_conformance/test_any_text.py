"""Whatever is sent, the stand-in takes it or refuses it in words: it never breaks."""

import json

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.standin import running_standin
from tests.standin.formatting import parse_html, utf16_length
from tests.standin.refusal import Refused
from tests.standin_conformance.both import started

PIECES = (
    *(
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "</>",
        "<",
        ">",
        "&",
        "&lt;",
        "&#128512;",
        "&#xd800;",
        "&#0;",
        "&nbsp;",
        '"',
        "'",
    ),
    *(
        '<a href="https://x.example/">',
        "<a href=x",
        "</a>",
        "<blockquote expandable>",
        "</blockquote>",
        "<br>",
        " ",
    ),
    *("ă", "😀", "=", "/", "<span class='tg-spoiler'>", "</span>", "<tg-emoji emoji-id=5>", "</tg-emoji>", "\n"),
)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_entities_lie_within_the_text(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refused as refused:
        words = refused.description
        if not words.startswith("Bad Request: can't parse entities: "):
            pytest.fail(words)
        return
    length = utf16_length(text)
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= length


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
VALUES = st.dictionaries(
    st.sampled_from(
        ("text", "reply_markup", "parse_mode", "entities", "message_id", "reply_parameters", "commands")
    ),
    ANYTHING
    | st.just({"inline_keyboard": [[{"text": "\ud83d", "callback_data": "x"}]]})
    | st.just({"message_id": "x"})
    | st.just([{"type": "bold"}])
    | st.just([{"type": "bold", "offset": 0, "length": 99}])
    | st.just("html"),
)
METHODS = st.sampled_from(
    ("sendMessage", "editMessageText", "editMessageReplyMarkup", "setMyCommands", "getUpdates")
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(st.tuples(METHODS, VALUES), max_size=8))
def test_any_call_gets_an_answer(calls: list[tuple[str, dict[str, object]]]) -> None:
    with running_standin() as telegram, httpx2.Client(verify=False) as client:
        thao = started(telegram)
        for method, values in calls:
            body = json.dumps({"chat_id": thao.chat_id, **values})
            url = f"{telegram.url}/bot{telegram.token}/{method}"
            answer = client.post(url, content=body, headers={"Content-Type": "application/json"})
            assert answer.json()["ok"] is (answer.status_code == 200), answer.text
            assert answer.status_code in (200, 400), answer.text
