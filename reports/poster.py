"""The poster of a commune: what this is, how to start, and QR codes that lead there. One page, A4, to hang up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno

from engine.texts import Texts
from reports.typesetting import draw_pdf

QUIET_ZONE_MODULES = 4
"""White around a code: ISO/IEC 18004 asks for four modules."""

_ERROR_CORRECTION = "m"  # 15 % of the code may be dirty or torn; segno takes more where it costs no space

_DATED = date(2026, 1, 1)
"""A PDF bears a day, a poster does not: the same poster has the same bytes whenever it is drawn."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Whose poster it is and where its codes lead. At least one link; "" where there is none."""

    commune_name: str
    web_link: str
    telegram_link: str


def draw_poster(poster: Poster, say: Texts) -> bytes:
    """A PDF, A4, one page; good in black and white."""
    return draw_pdf("poster.typ", poster_page(poster, say), _DATED)


def poster_page(poster: Poster, say: Texts) -> dict[str, object]:
    """All that stands on the page, as its template takes it."""
    codes = []
    if poster.web_link:
        codes.append(_code(poster.web_link, say.plain("poster.web"), say.plain("poster.web_note"), say))
    if poster.telegram_link:
        words = say.plain("poster.telegram"), say.plain("poster.telegram_note")
        codes.append(_code(poster.telegram_link, *words, say))
    if not codes:
        raise ValueError("a poster without a link leads nowhere")
    return {
        "language": say.language,
        "association": say.plain("poster.association", commune=poster.commune_name),
        "title": say.plain("poster.title"),
        "for": say.plain("poster.for"),
        "commune": poster.commune_name,
        "codes": codes,
        "type": say.plain("poster.type"),
        "steps": [
            say.plain("poster.scan"),
            say.plain("poster.begin", button=say.plain("greeting.begin")),
            say.plain("poster.answer"),
        ],
        "nothing_asked": say.plain("poster.nothing_asked"),
        "notes": [say.plain("poster.helping"), say.plain("report.not_the_title")],
    }


def _code(link: str, caption: str, note: str, say: Texts) -> dict[str, object]:
    rows = segno.make_qr(link, error=_ERROR_CORRECTION).matrix
    return {
        "link": link,
        "to_type": link.removeprefix("https://"),
        "caption": caption,
        "note": note,
        "picture": _qr_picture(rows),
        "modules": len(rows),
        "modules_with_quiet_zone": len(rows) + 2 * QUIET_ZONE_MODULES,
        "described": say.plain("poster.code", link=link),
    }


def _qr_picture(rows: Sequence[bytearray]) -> str:
    """The code as SVG. One path of filled squares: drawn apart, they would show hairlines between them."""
    side = len(rows) + 2 * QUIET_ZONE_MODULES
    squares = "".join(
        f"M{x + QUIET_ZONE_MODULES} {y + QUIET_ZONE_MODULES}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path fill="#000" d="{squares}"/></svg>'
    )
