"""Staff look at the figures of a unit: everything comes from stored releases, nothing from ballots."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeVar

from engine.disclosure.released import PROVINCE, Release
from engine.errors import NotFound
from engine.handbook import Handbook
from engine.texts import Texts
from reports.charts.drawing import draw_svg
from reports.charts.of_unit import CHARTS, Charts, charts_of_unit, is_drawing_of
from reports.commune_report import how_to_read
from reports.release_words import ReleaseFacts, edition, unit_name
from reports.unit_page import Table, UnitPage, changes_table, said_as_of, unit_page
from reports.what_changed import what_changed
from storage.database import Transaction
from storage.releases import last_release_number, load_adults, load_file, load_last_release, load_release
from storage.rounds import load_rounds

_Key = TypeVar("_Key")
_Thing = TypeVar("_Thing")

MOST_KEPT = 120
"""Releases that are kept open, and charts that were drawn when somebody looked: a year has 52 releases."""


@dataclass(frozen=True)
class Shelf:
    """What a process keeps at hand of one database. Releases never change; what is not kept is read again."""

    releases: OrderedDict[tuple[int, int], Release] = field(default_factory=OrderedDict)
    drawings: OrderedDict[tuple[str, ...], str] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A unit in the last release: its page, and what its charts are made from."""

    page: UnitPage
    facts: ReleaseFacts
    earlier: tuple[Release, ...]
    drawn: Charts
    files: tuple[tuple[str, str], ...]
    """The formats that the unit's files come in, and what each is for."""


def look_at_unit(transaction: Transaction, shelf: Shelf, handbook: Handbook, unit: str, say: Texts) -> Seen | None:
    """A unit as the last release shows it; None before the first. NotFound if there is no such unit."""
    _check_unit(handbook, unit)
    last = last_release_number(transaction)
    if last is None:
        return None
    releases = _open(transaction, shelf, *last)
    facts = _facts(transaction, handbook, releases[-1], unit)
    stored = {
        name: load_file(transaction, releases[-1], unit, name, say.language)
        for name in CHARTS
        if name != "map" or unit == PROVINCE
    }
    drawn = {name: content.decode() for name, content in stored.items() if content is not None}
    return Seen(unit_page(facts, releases[:-1], say), facts, releases[:-1], drawn, _offered(say))


def complete_charts(seen: Seen, shelf: Shelf, say: Texts) -> Charts:
    """The unit's charts. What no seal has drawn is drawn now, which takes a moment: never in a transaction."""
    release = seen.facts.release
    about = (str(release.round), str(release.number), seen.facts.unit, say.language)
    charts = {}
    for name, chart in charts_of_unit(seen.facts, seen.earlier, say).items():
        stored = seen.drawn.get(name, "")
        if is_drawing_of(stored, chart):
            charts[name] = stored
            continue
        key = (*about, name, chart.label)
        drawing = shelf.drawings.get(key) or draw_svg(chart)
        _keep(shelf.drawings, key, drawing)
        charts[name] = drawing
    return charts


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release in the list of its round."""

    number: int
    edition: str
    changed: str


@dataclass(frozen=True, slots=True)
class RoundPage:
    """The releases of a round, the newest first; the years there are; how to read the figures."""

    year: int
    years: tuple[int, ...]
    releases: tuple[ReleaseLine, ...]
    reading: list[str]


def look_at_round(
    transaction: Transaction, shelf: Shelf, handbook: Handbook, unit: str, year: int | None, say: Texts
) -> RoundPage:
    """The releases of a round, of the newest without a `year`. NotFound if there is no such round."""
    years = tuple(each.year for each in reversed(load_rounds(transaction)))
    last = last_release_number(transaction)
    chosen = year or (last[0] if last else max(years, default=0))
    if year is not None and year not in years:
        raise NotFound(f"there is no round {year}")
    newest = last if last and last[0] == chosen else _last_of(transaction, chosen)
    releases = _open(transaction, shelf, *newest) if newest else ()
    lines = [
        ReleaseLine(release.number, edition(release, say), what_changed(release.for_unit(unit), before, unit, say))
        for release, before in zip(releases, [None, *releases], strict=False)
    ]
    reading = how_to_read(_facts(transaction, handbook, releases[-1], unit), say) if releases else []
    return RoundPage(chosen, years, tuple(reversed(lines)), reading)


def _last_of(transaction: Transaction, year: int) -> tuple[int, int] | None:
    release = load_last_release(transaction, year)
    return (release.round, release.number) if release else None


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """One release: what it changed, and which files of it are kept."""

    name: str
    edition: str
    as_of: str
    changed: str
    changes: Table
    files: tuple[tuple[str, str], ...]
    """The formats, and what each is for."""


def look_at_release(
    transaction: Transaction, shelf: Shelf, handbook: Handbook, unit: str, year: int, number: int, say: Texts
) -> ReleasePage:
    """One release as the staff of a unit see it. NotFound if there is none of this number."""
    _check_unit(handbook, unit)
    newest = last_release_number(transaction)
    releases = _open(transaction, shelf, year, number)
    before = releases[-2] if len(releases) > 1 else None
    facts = _facts(transaction, handbook, releases[-1], unit)
    is_kept = unit == PROVINCE or facts.release.kind == "final" or (year, number) == newest
    return ReleasePage(
        name=unit_name(facts, say),
        edition=edition(facts.release, say),
        as_of=said_as_of(facts.release, say),
        changed=what_changed(facts.release, before, unit, say),
        changes=changes_table(facts, before, say),
        files=_offered(say) if is_kept else (),
    )


def _offered(say: Texts) -> tuple[tuple[str, str], ...]:
    return (
        ("xlsx", say.plain("console.file.xlsx")),
        ("pdf", say.plain("console.file.pdf")),
        ("png", say.plain("console.file.png")),
        ("csv", say.plain("console.file.csv")),
        ("json", say.plain("console.file.json")),
    )


def _check_unit(handbook: Handbook, unit: str) -> None:
    if unit != PROVINCE and unit not in handbook.province.by_code:
        raise NotFound(f"there is no unit {unit}")


def _facts(transaction: Transaction, handbook: Handbook, release: Release, unit: str) -> ReleaseFacts:
    adults = load_adults(transaction)
    return ReleaseFacts(release.for_unit(unit), unit, handbook.province, adults, handbook.criteria)


def _open(transaction: Transaction, shelf: Shelf, year: int, number: int) -> tuple[Release, ...]:
    """The releases of a round up to this one, in order. NotFound if it is not there."""
    found = (_opened(transaction, shelf, year, each) for each in range(1, number + 1))
    releases = tuple(release for release in found if release is not None)
    if not releases or releases[-1].number != number:
        raise NotFound(f"round {year} has no release {number}")
    return releases


def _opened(transaction: Transaction, shelf: Shelf, year: int, number: int) -> Release | None:
    release = shelf.releases.get((year, number)) or load_release(transaction, year, number)
    if release is not None:
        _keep(shelf.releases, (year, number), release)
    return release


def _keep(kept: OrderedDict[_Key, _Thing], key: _Key, thing: _Thing) -> None:
    """Puts something last in line for being dropped."""
    kept.pop(key, None)
    kept[key] = thing
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
