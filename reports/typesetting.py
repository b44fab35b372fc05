"""Runs Typst: a template of this room and data in, PNG or PDF out. Nothing else in hoctap touches Typst.

Data reaches a template as JSON, so text from outside is only ever text, never Typst markup. Fonts come from a
package, never from the machine: the same data gives the same bytes everywhere.
"""

import itertools
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from reports.look import COLOURS, FONT

if TYPE_CHECKING:
    import typst
    from PIL import Image

PIXELS_PER_INCH = 144
"""Two pixels a point: a page 360 points wide is sharp on a phone 360 CSS pixels wide."""

STEPS_BETWEEN_COLOURS = 4
"""Pictures get a palette: Typst writes 32 bits a pixel, over three times as large, and citizens pay for data."""

NEAREST_BLEND = 16
"""How far from our own colours those between them are, in steps of 0 to 255 over red, green and blue."""

_TEMPLATES = Path(__file__).with_name("templates")

# One compiler for all threads: it keeps fonts and templates, but two at a time fail ("Already borrowed").
# A drawing takes hundredths of a second, and taking turns keeps the memory of a small server bounded.
_one_at_a_time = Lock()


def draw_png(template: str, data: Mapping[str, object]) -> bytes:
    """The one page of a template as a PNG."""
    return _with_few_colours(_draw(template, data, "png", date(1970, 1, 1)))  # a PNG carries no date


def draw_pdf(template: str, data: Mapping[str, object], day: date) -> bytes:
    """A tagged PDF, dated `day`."""
    return _draw(template, data, "pdf", day)


def _draw(template: str, data: Mapping[str, object], file_format: Literal["png", "pdf"], day: date) -> bytes:
    inputs = {"data": json.dumps(data), "look": json.dumps({"colours": COLOURS, "font": FONT})}
    with _one_at_a_time:
        drawn = _compiler().compile(
            _TEMPLATES / template,
            format=file_format,
            ppi=PIXELS_PER_INCH,
            sys_inputs=inputs,
            timestamp=datetime.combine(day, time(), UTC),
        )
    if not isinstance(drawn, bytes):
        raise TypeError(f"{template} has more than one page; as {file_format} it must have one")
    return drawn


def _with_few_colours(png: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 -- as Typst below

    small = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        flat = picture.convert("RGB")
    flat.quantize(palette=_palette(), dither=Image.Dither.NONE).save(small, "PNG", compress_level=7)
    return small.getvalue()


@cache
def _palette() -> "Image.Image":
    """Our own colours, and the steps between two of them that soften the edges of letters.

    Finding the best colours of each picture anew would take longer than drawing it.
    """
    from PIL import Image  # noqa: PLC0415 -- as Typst below

    own = {name: tuple(bytes.fromhex(colour[1:])) for name, colour in COLOURS.items()} | {"black": (0, 0, 0)}
    grounds = [own[name] for name in ("ground", "accent_tint", "warm_tint", "track", "accent", "warm")]
    blends = {
        tuple(
            round(low + (high - low) * step / STEPS_BETWEEN_COLOURS) for low, high in zip(ground, ink, strict=True)
        )
        for ground, ink in itertools.product(grounds, own.values())
        for step in range(1, STEPS_BETWEEN_COLOURS)
    }
    # Pillow looks colours up in coarse boxes: one too near to our own would be taken for it.
    apart = {blend for blend in blends if all(math.dist(blend, colour) > NEAREST_BLEND for colour in own.values())}
    holder = Image.new("P", (1, 1))
    holder.putpalette([value for colour in [*own.values(), *sorted(apart)] for value in colour])
    return holder


@cache
def _compiler() -> "typst.Compiler":
    # Imported at the first drawing: most processes and tests never draw, and the library is 80 MB on disk.
    import typst  # noqa: PLC0415
    from fontpkg_be_vietnam_pro import ROOT  # noqa: PLC0415

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(ROOT) / "files"])
    return typst.Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
