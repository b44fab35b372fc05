"""Whole campaigns by mouse in a real browser, against the stand-in Telegram: what officers do, and what arrives."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, WebError, expect
from playwright.sync_api import Page as BrowserPage

from storage.database import Database, open_database
from tests.browser import screenshot
from tests.campaigns import add_people, approved, check_sums
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.server import Server, running_server
from tests.standin import Person, Telegram, running_standin
from tests.standin.people import BLOCKED

PEOPLE, GONE = 60, 4
"""Who gets the campaign; so many of them have blocked the bot."""
SETTINGS = {"HOCTAP_CAMPAIGN_PER_SECOND": "8", "HOCTAP_CAMPAIGN_MOST_ALONE": "20"}
OFFICE, PHONE = (1366, 768), (360, 740)
SLOWLY = 100_000  # ms; before it sends, the server has to load aiogram

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass
class Association:
    """A server with a bot on the stand-in, the citizens who chat with it, and its database beside."""

    server: Server
    telegram: Telegram
    database: Database
    citizens: list[Person]

    def meet(self, count: int, gone: int = 0) -> None:
        """So many citizens; the first of them have blocked the bot."""
        self.citizens = [self.telegram.person() for _ in range(count)]
        for place, person in enumerate(self.citizens):
            person.chat.refusal = BLOCKED if place < gone else ""
        add_people(self.database, [person.chat_id for person in self.citizens], datetime.now(UTC))

    def copies(self, words: str) -> list[int]:
        """How many messages with these words each citizen has who can be reached."""
        return [
            sum(words in each.text for each in person.messages if each.is_from_bot)
            for person in self.citizens
            if not person.chat.refusal
        ]


@pytest.fixture
def association(tmp_path: Path) -> Iterator[Association]:
    with running_standin() as telegram:
        settings = {**SETTINGS, "HOCTAP_TELEGRAM_TOKEN": telegram.token, "HOCTAP_TELEGRAM_API": telegram.url}
        # Nine in the morning: campaigns may leave.
        with running_server(tmp_path / "data", is_calm=True, program=("tests.at_nine",), **settings) as server:
            telegram.wait(lambda telegram: telegram.counts, SLOWLY / 1000)
            database = open_database(f"sqlite:///{server.data / 'hoctap.db'}")
            yield Association(server, telegram, database, [])
            check_sums(database)
            database.close()


@contextmanager
def computer(
    browser: Browser, size: tuple[int, int] = OFFICE, *, has_javascript: bool = True
) -> Iterator[BrowserPage]:
    """A browser with nothing stored in it. An error in a page's JavaScript fails the test."""
    errors: list[str] = []

    def note(error: WebError) -> None:
        errors.append(str(error.error))

    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=has_javascript,
    )
    context.on("weberror", note)
    context.set_default_timeout(SLOWLY)
    yield context.new_page()
    context.close()
    assert not errors, errors


def come_in(page: BrowserPage, association: Association, name: str) -> None:
    """Follows an invitation to the campaigns."""
    invite_somebody(association.database, handbook(), "province", name, datetime.now(UTC), "campaigns")
    enter(page, association, f"inv_{name}")


def come_in_from_chat(page: BrowserPage, association: Association) -> Person:
    """An officer who has a chat signs in with the code that the bot sends there."""
    invite_somebody(association.database, handbook(), "province", "chat", datetime.now(UTC), "campaigns")
    person = association.telegram.person()
    person.wait_for_reply(lambda: person.type("/start inv_chat"), SLOWLY / 1000)
    person.type("/console")
    person.wait(lambda each: bool(codes_in(each)), SLOWLY / 1000)
    [code] = codes_in(person)
    enter(page, association, code)
    return person


def codes_in(person: Person) -> list[str]:
    """Codes for the console in all that the bot has written to somebody."""
    written = "\n".join(each.text for each in person.messages)
    return re.findall(r"\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b", written)


def enter(page: BrowserPage, association: Association, code: str) -> None:
    page.goto(f"{association.server.url}console/sign-in/{code}")
    page.locator("button.main").click()
    page.goto(f"{association.server.url}console/campaigns")


def press(page: BrowserPage, name: str) -> None:
    """A button or a link of this name."""
    button(page, name).click()


def button(page: BrowserPage, name: str) -> Locator:
    main = page.locator("main")
    return main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True))


def check_width(page: BrowserPage) -> None:
    """Nothing is wider than the screen."""
    assert page.viewport_size
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def ledger_of(page: BrowserPage) -> dict[str, int]:
    """The ledger as it is read on the page."""
    rows = page.locator("#figures tr:has(td)")
    counted = {}
    for row in rows.all():
        name = row.locator("th").evaluate("cell => cell.firstChild.textContent.trim() || cell.textContent.trim()")
        counted[name] = int(row.locator("td").inner_text())
    return counted


def test_a_whole_campaign_by_mouse(browser: Browser, association: Association) -> None:
    association.meet(PEOPLE, GONE)
    with computer(browser) as writer, computer(browser, PHONE) as approver:
        officer = come_in_from_chat(writer, association)
        come_in(approver, association, "second")
        write(writer)
        choose_audience(writer)
        press(writer, "Gửi thử cho tôi")
        expect(writer.get_by_role("status").first).to_contain_text("đang tới cuộc trò chuyện")
        officer.wait(lambda person: "Chiều mai Phường Tô Hiệu" in person.last.text, SLOWLY / 1000)
        press(writer, "Gửi duyệt")
        expect(writer.get_by_text("cần một cán bộ khác duyệt")).to_be_visible()
        screenshot(writer, "console campaign submitted")
        approve_on_a_phone(approver)
        watch(writer, association)
    assert set(association.copies("Chiều mai")) == {1}


def write(page: BrowserPage) -> None:
    press(page, "Viết tin mới")
    press(page, "Viết từ trang trắng")
    page.get_by_label("Tên tin").fill("Lớp điện thoại")
    words = page.get_by_label("Tiếng Việt")
    words.click()
    words.press_sequentially("Chiều mai ")
    page.get_by_text("Chữ tự thay theo từng người").click()
    page.get_by_role("button", name="{commune}").click()
    words.press_sequentially(" mở lớp.")
    words.evaluate("area => area.setSelectionRange(0, 9)")
    page.get_by_role("group", name="Kiểu chữ").first.get_by_role("button", name="Chữ đậm").click()
    page.get_by_label("Nút 1").last.select_option("open")
    expect(words).to_have_value("<b>Chiều mai</b> {commune} mở lớp.")
    phone = page.locator(".phone[lang=vi]")
    expect(phone.locator("b")).to_have_text("Chiều mai")
    expect(phone).to_contain_text("Phường Tô Hiệu mở lớp.")
    expect(phone).to_contain_text("Mở bài tự đánh giá")
    words.fill("")
    expect(page.locator("#previews")).to_contain_text("chưa có bản tiếng Việt")
    words.fill("<b>Chiều mai</b> {commune} mở lớp.")
    expect(phone).to_be_visible()
    screenshot(page, "console campaign written")
    press(page, "Lưu")
    expect(page.get_by_role("heading", name="Lớp điện thoại")).to_be_visible()


def choose_audience(page: BrowserPage) -> None:
    press(page, "Người nhận")
    reach = page.locator("#reach")
    page.get_by_label("Chưa làm bài năm nay").check()
    expect(reach).to_contain_text(f"{PEOPLE} người ở cả tỉnh Sơn La, chưa làm bài năm nay")
    find = page.get_by_label("Tìm xã, phường")
    find.fill("to hieu")
    page.locator("label:visible", has_text="Phường Tô Hiệu").click()
    expect(reach).to_contain_text(f"{PEOPLE // 2} người ở Phường Tô Hiệu")
    page.locator("label:visible", has_text="Phường Tô Hiệu").click()
    find.fill("chieng xom")
    expect(page.locator("label:visible", has_text="Phường Chiềng An")).to_be_visible()
    find.fill("")
    expect(reach).to_contain_text(f"{PEOPLE} người ở cả tỉnh")
    screenshot(page, "console campaign audience")
    press(page, "Lưu")


def approve_on_a_phone(page: BrowserPage) -> None:
    page.reload()
    expect(page.get_by_role("heading", name="Chờ bạn duyệt")).to_be_visible()
    check_width(page)
    page.get_by_role("link", name="Lớp điện thoại").click()
    expect(page.locator(".phone[lang=vi]")).to_contain_text("Chiều mai Phường Tô Hiệu mở lớp.")
    expect(page.locator("main")).to_contain_text(f"{PEOPLE} người ở cả tỉnh Sơn La")
    check_width(page)
    screenshot(page, "console campaign to approve on a phone")
    press(page, "Duyệt và gửi")


def watch(page: BrowserPage, association: Association) -> None:
    """Paused, resumed, finished: the page follows by itself."""
    page.reload()
    figures = page.locator("#figures")
    expect(figures).to_contain_text("đang gửi", timeout=SLOWLY)
    sent = figures.locator("tr", has_text="Đã gửi").locator("td")
    expect(sent).not_to_have_text("0", timeout=SLOWLY)
    press(page, "Tạm dừng")
    expect(figures).to_contain_text("Đang tạm dừng")
    screenshot(page, "console campaign paused")
    paused = ledger_of(page)
    assert paused["Còn gửi"] > 0
    assert sum(paused.values()) == 2 * paused["Cộng lại"] == 2 * PEOPLE
    press(page, "Gửi tiếp")
    page.evaluate("window.isTheSame = true")
    expect(figures).to_contain_text("đã xong", timeout=SLOWLY)
    assert page.evaluate("window.isTheSame"), "the page was loaded anew"
    expect(figures).to_contain_text(f"đã chặn: {GONE}")
    done = ledger_of(page)
    assert done == {"Đã gửi": PEOPLE - GONE, "Còn gửi": 0, "Không nhắn được": GONE, "Cộng lại": PEOPLE}
    screenshot(page, "console campaign done")
    with page.expect_download() as download:
        press(page, "Tải sổ gửi (CSV)")
    rows = Path(download.value.path()).read_text().splitlines()
    assert len(rows) == 1 + PEOPLE
    assert sum(",unreachable,blocked," in row for row in rows) == GONE


def test_a_short_campaign_without_javascript(browser: Browser, association: Association) -> None:
    association.meet(12)
    with computer(browser, has_javascript=False) as page:
        come_in(page, association, "plain")
        press(page, "Viết tin mới")
        page.locator("button[value=book_day]").click()
        page.get_by_label("Tiếng Việt").fill("Ngày mai <b>{commnue}</b> đọc sách.")
        press(page, "Xem thử")
        expect(page.locator("#previews")).to_contain_text("{commnue}")
        press(page, "Lưu")
        expect(page.get_by_role("alert")).to_contain_text("Chưa lưu được")
        words = page.get_by_label("Tiếng Việt")
        expect(words).to_have_value("Ngày mai <b>{commnue}</b> đọc sách.")
        words.fill("Ngày mai <b>{commune}</b> đọc sách.")
        press(page, "Xem thử")
        expect(page.locator(".phone[lang=vi]")).to_contain_text("Ngày mai Phường Tô Hiệu đọc sách.")
        press(page, "Lưu")
        press(page, "Người nhận")
        page.get_by_label("Đang làm dở").uncheck()
        press(page, "Đếm thử")
        expect(page.locator("#reach")).to_contain_text("12 người ở cả tỉnh Sơn La, chưa làm bài năm nay.")
        press(page, "Lưu")
        for step in ("Gửi thử cho tôi", "Gửi duyệt", "Duyệt và gửi"):
            press(page, step)
        figures = page.locator("#figures")
        for _ in range(60):
            if "đã xong" in figures.inner_text():
                break
            page.wait_for_timeout(500)
            press(page, "Xem lại")
        assert ledger_of(page) == {"Đã gửi": 12, "Còn gửi": 0, "Cộng lại": 12}
    assert set(association.copies("Ngày mai")) == {1}


def test_a_server_with_a_page_open_stops_at_once(browser: Browser, association: Association) -> None:
    association.meet(3)
    later = datetime.now(UTC) + timedelta(days=3)
    number = approved(association.database, datetime.now(UTC), starts_at=later)
    with computer(browser) as page:
        come_in(page, association, "stays")
        with page.expect_request(re.compile("/events")):
            page.goto(f"{association.server.url}console/campaigns/{number}")
        page.wait_for_timeout(500)
        assert association.server.stop() in (0, -15)
