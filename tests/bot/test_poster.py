"""`hoctap poster`: the right commune, the right links, and a clear word where something is missing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from bot.cli import main
from tests.standin import running_standin

pytestmark = pytest.mark.slow  # draws and reads many pages

WEB_URL = "https://hoctap.example.vn"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, on a machine with a public web chat."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOCTAP_WEB_URL", WEB_URL)
    return tmp_path


def poster(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["poster", *arguments], catch_exceptions=False)


def text_of(path: Path) -> str:
    return " ".join(PdfReader(path).pages[0].extract_text().split())


def refused(*arguments: str) -> str:
    """What is said when no poster is drawn."""
    result = poster(*arguments)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert not list(Path().iterdir()), "nothing is written"
    return result.output


@pytest.mark.parametrize("commune", ["03847", "3847", "Xã Mường Bú", "muong bu"])
def test_a_commune_by_its_code_or_its_name(folder: Path, commune: str) -> None:
    result = poster("--commune", commune)
    assert (result.exit_code, result.output) == (0, "→ poster-03847.pdf  Xã Mường Bú\n")
    text = text_of(folder / "poster-03847.pdf")
    assert "HỘI KHUYẾN HỌC XÃ MƯỜNG BÚ" in text
    assert "hoctap.example.vn/?c=03847" in text
    assert "Telegram" not in text


@pytest.mark.parametrize("web_url", [WEB_URL, f"{WEB_URL}/"])
@pytest.mark.parametrize("bot", ["hoctap_bot", "@hoctap_bot"])
def test_with_a_bot_there_are_two_links(
    folder: Path, monkeypatch: pytest.MonkeyPatch, web_url: str, bot: str
) -> None:
    monkeypatch.setenv("HOCTAP_WEB_URL", web_url)
    poster("--commune", "03646", "--bot", bot)
    text = text_of(folder / "poster-03646.pdf")
    assert "hoctap.example.vn/?c=03646" in text
    assert "t.me/hoctap_bot?start=c03646" in text


def test_a_bot_alone_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOCTAP_WEB_URL")
    poster("--commune", "03646", "--bot", "hoctap_bot")
    text = text_of(folder / "poster-03646.pdf")
    assert "t.me/hoctap_bot?start=c03646" in text
    assert "/?c=" not in text


def test_another_file_and_another_language(folder: Path) -> None:
    poster("--commune", "03646", "--out", "to/print/a.pdf", "--language", "en")
    assert "For the people of Phường Tô Hiệu" in text_of(folder / "to/print/a.pdf")


@pytest.mark.parametrize(("arguments", "into"), [((), "posters"), (("--out", "wall"), "wall")])
def test_one_for_every_commune(folder: Path, arguments: tuple[str, ...], into: str) -> None:
    result = poster("--commune", "all", *arguments)
    assert len(list((folder / into).glob("poster-?????.pdf"))) == result.output.count("→") == 75
    assert f"→ {Path(into) / 'poster-03646.pdf'}  Phường Tô Hiệu\n" in result.output


def test_no_link_names_both_ways_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOCTAP_WEB_URL")
    said = refused("--commune", "03646")
    assert "HOCTAP_WEB_URL" in said
    assert "--bot" in said


@pytest.mark.parametrize("url", ["hoctap.example.vn", "ftp://hoctap.example.vn", "https://", f"{WEB_URL}/?a=b"])
def test_an_address_nobody_can_open_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HOCTAP_WEB_URL", url)
    assert "HOCTAP_WEB_URL" in refused("--commune", "03646")


@pytest.mark.parametrize("bot", ["abcd", "9lives_bot", "a" * 33, "hoctap-bot", "t.me/hoctap_bot", "@", "hoctapbót"])
def test_a_bot_name_that_is_none_is_refused(bot: str) -> None:
    assert f"'{bot}' is no Telegram username" in refused("--commune", "03646", "--bot", bot)


@pytest.mark.parametrize("commune", ["99999", "", "Xã Không Có Thật Đâu"])
def test_an_unknown_commune_is_told_where_the_codes_are(commune: str) -> None:
    said = refused("--commune", commune)
    assert f"no commune '{commune}' in Sơn La" in said
    assert "content/communes/son_la.csv" in said


def test_a_name_of_many_lists_some_of_them() -> None:
    said = refused("--commune", "chieng")
    assert "03667 Phường Chiềng An" in said
    assert said.count(" Chiềng ") == 8
    assert ", …; write one of the codes" in said


def test_a_name_of_two_lists_both() -> None:
    said = refused("--commune", "mộc")
    assert "03979 Phường Mộc Sơn" in said
    assert "03980 Phường Mộc Châu" in said


def test_a_language_that_nobody_translated_is_refused() -> None:
    assert "language 'blt'; write one of: vi, en" in refused("--commune", "03646", "--language", "blt")


def test_a_file_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "there").mkdir()
    result = poster("--commune", "03646", "--out", "there")
    assert result.exit_code == 1
    assert "there cannot be written: " in result.output


def test_with_a_token_telegram_is_asked_for_the_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_standin() as telegram:
        monkeypatch.setenv("HOCTAP_TELEGRAM_TOKEN", telegram.token)
        monkeypatch.setenv("HOCTAP_TELEGRAM_API", telegram.url)
        poster("--commune", "03646")
    assert "t.me/hoctap_test_bot?start=c03646" in text_of(folder / "poster-03646.pdf")


def test_a_telegram_that_does_not_answer_or_does_not_know_us_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_standin() as telegram:
        monkeypatch.setenv("HOCTAP_TELEGRAM_TOKEN", "123456:another")
        monkeypatch.setenv("HOCTAP_TELEGRAM_API", telegram.url)
        assert "Telegram does not know this token" in refused("--commune", "03646")
    assert "--bot" in refused("--commune", "03646")
