"""What the console shows about a unit: its figures as words, and a table behind each chart. It draws nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.disclosure.precision import INDICATOR_RANGE
from engine.disclosure.released import POOLED, Release, ReleasedRow
from engine.texts import Texts
from reports.charts.indicators import shown_indicators
from reports.charts.target import share_bars
from reports.commune_report import how_to_read, target_note
from reports.release_words import (
    TARGETS,
    ReleaseFacts,
    as_of,
    indicator_name,
    mean_band,
    member_names,
    people,
    percent,
    row_name,
    share_band,
    unit_name,
)
from reports.unit_figures import Part, big_figures, own_row, province_row, row_of, unmoved, why_hidden, written_row
from reports.what_changed import moved_rows
from reports.what_stands_out import what_stands_out


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. `aside` stands small below the name; `code` is the commune that it is about, if it is."""

    name: str
    cells: tuple[str, ...]
    aside: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in rows: the heading of the names, the headings of the cells, the rows."""

    caption: str
    first: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All words and figures about a unit in one release. What has nothing to show is None or empty."""

    name: str
    as_of: str
    figures: list[Part]
    hidden: Part | None
    unmoved: list[str]
    stands_out: list[str]
    indicators: Table | None
    trend: Table
    target: Table | None
    target_note: str
    communes: Table | None
    reading: list[str]


def unit_page(facts: ReleaseFacts, earlier: Sequence[Release], say: Texts) -> UnitPage:
    """A unit's page. `earlier` are the releases of the round before this one, in order."""
    row = own_row(facts)
    target = _target(facts, say)
    return UnitPage(
        name=unit_name(facts, say),
        as_of=said_as_of(facts.release, say),
        figures=big_figures(row, province_row(facts), say),
        hidden=why_hidden(facts, say),
        unmoved=unmoved(facts, say),
        stands_out=what_stands_out(facts, say),
        indicators=_indicators(facts, say),
        trend=_trend(facts, earlier, say),
        target=target,
        target_note=target_note(facts, say) if target else _no_target(facts, say),
        communes=_communes(facts, say) if facts.is_of_province else None,
        reading=how_to_read(facts, say),
    )


def said_as_of(release: Release, say: Texts) -> str:
    """Which release figures are from, as every page says it."""
    return say.plain("console.statistics.as_of", number=release.number, day=say.date(release.as_of))


def _indicators(facts: ReleaseFacts, say: Texts) -> Table | None:
    shown = shown_indicators(facts)
    if shown is None:
        return None
    columns = [row_name(shown.row, facts, say)]
    bands = [shown.bands]
    if shown.others:
        columns.append(say.plain("statistics_picture.whole_province"))
        bands.append(shown.others)
    lines = (
        Line(indicator_name(indicator, say), tuple(mean_band(each[place], INDICATOR_RANGE, say) for each in bands))
        for place, indicator in enumerate(facts.criteria.indicators)
    )
    caption = say.plain("statistics_picture.indicators", most=INDICATOR_RANGE)
    return Table(caption, say.plain("report.indicator"), tuple(columns), tuple(lines))


def _trend(facts: ReleaseFacts, earlier: Sequence[Release], say: Texts) -> Table:
    lines = (
        Line(
            say.plain("console.statistics.release", number=release.number, day=say.date(release.as_of)),
            written_row(row_of(release, facts.unit) or ReleasedRow({}), say),
        )
        for release in (*earlier, facts.release)
    )
    return Table(
        say.plain("console.statistics.trend"), say.plain("statistics.release"), _columns(say), tuple(lines)
    )


def _columns(say: Texts) -> tuple[str, ...]:
    return (
        say.plain("commune_report.people"),
        say.plain("statistics_picture.meets"),
        say.plain("commune_report.total"),
    )


def _target(facts: ReleaseFacts, say: Texts) -> Table | None:
    bars = share_bars(facts, say)
    if bars is None:
        return None
    names = say.plain("statistics.plan.assessed"), say.plain("statistics.plan.meeting")
    lines = [Line(name, (bar["written"],)) for name, bar in zip(names, bars, strict=True)]
    lines += [
        Line(say.plain("statistics.plan.target", year=year), (percent(share, say),))
        for year, share in TARGETS.items()
    ]
    columns = (say.plain("console.statistics.share"),)
    return Table(
        say.plain("commune_report.target"), say.plain("console.statistics.share_of"), columns, tuple(lines)
    )


def _no_target(facts: ReleaseFacts, say: Texts) -> str:
    missing = len(facts.without_adults)
    if not missing or own_row(facts).n is None:
        return ""
    if not facts.is_of_province:
        return say.plain("console.statistics.no_adults_here")
    return say.plain("console.statistics.no_adults", missing=missing, all=len(facts.province.by_code))


def _communes(facts: ReleaseFacts, say: Texts) -> Table:
    table = facts.release.table("T1")
    lines = (_commune(row, facts, say) for row in (table.rows if table else ()))
    return Table(say.plain("province_report.communes"), say.plain("report.commune"), _columns(say), tuple(lines))


def _commune(row: ReleasedRow, facts: ReleaseFacts, say: Texts) -> Line:
    aside = member_names(row, facts) if row.commune == POOLED else as_of(row, facts.release, say)
    code = row.commune if row.commune in facts.province.by_code else ""
    return Line(row_name(row, facts, say), written_row(row, say), aside, code)


def changes_table(facts: ReleaseFacts, before: Release | None, say: Texts) -> Table:
    """The rows that moved with a release, each beside what it was in the release before."""
    return Table(
        say.plain("console.statistics.changes"),
        say.plain("report.commune"),
        (
            say.plain("commune_report.people"),
            say.plain("console.statistics.people_before"),
            say.plain("statistics_picture.meets"),
            say.plain("console.statistics.meets_before"),
        ),
        tuple(_changes(facts, before, say)),
    )


def _changes(facts: ReleaseFacts, before: Release | None, say: Texts) -> Iterable[Line]:
    province = facts.release.province
    rows = [(province, before.province if before else None)] if province.n is not None else []
    rows += [(each.row, each.before) for each in moved_rows(facts.release, before)]
    for now, then in rows:
        earlier = then or ReleasedRow({})
        cells = (
            people(now.n, say),
            people(earlier.n, say),
            share_band(now.passed, say),
            share_band(earlier.passed, say),
        )
        yield Line(row_name(now, facts, say), cells)
