"""The voice page: recording, uploading, removing, languages; what is refused, and what an attacker types."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import escape
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from starlette.testclient import TestClient

from bot.bootstrap import Hoctap
from engine.disclosure.released import PROVINCE
from engine.recordings import LARGEST_UPLOAD
from engine.state import Role
from handlers.convert_voice import find_ffmpeg
from handlers.voices import voice_languages
from storage.database import Database, open_database
from storage.staff import load_audit
from storage.voices import KeptVoice, load_voices
from tests.browser import screenshot, wait_until_heard
from tests.campaigns import run
from tests.chats import handbook
from tests.counting import invite_somebody
from tests.recordings import FILES, FIRST, mp3, record, tagged_mp3, wav
from tests.server import Server, running_server
from tests.web.conftest import Site
from tests.web.console import post, problem_of, signed_in

pytestmark = pytest.mark.slow

SHEET = "/voice/farmer/vi"
ATTACKS = ["<script>alert(1)", '"><img src=x>', "'-alert(1)-'", "{{7*7}}", "</title><b>", "&lt;i&gt;"]


@pytest.fixture
def client(site: Site) -> TestClient:
    """An officer of the association, on a server without ffmpeg."""
    return signed_in(site, "campaigns")


def upload(client: TestClient, content: bytes, where: str = f"{SHEET}/q01", name: str = "recording.mp3") -> str:
    """What the page says was wrong with a file; empty if it was kept."""
    answer = post(client, where, recording=(name, content, "audio/mpeg"))
    if answer.status_code == 303:
        assert answer.headers["location"].endswith(f"#{where.rpartition('/')[2]}")
        return ""
    assert answer.status_code == 400
    return problem_of(answer)


def kept(site: Site) -> list[KeptVoice]:
    return run(site.database, load_voices)


def test_the_page_shows_every_question_and_what_is_missing(site: Site, client: TestClient) -> None:
    page = client.get("/console/voice").text
    for question in handbook().forms["farmer"].questions:
        assert question.text in page
        assert all(option.label in page for option in question.options)
    assert page.count("Thiếu 20") == len(handbook().forms)
    assert page.count("Chưa có") == 20
    assert page.count('type="file"') == 20
    assert len(page.encode()) < 60_000


def test_the_page_may_use_the_microphone_and_no_other_may(client: TestClient) -> None:
    opened = client.get("/console/voice").headers["permissions-policy"]
    assert opened == "camera=(), geolocation=(), microphone=(self)"
    assert "microphone=()" in client.get("/console/account").headers["permissions-policy"]


def test_an_mp3_is_kept_without_its_tags_and_citizens_hear_it_at_once(site: Site, client: TestClient) -> None:
    assert upload(client, tagged_mp3(b"Nobody")) == ""
    [voice] = kept(site)
    assert client.get(f"/files/{voice.number}/question.mp3").content == mp3()
    page = client.get("/console" + SHEET).text
    assert f"/files/{voice.number}/question.mp3" in page
    assert "Đã có, 3 giây" in page
    assert "Thiếu 19" in page
    citizen = site.person()
    assert any(each["action"] == "v:q01:vi" for row in citizen.begin()["buttons"] for each in row)
    assert [each.action for each in run(site.database, partial(load_audit, most=1))] == ["voice_kept"]


def test_a_recording_is_removed(site: Site, client: TestClient) -> None:
    upload(client, mp3())
    assert post(client, f"{SHEET}/q01/remove").status_code == 303
    assert kept(site) == []
    assert post(client, f"{SHEET}/q01/remove").status_code == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Chưa có tệp"),
        (wav(), "chỉ nhận tệp MP3"),
        (b"<script>alert(1)</script>", "chỉ nhận tệp MP3"),
        (mp3(0.5), "chưa đầy một giây"),
        (mp3(121), "dài quá, nhiều nhất 2 phút"),
    ],
)
def test_what_cannot_be_kept_is_refused(site: Site, client: TestClient, content: bytes, why: str) -> None:
    problem = upload(client, content)
    assert problem.startswith("Câu 1: ")
    assert why in problem
    assert kept(site) == []


def test_too_large_a_file_is_refused_unread(site: Site, client: TestClient) -> None:
    answer = post(
        client, f"{SHEET}/q01", recording=("recording.mp3", bytes(LARGEST_UPLOAD + 100_000), "audio/mpeg")
    )
    assert answer.status_code == 413
    assert kept(site) == []


def test_a_form_without_our_token_is_refused(site: Site, client: TestClient) -> None:
    answer = client.post(f"/console{SHEET}/q01", files={"recording": ("recording.mp3", mp3(), "audio/mpeg")})
    assert answer.status_code == 403
    assert kept(site) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.mp3", "<img src=x>.mp3", "x" * 300])
def test_the_name_of_a_file_means_nothing(client: TestClient, name: str) -> None:
    assert upload(client, mp3(), name=name) == ""
    assert name[:5] not in client.get("/console" + SHEET).text


@pytest.mark.parametrize("where", ["/voice/teacher/vi/q01", f"{SHEET}/q99", "/voice/farmer/blt/q01"])
def test_there_is_no_such_question(site: Site, client: TestClient, where: str) -> None:
    answer = post(client, where, recording=("recording.mp3", mp3(), "audio/mpeg"))
    assert answer.status_code == 404
    assert kept(site) == []


@pytest.mark.parametrize("path", ["/voice/teacher/vi", "/voice/farmer/blt", "/voice/farmer/%3Cscript%3E"])
def test_there_is_no_such_sheet(client: TestClient, path: str) -> None:
    assert client.get("/console" + path).status_code == 404


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        ("administrator", "province", 200),
        ("campaigns", "province", 200),
        ("campaigns", "03667", 404),
        ("statistics", "province", 404),
    ],
)
def test_who_may_record(site: Site, role: Role, unit: str, status: int) -> None:
    client = signed_in(site, role, unit)
    assert client.get("/console/voice").status_code == status
    if status == 404:
        answer = post(client, f"{SHEET}/q01", recording=("recording.mp3", mp3(), "audio/mpeg"))
        assert answer.status_code == 404
        assert kept(site) == []


def test_a_language_is_added_renamed_and_taken_back(site: Site, client: TestClient) -> None:
    assert post(client, "/voice/languages", code="blt", name="Thái").status_code == 303
    assert upload(client, mp3(), "/voice/farmer/blt/q01") == ""
    assert post(client, "/voice/languages", code="blt", name="Tiếng Thái").status_code == 303
    assert "Tiếng Thái" in client.get("/console/voice/farmer/blt").text
    refused = post(client, "/voice/languages/blt/remove")
    assert (refused.status_code, problem_of(refused)) == (
        400,
        "Tiếng này còn bản ghi. Xóa hết bản ghi rồi mới bỏ được.",
    )
    post(client, "/voice/farmer/blt/q01/remove")
    assert post(client, "/voice/languages/blt/remove").status_code == 303
    assert client.get("/console/voice/farmer/blt").status_code == 404
    assert post(client, "/voice/languages/blt/remove").status_code == 404


@pytest.mark.parametrize("name", ATTACKS)
def test_what_an_attacker_calls_a_language_is_only_words(site: Site, client: TestClient, name: str) -> None:
    assert post(client, "/voice/languages", code="blt", name=name).status_code == 303
    upload(client, mp3(), "/voice/farmer/blt/q01")
    citizen = site.person()
    citizen.begin()
    heard = citizen.press("v:q01:blt")
    assert f"🔊 {name}" in [each["label"] for row in heard["buttons"] for each in row]
    written = str(escape(name))
    for page in (client.get("/console/voice/farmer/blt").text, citizen.look()):
        assert written in page
        assert written == name or name not in page


@pytest.mark.parametrize("code", ["", "vi", "<b>", "blt'", "../x", "BLT2"])
def test_what_is_no_code_is_refused(site: Site, client: TestClient, code: str) -> None:
    answer = post(client, "/voice/languages", code=code, name="Thái")
    assert (answer.status_code, problem_of(answer)[:3]) == (400, "Mã ")
    assert list(run(site.database, partial(voice_languages, handbook=handbook()))) == ["vi"]


# ---- with ffmpeg -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["recorded.webm", "recorded.m4a", "recorded.ogg"])
def test_what_a_browser_records_is_converted(
    site: Site, client: TestClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(site.door, Hoctap)
    monkeypatch.setattr(site.door, "_ffmpeg", find_ffmpeg("") or _program_that_plays_its_part(tmp_path))
    assert "record.js" in client.get("/console/voice").text
    assert upload(client, (FILES / name).read_bytes(), name=name) == ""
    [voice] = kept(site)
    assert client.get(f"/files/{voice.number}/question.mp3").content.startswith(b"\xff\xf3")
    assert "Không đọc được" in upload(client, b"<html>")


def _program_that_plays_its_part(folder: Path) -> str:
    program, sound = folder / "ffmpeg", folder / "sound.mp3"
    sound.write_bytes(mp3(1.2))
    program.write_text(f"#!/bin/sh\nexec /bin/cat {sound}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


# ---- in a browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server that can convert, with one recording in Vietnamese, and Thái as a second language."""
    folder = tmp_path_factory.mktemp("voice")
    ffmpeg = find_ffmpeg("") or _program_that_plays_its_part(folder)
    with running_server(folder / "data", HOCTAP_FFMPEG=ffmpeg) as server:
        with beside(server) as database:
            record(database, handbook(), FIRST, blt="Thái")
        yield server


@contextmanager
def beside(server: Server) -> Iterator[Database]:
    """The database of a server that runs."""
    database = open_database(f"sqlite:///{server.data / 'hoctap.db'}")
    yield database
    database.close()


def opened(context: BrowserContext, server: Server) -> Page:
    """The voice page of somebody who has just signed in."""
    code = secrets.token_hex(8)
    with beside(server) as database:
        invite_somebody(database, handbook(), PROVINCE, code, datetime.now(UTC), "campaigns")
    page = context.new_page()
    page.goto(f"{server.url}console/sign-in/inv_{code}")
    page.locator("main form button").click()
    page.goto(f"{server.url}console/voice")
    return page


def record_button(card: Locator | Page) -> Locator:
    return card.get_by_role("button", name="● Ghi âm")


@pytest.mark.browser
def test_a_question_is_recorded_heard_and_kept(phone: BrowserContext, server: Server) -> None:
    page = opened(phone, server)
    card = page.locator("#q02")
    expect(card).to_contain_text("Chưa có")
    record_button(card).click()
    expect(card.get_by_role("status")).to_have_text("Đang ghi…")
    page.wait_for_timeout(1500)
    card.get_by_role("button", name="Dừng").click()
    expect(card.get_by_role("status")).to_contain_text("Bạn nghe lại")
    card.locator("audio").evaluate("player => player.play()")
    wait_until_heard(card.locator("audio"))
    screenshot(page, "console-voice-recorded")
    card.get_by_role("button", name="Giữ bản này").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã giữ bản ghi")
    assert page.url.endswith("#q02")
    expect(card).to_contain_text("Đã có")
    card.locator("audio").evaluate("player => player.play()")
    wait_until_heard(card.locator("audio"))


@pytest.mark.browser
def test_another_recording_ends_the_one_before(phone: BrowserContext, server: Server) -> None:
    page = opened(phone, server)
    record_button(page.locator("#q02")).click()
    expect(page.locator("#q02").get_by_role("button", name="Dừng")).to_be_visible()
    record_button(page.locator("#q03")).click()
    expect(page.locator("#q02").get_by_role("button", name="Ghi lại")).to_be_visible()
    page.locator("#q03").get_by_role("button", name="Dừng").click()
    expect(page.locator("#q03").get_by_role("button", name="Ghi lại")).to_be_visible()
    assert page.locator("#q03 input[type=file]").evaluate("file => file.files.length") == 1


@pytest.mark.browser
def test_without_a_microphone_one_is_told_what_to_do(phone: BrowserContext, server: Server) -> None:
    phone.add_init_script(
        "if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = () => Promise.reject()"
    )
    page = opened(phone, server)
    record_button(page.locator("#q02")).click()
    expect(page.locator("#q02").get_by_role("status")).to_contain_text("chưa cho dùng micrô")
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page.reload()
    expect(page.locator("[data-cannot-record]")).to_be_visible()
    expect(record_button(page)).to_have_count(0)


@pytest.mark.browser
def test_without_javascript_a_file_is_chosen(phone_without_javascript: BrowserContext, server: Server) -> None:
    page = opened(phone_without_javascript, server)
    card = page.locator("#q05")
    card.locator("input[type=file]").set_input_files(FILES / "recorded.m4a")
    card.get_by_role("button", name="Giữ bản này").click()
    expect(card).to_contain_text("Đã có, 1 giây")
    card.locator("summary").click()
    card.get_by_role("button", name="Xóa").click()
    expect(card).to_contain_text("Chưa có")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1366, 768)])
def test_it_looks_as_it_should(
    browser: Browser, server: Server, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="vi-VN")
    page = opened(context, server)
    expect(record_button(page)).to_have_count(20)
    screenshot(page, f"console-voice-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    serious = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious, serious
    context.close()
