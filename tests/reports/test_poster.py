"""The poster: a phone finds every link on it, it stays one page whoever it is for, and it says what it must."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from content.read import read_handbook
from engine.communes import Province
from engine.texts import Texts
from reports.poster import QUIET_ZONE_MODULES, Poster, draw_poster, poster_page
from reports.typesetting import PIXELS_PER_INCH, draw_png

pytestmark = pytest.mark.slow  # draws and reads many pages

WEB = "https://hoctap.sonla.edu.vn/?c=03646"
TELEGRAM = "https://t.me/CongDanHocTapSonLaBot?start=c03646"
LONGEST_TELEGRAM = f"https://t.me/{'Bot' * 10}XX?start=c03646"
LONG_WEB = "https://hoi-khuyen-hoc.tinh-son-la.cong-dan-hoc-tap.example.gov.vn/tu-danh-gia/?c=03646"
PIXELS_PER_MM = PIXELS_PER_INCH / 25.4
NARROWEST_MM = 55
LINKS = {
    "web alone": (WEB, ""),
    "telegram alone": ("", TELEGRAM),
    "both": (WEB, TELEGRAM),
    "long links": (LONG_WEB, LONGEST_TELEGRAM),
    "short links": ("https://a.vn/?c=03646", "https://t.me/botty?start=c03646"),
    "at home": ("http://192.168.1.20:8080/?c=03646", ""),
}


@pytest.fixture(scope="module")
def province() -> Province:
    return read_handbook("son_la").province


@pytest.fixture(params=LINKS)
def poster(request: pytest.FixtureRequest) -> Poster:
    return Poster("Phường Tô Hiệu", *LINKS[request.param])


def printed(poster: Poster, say: Texts) -> Image.Image:
    """The page as a printer without colours puts it on paper."""
    with Image.open(BytesIO(draw_png("poster.typ", poster_page(poster, say)))) as page:
        return page.convert("L")


def scanned(page: Image.Image) -> list[zxingcpp.Barcode]:
    """The codes on a page, from left to right."""
    found = list(zxingcpp.read_barcodes(page))
    return sorted(found, key=lambda code: code.position.top_left.x)


def links_of(poster: Poster) -> list[str]:
    return [link for link in (poster.web_link, poster.telegram_link) if link]


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def words(pdf: bytes) -> str:
    """The text, with one space wherever a line ends."""
    return " ".join("\n".join(page.extract_text() for page in opened(pdf).pages).split())


def test_a_phone_finds_just_the_links_there_are(poster: Poster, both_languages: dict[str, Texts]) -> None:
    for say in both_languages.values():
        assert [code.text for code in scanned(printed(poster, say))] == links_of(poster)


def test_a_phone_far_away_or_in_a_dark_place_finds_them_too(poster: Poster, say: Texts) -> None:
    page = printed(poster, say)
    small = page.resize((page.width // 3, page.height // 3), Image.Resampling.BILINEAR)
    dark = page.point([60 + value // 4 for value in range(256)])
    for seen in (small, dark, page.rotate(12, fillcolor=255)):
        assert {code.text for code in scanned(seen)} == set(links_of(poster))


def test_codes_are_large_black_on_white_and_correct_errors(poster: Poster, say: Texts) -> None:
    page = printed(poster, say)
    for code in scanned(page):
        left, top = code.position.top_left.x, code.position.top_left.y
        right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
        assert (right - left) / PIXELS_PER_MM >= NARROWEST_MM
        assert code.ec_level in ("M", "Q", "H")
        assert isinstance(code.extra, dict)
        modules = 17 + 4 * int(code.extra["Version"])  # https://www.qrcode.com/en/about/version.html
        quiet = int(QUIET_ZONE_MODULES * (right - left) / modules) - 2
        near = 3  # corners are found to a pixel or so
        around = (
            (left - quiet, top - quiet, right + quiet, top - near),
            (left - quiet, bottom + near, right + quiet, bottom + quiet),
            (left - quiet, top - quiet, left - near, bottom + quiet),
            (right + near, top - quiet, right + quiet, bottom + quiet),
        )
        assert [page.crop(strip).getextrema() for strip in around] == [(255, 255)] * 4
        dark = sum(page.crop((left, top, right, bottom)).histogram()[:1])
        assert 0.3 < dark / (right - left) / (bottom - top) < 0.6, "pure black, as much as such a code has"


def test_it_says_what_this_is_and_how_to_start(say: Texts) -> None:
    text = words(draw_poster(Poster("Xã Mường Bú", WEB, TELEGRAM), say))
    for sentence in (
        "HỘI KHUYẾN HỌC XÃ MƯỜNG BÚ",
        "Xem mình là “Công dân học tập” đến đâu",
        "Dành cho bà con Xã Mường Bú",
        "Mở máy ảnh điện thoại, soi vào ô vuông.",
        "Bấm dòng chữ hiện ra, rồi bấm “Bắt đầu”.",
        "Trả lời 20 câu, khoảng 4 phút. Dừng lúc nào cũng được.",
        "Không hỏi tên, không hỏi số căn cước.",
        "Đây là tự đánh giá. Danh hiệu do xã, phường công nhận.",
    ):
        assert sentence in text


def test_english(say_in_english: Texts) -> None:
    text = words(draw_poster(Poster("Xã Mường Bú", WEB, TELEGRAM), say_in_english))
    for sentence in (
        "ASSOCIATION FOR PROMOTING EDUCATION, XÃ MƯỜNG BÚ",
        "See how far you are as a “Learning Citizen”",
        "For the people of Xã Mường Bú",
        "Point your phone's camera at the code.",
        "Press the line that appears, then “Begin”.",
        "20 questions, about 4 minutes. Stop whenever you like.",
        "No name, no ID number.",
        "This is a self-assessment. The title is given by the commune.",
    ):
        assert sentence in text
    assert "Bắt đầu" not in text


def test_links_are_there_to_type_each_in_one_line(poster: Poster, say: Texts) -> None:
    page = opened(draw_poster(poster, say)).pages[0]
    lines = [line.strip() for line in page.extract_text().splitlines()]
    for link in links_of(poster):
        assert any(link.removeprefix("https://") in line for line in lines)
    assert ("Telegram" in " ".join(lines)) == bool(poster.telegram_link)
    assert ("trang web" in " ".join(lines)) == bool(poster.web_link)


def test_one_tagged_page_of_a4(poster: Poster, both_languages: dict[str, Texts]) -> None:
    for language, say in both_languages.items():
        document = opened(draw_poster(poster, say))
        assert len(document.pages) == 1
        width, height = (float(side) / 72 * 25.4 for side in document.pages[0].mediabox[2:])
        assert (width, height) == pytest.approx((210, 297), abs=0.1)
        assert str(document.root_object["/Lang"]) == language
        assert document.metadata is not None
        assert document.metadata.title == f"{say.plain('poster.title')} – Phường Tô Hiệu"
        assert document.metadata.author is None


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("links", [(WEB, ""), (WEB, TELEGRAM)], ids=["one code", "two codes"])
def test_one_page_for_every_commune(
    province: Province, both_languages: dict[str, Texts], links: tuple[str, str], language: str
) -> None:
    for commune in province.communes:
        document = opened(draw_poster(Poster(commune.name, *links), both_languages[language]))
        assert len(document.pages) == 1
        assert document.metadata is not None
        assert str(document.metadata.title).endswith(f" – {commune.name}")


def test_a_name_longer_than_any_is_drawn_smaller(both_languages: dict[str, Texts]) -> None:
    longest = Poster("Phường Nghĩa Trường Khương Thượng Hoàng Nguyễn", LONG_WEB, LONGEST_TELEGRAM)
    for say in both_languages.values():
        assert len(opened(draw_poster(longest, say)).pages) == 1
        assert [code.text for code in scanned(printed(longest, say))] == links_of(longest)


def test_the_same_poster_has_the_same_bytes(poster: Poster, say: Texts) -> None:
    assert draw_poster(poster, say) == draw_poster(poster, say)


def test_without_a_link_there_is_no_poster(say: Texts) -> None:
    with pytest.raises(ValueError, match="leads nowhere"):
        draw_poster(Poster("Xã Mường Bú", "", ""), say)


@pytest.mark.parametrize("name", ['#image("x.png")', "$x$ *b* _i_ `c` @ref <l>", "\\n {} #panic()", "“= A”"])
def test_hostile_text_shows_as_it_is(say: Texts, name: str) -> None:
    assert name in words(draw_poster(Poster(name, WEB, ""), say))
