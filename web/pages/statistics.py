"""The figures: the overview, a commune's page, the releases and their files. Nothing is newer than a release.

But for what an administrator sees of floods of new accounts, in tens.
"""

import asyncio
from functools import partial
from weakref import WeakKeyDictionary

from starlette.responses import Response

from engine.disclosure.released import PROVINCE
from handlers.download_statistics import download_of_unit
from handlers.look_at_floods import look_at_floods
from handlers.look_at_statistics import (
    Shelf,
    complete_charts,
    look_at_release,
    look_at_round,
    look_at_unit,
)
from handlers.make_poster import make_poster
from web.visit import Office, Page, Visit

_shelves: WeakKeyDictionary[Office, Shelf] = WeakKeyDictionary()


def _shelf(visit: Visit) -> Shelf:
    return _shelves.setdefault(visit.office, Shelf())


async def show_overview(visit: Visit) -> Response:
    """The last release at a glance: the whole province, or one's own commune."""
    return await _show_unit(visit, visit.access.unit)


async def show_commune(visit: Visit) -> Response:
    """The same for one commune, beside the province."""
    return await _show_unit(visit, visit.path["unit"])


async def _show_unit(visit: Visit, unit: str) -> Response:
    shelf = _shelf(visit)
    look = partial(look_at_unit, shelf=shelf, handbook=visit.handbook, unit=unit, say=visit.say)
    seen = await visit.look(look)
    if seen is None:
        return visit.page("statistics/empty.html", unit=unit)
    charts = await asyncio.to_thread(complete_charts, seen, shelf, visit.say)
    return visit.page(
        "statistics/unit.html",
        unit=unit,
        is_province=unit == PROVINCE,
        page=seen.page,
        charts=charts,
        release=seen.facts.release,
        files=seen.files,
        has_poster=bool(visit.office.web_url),
    )


async def show_releases(visit: Visit) -> Response:
    """The releases of a round: the newest, or that of a year."""
    year = visit.path.get("year")
    look = partial(
        look_at_round,
        shelf=_shelf(visit),
        handbook=visit.handbook,
        unit=visit.access.unit,
        year=None if year is None else int(year),
        say=visit.say,
    )
    page = await visit.look(look)
    floods = None
    if visit.may("settings"):
        floods = await visit.look(partial(look_at_floods, year=page.year, say=visit.say))
    return visit.page("statistics/releases.html", page=page, floods=floods)


async def show_release(visit: Visit) -> Response:
    """One release: what it changed, and its files."""
    unit = visit.access.unit
    year, number = int(visit.path["year"]), visit.number
    look = partial(
        look_at_release,
        shelf=_shelf(visit),
        handbook=visit.handbook,
        unit=unit,
        year=year,
        number=number,
        say=visit.say,
    )
    page = await visit.look(look)
    return visit.page("statistics/release.html", page=page, unit=unit, year=year, number=number)


async def download_file(visit: Visit) -> Response:
    """A file of a release, as `format.language`; it is written down who took it."""
    file_format, _, language = visit.field("file").partition(".")
    edition = int(visit.path["year"]), visit.number
    take = partial(
        download_of_unit,
        access=visit.access,
        unit=visit.path["unit"],
        edition=edition,
        file_format=file_format,
        language=language,
        now=visit.now,
    )
    return visit.send(await visit.run(take))


async def send_poster(visit: Visit) -> Response:
    """The poster of a commune, in the language of the page."""
    unit, web_url = visit.path["unit"], visit.office.web_url
    return visit.send(await asyncio.to_thread(make_poster, visit.handbook, unit, web_url, visit.say))


PAGES = (
    Page("", show_overview, "statistics"),
    Page("/communes/{unit}", show_commune, "statistics"),
    Page("/communes/{unit}/poster", send_poster, "statistics"),
    Page("/statistics", show_releases, "statistics"),
    Page("/statistics/{year:int}", show_releases, "statistics"),
    Page("/statistics/{year:int}/{number:int}", show_release, "statistics"),
    Page("/statistics/{unit}/{year:int}/{number:int}/file", download_file, "statistics", "POST"),
)
