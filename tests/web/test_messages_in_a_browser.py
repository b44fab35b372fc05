"""Messages of the association on a small phone: how they look, and that their buttons stay."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from engine.campaigns.message import Message, MessageButton
from storage.campaigns import keep_picture
from storage.database import Database, open_database
from tests.browser import screenshot
from tests.campaigns import approved, check_sums, run, state_of, tend
from tests.chats import handbook
from tests.server import Server
from tests.web.test_browser import AS_TREE, NARROW, USUAL, begin, check_picture, last, opened, press, violations

TEXT = (
    "📚 Chiều thứ bảy, <b>{commune}</b> mở lớp dùng điện thoại cho bà con.\nBạn rủ thêm một người nhà cùng đến nhé."
)
LINK = MessageButton("link", "Xem giờ và nơi học", "https://example.org/lop")


@pytest.fixture
def database(own_server: Server) -> Iterator[Database]:
    """The real server's."""
    opened_beside = open_database(f"sqlite:///{own_server.data / 'hoctap.db'}")
    yield opened_beside
    check_sums(opened_beside)
    opened_beside.close()


def send(database: Database, message: Message) -> int:
    """A message to everybody: its number."""
    now = datetime.now(UTC)
    number = approved(database, now, message=message)
    tend(database, handbook(), now)
    return number


def poster(database: Database) -> int:
    """A picture as an officer may send one: its number."""
    drawn = io.BytesIO()
    picture = Image.new("RGB", (640, 360), "#dcf0f3")
    ImageDraw.Draw(picture).ellipse((220, 80, 420, 280), fill="#0b7285")
    picture.save(drawn, "JPEG")
    return run(database, lambda transaction: keep_picture(transaction, "image/jpeg", drawn.getvalue()))


def test_it_can_be_read_by_everyone(phone: BrowserContext, own_server: Server, database: Database) -> None:
    page = opened(phone, own_server)
    begin(page)
    number = send(database, Message({"vi": TEXT}, (MessageButton("open"), LINK), poster(database)))
    page.reload()
    card = page.locator(".message")
    expect(card).to_contain_text("Phường Tô Hiệu")
    check_picture(card.locator("img.picture"))
    axe, found = Axe(), []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        screenshot(page, f"message {scheme}")
        found += violations(axe, page)
    for width in (NARROW, USUAL):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found, "\n".join(found)
    assert state_of(database, number).counts.sent == 1


def test_the_script_draws_it_as_the_page_does(
    phone: BrowserContext, own_server: Server, database: Database
) -> None:
    page = opened(phone, own_server)
    begin(page)
    send(database, Message({"vi": TEXT}, (MessageButton("open"), LINK), poster(database)))
    press(page, last(page).locator("button.choice").first)
    card = page.locator(".message")
    expect(card).to_be_in_viewport()
    made = card.evaluate(AS_TREE)
    screenshot(page, "message with an answer")
    page.reload()
    assert page.locator(".message").evaluate(AS_TREE) == made


def test_a_message_keeps_its_buttons_and_the_questions_go_on(
    phone: BrowserContext, own_server: Server, database: Database
) -> None:
    page = opened(phone, own_server)
    begin(page)
    send(database, Message({"vi": TEXT}, (MessageButton("open"), MessageButton("my_commune"))))
    page.reload()
    press_in_message(page, "message:my_commune")
    expect(page.locator(".me")).to_contain_text("Xem kết quả của xã")
    expect(last(page)).to_contain_text("con số chung")
    screenshot(page, "message pressed")
    press_in_message(page, "message:open")
    for number in (1, 2, 3):
        expect(last(page)).to_contain_text(f"Câu {number}/20")
        press(page, last(page).locator("button.choice").first)
    assert page.locator(".message").count() == 1
    press_in_message(page, "message:stop")
    expect(last(page)).to_contain_text("thôi nhắn")


def press_in_message(page: Page, action: str) -> None:
    press(page, page.locator(f'.message button[value="{action}"]'))


def test_without_javascript(
    phone_without_javascript: BrowserContext, own_server: Server, database: Database
) -> None:
    page = opened(phone_without_javascript, own_server)
    begin(page)
    send(database, Message({"vi": TEXT}, (MessageButton("my_commune"), LINK)))
    press(page, last(page).locator("button.choice").first)
    expect(page.locator(".message")).to_contain_text("mở lớp")
    screenshot(page, "message without javascript")
    press(page, last(page).locator("button.choice").first)
    expect(page.locator(".message")).to_have_count(0)
    page.goto(own_server.url)
    press_in_message(page, "message:stop")
    expect(last(page)).to_contain_text("thôi nhắn")
