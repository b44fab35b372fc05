"""Reads the calendar: what is observed every year, and what that sends to whom."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from content.located import line_of
from content.problems import Problem, problem
from content.reading import Reading, read_shape
from content.shapes import CalendarShape, DayShape, ObservanceShape
from engine.campaigns.calendar import Observance, ObservanceSend, Template

_FILE = "content/observances.yaml"
_SHORT_YEAR = 2025  # has no 29 February: a day of the calendar must be there every year


def read_observances(
    reading: Reading, root: Path, templates: Mapping[str, Template] | None
) -> tuple[Observance, ...]:
    """In the order of the file. The names of templates are checked only where these could be read."""
    read = read_shape(reading, root / "observances.yaml", root, CalendarShape)
    if read is None:
        return ()
    shape, data = read
    known: set[str] = set()
    for place, each in enumerate(shape.observances):
        here = data["observances"][place]
        if each.id in known:
            reading.problems.append(problem("C010", _FILE, line_of(here, ("id",)), id=each.id))
        known.add(each.id)
        reading.problems += _check_days(here, each)
        reading.problems += _check_sends(here, each, templates)
    return tuple(_observance(each) for each in shape.observances)


def _check_days(data: Any, shape: ObservanceShape) -> Iterator[Problem]:
    days = {"first": _in_short_year(shape.first), "last": _in_short_year(shape.last)}
    for key, written in (("first", shape.first), ("last", shape.last)):
        if days[key] is None:
            yield problem("C090", _FILE, line_of(data, (key,)), day=written.day, month=written.month)
    if days["first"] and days["last"] and days["last"] < days["first"]:
        yield problem("C091", _FILE, line_of(data, ("last",)))


def _in_short_year(written: DayShape) -> date | None:
    try:
        return date(_SHORT_YEAR, written.month, written.day)
    except ValueError:
        return None


def _check_sends(data: Any, shape: ObservanceShape, templates: Mapping[str, Template] | None) -> Iterator[Problem]:
    known: set[str] = set()
    for place, send in enumerate(shape.sends):
        here = data["sends"][place]
        if send.id in known:
            yield problem("C010", _FILE, line_of(here, ("id",)), id=send.id)
        known.add(send.id)
        if templates is not None and send.template not in templates:
            line = line_of(here, ("template",))
            yield problem("C092", _FILE, line, template=send.template, known=", ".join(templates))
        if send.documents and not send.roles:
            yield problem("C093", _FILE, line_of(here, ("documents",)))


def _observance(shape: ObservanceShape) -> Observance:
    return Observance(
        id=shape.id,
        name=shape.title,
        source=shape.source,
        first=(shape.first.month, shape.first.day),
        last=(shape.last.month, shape.last.day),
        themes={int(year): theme for year, theme in shape.themes.items()},
        sends=tuple(
            ObservanceSend(
                id=each.id,
                template=each.template,
                day=each.day,
                roles=tuple(each.roles),
                documents=tuple(each.documents),
                expires_after_days=each.expires_after_days,
                only_without_theme=each.only_without_theme,
            )
            for each in shape.sends
        ),
    )
