"""Listening to a question in a browser: the player, the file in whole and in parts, and that it may be played."""

import httpx2
import pytest
from playwright.sync_api import BrowserContext, expect

from bot.bootstrap import Hoctap
from channels.webchat.headers import SAFE
from storage.database import open_database
from tests.browser import screenshot, wait_until_heard
from tests.chats import handbook
from tests.recordings import FIRST, mp3, record
from tests.server import LINK, Person, Server
from tests.web.conftest import Site

SIZE = len(mp3(3.0))


@pytest.fixture
def spoken(site: Site) -> Site:
    """The first question was recorded."""
    assert isinstance(site.door, Hoctap)
    site.door.put_in_force(record(site.database, handbook(), FIRST))
    return site


@pytest.fixture
def listener(spoken: Site) -> Person:
    """Somebody who has pressed the button."""
    person = spoken.person()
    person.begin()
    person.press("v:q01:vi")
    return person


def address_of(person: Person) -> str:
    address: str = person.screen["voice"]
    return address


def part(client: httpx2.Client, address: str, range_: str) -> httpx2.Response:
    return client.get(address, headers={"Range": range_})


def test_the_screen_names_the_recording(listener: Person) -> None:
    assert listener.screen["voice_name"] == "Bản đọc câu hỏi: Tiếng Việt"
    assert listener.screen["progress"] == {"now": 1, "of": 20}
    page = listener.look()
    assert f'<audio class="voice" src="{address_of(listener)}" controls preload="none"' in page


def test_without_a_press_there_is_a_button_and_no_player(spoken: Site) -> None:
    person = spoken.person()
    person.begin()
    assert person.screen["voice"] is None
    assert "🔊 Nghe" in person.look()


def test_everybody_may_hear_it_and_need_not_ask_again(spoken: Site, listener: Person) -> None:
    answer = spoken.client().get(address_of(listener))
    assert (answer.status_code, answer.content) == (200, mp3(3.0))
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-disposition" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("range_", "begin", "end"),
    [
        ("bytes=0-1", 0, 1),  # how Safari begins
        ("bytes=0-", 0, SIZE - 1),
        (f"bytes=0-{SIZE - 1}", 0, SIZE - 1),
        ("bytes=5-99999999", 5, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
    ],
)
def test_a_part_of_it(listener: Person, range_: str, begin: int, end: int) -> None:
    answer = part(listener.client, address_of(listener), range_)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {begin}-{end}/{SIZE}"
    assert answer.headers["content-length"] == str(end - begin + 1)
    assert answer.content == mp3(3.0)[begin : end + 1]


@pytest.mark.parametrize("range_", [f"bytes={SIZE}-", "bytes=5-4", "bytes=-0", "bytes=99999999-"])
def test_a_part_that_is_not_there(listener: Person, range_: str) -> None:
    answer = part(listener.client, address_of(listener), range_)
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("range_", ["bytes=-", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=0-9999999999", ""])
def test_what_is_no_range_gets_all_of_it(listener: Person, range_: str) -> None:
    answer = part(listener.client, address_of(listener), range_)
    assert (answer.status_code, len(answer.content)) == (200, SIZE)


def test_a_head_alone(listener: Person) -> None:
    answer = listener.client.head(address_of(listener))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(SIZE)


@pytest.mark.parametrize("number", ["0", "99999", "999999999", "9999999999", "x", "-1", "1.0", "٣"])
def test_a_recording_that_is_not_there(site: Site, number: str) -> None:
    assert site.client().get(f"/files/{number}/question.mp3").status_code == 404


def test_players_may_play_what_is_ours_and_nothing_else() -> None:
    directives = dict(each.strip().partition(" ")[::2] for each in SAFE["Content-Security-Policy"].split(";"))
    assert directives["media-src"] == "'self' blob:"
    assert directives["default-src"] == "'none'"


def test_the_microphone_is_closed_to_citizens(site: Site) -> None:
    assert site.client().get("/").headers["permissions-policy"] == "camera=(), geolocation=(), microphone=()"


@pytest.mark.browser
def test_a_press_plays_it(phone: BrowserContext, own_server: Server) -> None:
    database = open_database(f"sqlite:///{own_server.data / 'hoctap.db'}")
    record(database, handbook(), FIRST)
    database.close()
    own_server.stop()
    own_server.start()
    page = phone.new_page()
    page.goto(own_server.url + f"?c={LINK}")
    for label in ("Bắt đầu", "Đồng ý", "Làm nông, làm rừng", "🔊 Nghe"):
        page.get_by_role("button", name=label, exact=True).click()
        page.wait_for_timeout(400)  # a press sooner than that is the second of a double one
    player = page.locator("audio.voice")
    expect(player).to_have_js_property("duration", 3.0)
    wait_until_heard(player)
    expect(page.locator(".screen")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(page, "question-with-recording")
    page.get_by_role("button", name="1–2 ngày").click()
    expect(player).to_have_count(0)
    expect(page.locator(".bubble")).to_contain_text("Câu 2/20")
