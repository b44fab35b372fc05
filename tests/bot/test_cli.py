"""The command `hoctap`, as whoever runs it types it."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bot.locales
from bot.bootstrap import utc_now
from bot.cli import main
from content.read import LOCALES
from engine.campaigns.ledger import Counts
from engine.campaigns.message import Message, MessageButton
from storage.database import open_database
from tests.campaigns import approved, state_of, tend
from tests.chats import handbook

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOCTAP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def hoctap(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=typed, catch_exceptions=False)


def test_check_says_nothing_when_all_is_well() -> None:
    result = hoctap("check")
    assert (result.exit_code, result.output) == (0, "")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCTAP_PORT", "secret-word")
    result = hoctap("check")
    assert result.exit_code == 1
    assert "HOCTAP_PORT" in result.output
    assert "secret-word" not in result.output


def test_content_with_problems_stops_the_start(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setenv("HOCTAP_PROVINCE", "nowhere")
    result = hoctap("talk")
    assert result.exit_code == 1
    assert "content/communes/nowhere.yaml:1: C001" in result.output
    assert "Traceback" not in result.output


def test_talk_and_record(data: Path, tmp_path: Path) -> None:
    record = tmp_path / "farmer.txt"
    typed = "/start c03667\n1\n1\n1\nhai\n3\n"
    result = hoctap("talk", "--record", str(record), typed=typed)
    assert result.exit_code == 0
    assert "3. 3–4 ngày" in result.output or "3. 3–4" in result.output
    written = record.read_text(encoding="utf-8")
    assert "me> [Bắt đầu]\n" in written
    assert "me> hai\n" in written
    assert not data.exists(), "a recording is somebody new, and nothing of it is kept"


def test_talk_goes_on_where_one_stopped(data: Path) -> None:
    hoctap("talk", typed="/start c03667\n1\n1\n1\n2\n")
    assert "Câu 2/20" in hoctap("talk", typed="").output


def test_talk_shows_a_message_that_waited_and_its_buttons_can_be_typed(data: Path) -> None:
    hoctap("talk", typed="/start c03667\n1\n1\n1\n")
    with closing(open_database(f"sqlite:///{data / 'hoctap.db'}")) as database:
        link = MessageButton("link", "Đọc thêm", "https://example.org/")
        number = approved(database, utc_now(), message=Message({"vi": "Chào <b>bạn</b>."}, (link,)))
        tend(database, handbook(), utc_now())
        shown = hoctap("talk", typed="thoi nhan\n").output
        assert shown.index("Chào bạn.") < shown.index("Đọc thêm: https://example.org/") < shown.index("Câu 1/20")
        assert "mình thôi nhắn" in shown
        assert state_of(database, number).counts == Counts(sent=1)


def test_talk_saves_the_files_that_the_bot_sends(data: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    answers = "4\n" * 20
    typed = f"/start c03667\n1\n1\n1\n{answers}3\n7\nxem ket qua\nTai phieu PDF\n/mydata\n"
    result = hoctap("talk", "--files", str(files), typed=typed)
    assert "100/100" in result.output
    assert {path.name for path in files.iterdir()} == {"ket-qua.png", "phieu-tu-danh-gia.pdf", "hoctap.json"}


def test_locales_shows_coverage() -> None:
    result = hoctap("locales", "--check")
    assert result.exit_code == 0
    assert "en     content" in result.output
    assert result.output.count("100 %") == 6


def test_a_new_language_begins_empty_and_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locales = tmp_path / "locales"
    shutil.copytree(LOCALES, locales)
    monkeypatch.setattr(bot.locales, "LOCALES", locales)
    result = hoctap("locales", "--update", "blt")
    assert result.exit_code == 0
    assert "blt    ui          0 of" in result.output
    written = (locales / "blt/LC_MESSAGES/ui.po").read_text(encoding="utf-8")
    assert '#. vi: Đồng ý\nmsgid "consent.agree"' in written
    content = (locales / "blt/LC_MESSAGES/content.po").read_text(encoding="utf-8")
    assert "Làm nông, làm rừng" in content


def test_updating_a_complete_language_keeps_every_translation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locales = tmp_path / "locales"
    shutil.copytree(LOCALES, locales)
    monkeypatch.setattr(bot.locales, "LOCALES", locales)
    result = hoctap("locales", "--update", "en", "--check")
    assert result.exit_code == 0, result.output


def test_a_language_code_that_is_none_is_refused() -> None:
    result = hoctap("locales", "--update", "../up")
    assert result.exit_code == 1
    assert "no language code" in result.output
