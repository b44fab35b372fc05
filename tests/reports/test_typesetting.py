"""Nothing heavy is loaded before the first drawing; Typst sees no fonts but ours; the palette can be read."""

import subprocess
import sys

import pytest
from PIL import ImageColor

from reports.look import COLOURS


def test_nothing_heavy_is_loaded_before_the_first_drawing() -> None:
    program = (
        "import bot.serve, reports.result_card, reports.result_form, reports.charts.of_unit, sys; "
        "print(*({'typst', 'PIL', 'fontpkg_be_vietnam_pro', 'altair', 'vl_convert'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    shares = [channel / 255 for channel in ImageColor.getrgb(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("letters", "ground"),
    [
        *((letters, "ground") for letters in ("ink", "muted", "accent", "warm")),
        *((letters, "accent_tint") for letters in ("ink", "muted", "accent")),
        *((letters, "warm_tint") for letters in ("ink", "muted", "warm")),
    ],
)
def test_letters_have_enough_contrast(letters: str, ground: str) -> None:
    assert (luminance(COLOURS[ground]) + 0.05) / (luminance(COLOURS[letters]) + 0.05) >= 4.5
