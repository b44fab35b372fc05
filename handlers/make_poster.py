"""Staff take along the poster of a commune; its code leads to the web chat."""

from engine.errors import NotFound
from engine.handbook import Handbook
from engine.messages import File
from engine.texts import Texts
from reports.poster import Poster, draw_poster


def make_poster(handbook: Handbook, unit: str, web_url: str, say: Texts) -> File:
    """A PDF, A4. NotFound if there is no such commune, or if no public address of the web chat is set."""
    commune = handbook.province.by_code.get(unit)
    if commune is None or not web_url:
        raise NotFound
    poster = Poster(commune.name, f"{web_url.rstrip('/')}/?c={commune.code}", "")
    return File(f"poster-{commune.code}.pdf", "application/pdf", draw_poster(poster, say))
