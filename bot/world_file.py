"""Made-up provinces as CSV: reads and writes what people do, day by day. Never says what comes of it.

One line is one act. `submit` is a finished assessment (again by the same person: a retake), `flood` one by somebody
whose account was made in a flood of new ones, `erase` takes it away, `seal` and `close` are done by the staff.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.errors import SettingsProblem
from engine.state import AGE_BANDS, SEXES

INDICATORS = 10
MOST_POINTS = 10  # of an indicator
HEADER = ("day", "person", "act", "commune", "form", "sex", "age", *(f"i{i + 1}" for i in range(INDICATORS)))
ACTS = ("submit", "flood", "erase", "seal", "close")
FORMS = ("farmer", "worker", "official", "student")


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a world. Only `submit` and `flood` have what follows; `seal` and `close` have no person."""

    line: int
    day: date
    person: str
    act: str
    commune: str = ""
    form: str = ""
    sex: str = ""
    age: str = ""
    scores: tuple[int, ...] = ()


def read_world(path: Path, communes: Collection[str]) -> list[Act]:
    """The acts of a world, in order. `communes` are the codes that exist.

    SettingsProblem, which names file and line, for the first thing that is not as it must be. Whether a form can
    give such scores is not looked at. What an `erase` says beyond its person, and `seal` and `close` beyond their
    day, is not read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsProblem(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsProblem(f"{path} is not UTF-8") from None
    rows = csv.reader(text.splitlines())
    header = tuple(next(rows, ()))
    if header != HEADER:
        raise SettingsProblem(f"{path}, line 1: the header must be {','.join(HEADER)}")
    acts: list[Act] = []
    for row in rows:
        if any(row):
            try:
                act = _read(rows.line_num, row, communes)
                _check_order(act, acts)
            except ValueError as error:
                raise SettingsProblem(f"{path}, line {rows.line_num}: {error}") from None
            acts.append(act)
    return acts


def write_world(path: Path, acts: Iterable[Act]) -> None:
    """Writes acts as a world, in the order given; their line numbers are not kept."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for act in acts:
            scores = act.scores or ("",) * INDICATORS
            day = act.day.isoformat()
            writer.writerow((day, act.person, act.act, act.commune, act.form, act.sex, act.age, *scores))


def _read(line: int, row: list[str], communes: Collection[str]) -> Act:
    if len(row) > len(HEADER):
        raise ValueError(f"{len(row)} columns instead of {len(HEADER)}")
    cells = dict.fromkeys(HEADER, "") | dict(zip(HEADER, (cell.strip() for cell in row), strict=False))
    day, act, person = _day(cells["day"]), _one_of(cells, "act", ACTS), cells["person"]
    if act in ("seal", "close"):
        if person:
            raise ValueError(f"{act} has no person, but here is '{person}'")
        return Act(line, day, "", act)
    if not person:
        raise ValueError(f"{act} needs a person")
    if act == "erase":
        return Act(line, day, person, act)
    if cells["commune"] not in communes:
        raise ValueError(f"there is no commune '{cells['commune']}'")
    return Act(
        line,
        day,
        person,
        act,
        cells["commune"],
        _one_of(cells, "form", FORMS),
        _one_of(cells, "sex", SEXES),
        _one_of(cells, "age", AGE_BANDS),
        tuple(_points(cells, name) for name in HEADER[-INDICATORS:]),
    )


def _check_order(act: Act, before: list[Act]) -> None:
    if before and before[-1].act == "close":
        raise ValueError("nothing can come after close")
    if before and act.day < before[-1].day:
        raise ValueError(f"{act.day} comes after {before[-1].day}; days must not go back")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"day '{written}' is not a date such as 2026-03-01") from None


def _one_of(cells: Mapping[str, str], name: str, known: Collection[str]) -> str:
    if cells[name] not in known:
        raise ValueError(f"{name} '{cells[name]}' is not one of {', '.join(known)}")
    return cells[name]


def _points(cells: Mapping[str, str], name: str) -> int:
    written = cells[name]
    if not (written.isascii() and written.isdigit() and int(written) <= MOST_POINTS):
        raise ValueError(f"{name} '{written}' is not a whole number from 0 to {MOST_POINTS}")
    return int(written)
