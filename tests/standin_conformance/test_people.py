"""The side that tests hold: people see, press and wait; callbacks let a crowd talk without a thread each."""

from typing import Any

import pytest

from tests.standin import Telegram, running_standin
from tests.standin_conformance.both import Client, both, started


def test_a_wait_that_fails_shows_the_chat() -> None:
    with running_standin() as telegram:
        thao = telegram.person()
        thao.type("có ai không")
        with pytest.raises(AssertionError, match="me> #1 có ai không"):
            thao.wait(lambda person: person.last, seconds=0.01)


def test_who_blocked_the_bot_cannot_write() -> None:
    with running_standin() as telegram:
        thao = started(telegram)
        thao.block()
        with pytest.raises(AssertionError, match="blocked"):
            thao.type("x")


def test_a_group_with_privacy_shows_commands_only() -> None:
    with running_standin() as telegram:
        group, mua = telegram.group(), telegram.person("Mùa")
        group.add_bot()
        assert group.type(mua, "chuyện của chúng tôi") == 0
        assert group.type(mua, "/start@hoctap_test_bot") > 0


@pytest.mark.parametrize(
    "kind",
    [
        *("animation", "audio", "contact", "dice", "document", "location", "photo", "poll", "sticker"),
        *("venue", "video", "video_note", "voice"),
    ],
)
def test_everything_that_people_send_is_read_by_both(kind: str) -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        started(telegram).send(kind)
        return kind in (await bot.ask("get_updates"))[0]["message"]

    assert both(scenario) is True


def test_inline_queries_channel_posts_and_raw_updates() -> None:
    async def scenario(bot: Client, telegram: Telegram) -> Any:
        telegram.channel("Tin xã").post("Họp bản")
        telegram.person().ask_inline("điểm")
        telegram.feed({"update_id": 900_000_000, "message": None})
        channel, inline, raw = await bot.ask("get_updates")
        return channel["channel_post"]["text"], inline["inline_query"]["query"], raw

    assert both(scenario) == ["Họp bản", "điểm", {"update_id": 900_000_000}]
