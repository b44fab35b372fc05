"""The result card opens on a phone, costs little, and is the same for the same result."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from engine.texts import Texts
from reports.look import COLOURS
from reports.result_card import draw_result_card
from tests.reports.conftest import MakeSheet

MEETS_RULE = (8, 7, 9, 8, 6, 5, 6, 8, 9, 8)
ONE_TOO_LOW = (9, 8, 10, 9, 7, 4, 7, 8, 9, 9)
BYTES_AT_MOST = 55_000


def opened(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png))
    picture.load()
    return picture.convert("RGB")


def pixels_like(picture: Image.Image, name: str) -> int:
    """How many pixels have this colour of the palette; fewer colours in the file shift it a little."""
    wanted = ImageColor.getrgb(COLOURS[name])
    colours = picture.getcolors(picture.width * picture.height) or []
    return sum(
        count
        for count, found in colours
        if isinstance(found, tuple) and max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 3
    )


@pytest.mark.parametrize("points", [MEETS_RULE, ONE_TOO_LOW, (0,) * 10, (10,) * 10])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_a_phone_and_costs_little(
    make_sheet: MakeSheet, both_languages: dict[str, Texts], points: tuple[int, ...], language: str
) -> None:
    png = draw_result_card(make_sheet(*points), both_languages[language])
    picture = opened(png)
    assert picture.width == 720
    assert 800 < picture.height < 1100
    assert len(png) < BYTES_AT_MOST


def test_the_same_result_gives_the_same_bytes_in_every_thread(make_sheet: MakeSheet, say: Texts) -> None:
    sheets = [make_sheet(*MEETS_RULE), make_sheet(*ONE_TOO_LOW)] * 4
    one_by_one = [draw_result_card(sheet, say) for sheet in sheets]
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(draw_result_card, sheets, [say] * len(sheets)))
    assert at_once == one_by_one
    assert len(set(one_by_one)) == 2


def test_the_warm_colour_is_there_only_when_something_is_missing(make_sheet: MakeSheet, say: Texts) -> None:
    met = opened(draw_result_card(make_sheet(*MEETS_RULE), say))
    missed = opened(draw_result_card(make_sheet(*ONE_TOO_LOW), say))
    assert pixels_like(met, "warm") == pixels_like(met, "warm_tint") == 0
    assert pixels_like(missed, "warm") > 1000
    assert pixels_like(missed, "warm_tint") > 1000


def test_bars_are_as_long_as_their_points(make_sheet: MakeSheet, say: Texts) -> None:
    five = pixels_like(opened(draw_result_card(make_sheet(*(5,) * 10), say)), "accent")
    ten = pixels_like(opened(draw_result_card(make_sheet(*(10,) * 10), say)), "accent")
    none = pixels_like(opened(draw_result_card(make_sheet(*(0,) * 10), say)), "warm")
    four = pixels_like(opened(draw_result_card(make_sheet(*(4,) * 10), say)), "warm")
    half_of_all_bars = 10 * 228 / 2 * 22  # ten bars, 114 x 11 points each, two pixels a point
    assert ten - five == pytest.approx(half_of_all_bars, rel=0.15)
    assert four - none == pytest.approx(half_of_all_bars * 4 / 5, rel=0.15)


def test_only_our_own_wording_is_marked_as_ours(make_sheet: MakeSheet, say: Texts) -> None:
    own = opened(draw_result_card(make_sheet(*MEETS_RULE), say))
    official = opened(draw_result_card(make_sheet(*MEETS_RULE, is_official_wording=True), say))
    assert official.height < own.height


def test_hostile_text_is_only_text(make_sheet: MakeSheet, say: Texts) -> None:
    for name in ('#image("x.png")', "$x$ *b* _i_ `c` @ref <l>", '\\ " {} #panic()', "= A\n+ b", "", "🙂 ꪎꪱ"):
        assert opened(draw_result_card(make_sheet(*MEETS_RULE, commune_name=name), say)).width == 720
