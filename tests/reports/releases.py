"""Made-up releases of all communes of Sơn La, for tests of files: the same figures every time, nobody's answers.

The counts add up as those of a real release do, small cells are hidden; no audit looks at them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from content.read import read_handbook
from engine.communes import Province
from engine.disclosure.precision import indicator_bands, passed_band, total_band
from engine.disclosure.released import (
    LATE,
    POOLED,
    WITH_INDICATORS,
    Release,
    ReleasedRow,
    ReleasedTable,
    ReleaseKind,
    TableId,
)
from engine.disclosure.rules import K
from engine.disclosure.tally import Tally, sum_of

ROUND = 2026
CONTENT_VERSION = "cdht-2026.1"
INTERIM, FINAL = 3, 9
"""The numbers of the two releases."""

VALUES: dict[str, tuple[str, ...]] = {
    "group": ("farmer", "worker", "official", "student"),
    "sex": ("female", "male", "undisclosed"),
    "age": ("15-17", "18-29", "30-44", "45-59", "60+", "undisclosed"),
}
COARSE_VALUES: dict[str, tuple[str, ...]] = {
    "group": ("farmer", "other"),
    "sex": VALUES["sex"],
    "age": ("15-29", "30-59", "60+", "undisclosed"),
}
OF_COMMUNES: dict[TableId, str] = {"T2": "group", "T3": "sex", "T4": "age"}

SMALL = {"03688": 7, "03868": 4, "04240": 0, "03760": 9}
"""Communes with too few people for a row of their own, and how many: the pooled row."""

NEWCOMER, HUGE, CERTAIN = "03781", "03646", "04018"
"""11 people; 2,400 people; a commune where nearly everybody meets the rule."""

COUNTS_ONLY = frozenset({"03667", "03847"})
"""In the final release their tables by group, sex and age give counts alone."""

NOT_MOVED = {"03721": 1, "03862": 2}
"""Rows that stand as of an earlier release."""

LATE_FROM = {"03712": 6, "03727": 5, "03850": 4, "04231": 3}
"""Who came too late for their commune's row, by commune: the late row of the final release."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up. `row`: the key of the row that counts this person."""

    row: str
    group: str
    sex: str
    age: str
    points: tuple[int, ...]
    meets: bool

    def value(self, dim: str, coarse: bool) -> str:
        """The person's group, sex or age; `coarse`: of the fewer values."""
        exact = {"commune": self.row, "group": self.group, "sex": self.sex, "age": self.age}[dim]
        if not coarse or dim in ("commune", "sex"):
            return exact
        if dim == "group":
            return exact if exact == "farmer" else "other"
        return {"15-17": "15-29", "18-29": "15-29", "30-44": "30-59", "45-59": "30-59"}.get(exact, exact)


@cache
def province() -> Province:
    """The real communes of content/communes/son_la.csv."""
    return read_handbook("son_la").province


def codes() -> tuple[str, ...]:
    """The official codes of all communes, in the order of the file."""
    return tuple(province().by_code)


def adults() -> dict[str, int]:
    """Made-up adults of every commune but three, where nobody has entered them."""
    random = Random(1)
    counted = {code: random.randrange(4_200, 16_500, 10) for code in codes()}
    return {code: number for code, number in counted.items() if code not in (codes()[5], codes()[40], codes()[70])}


def adults_of_all() -> dict[str, int]:
    """The same, with those three."""
    return {**dict.fromkeys(codes(), 8_000), **adults()}


@cache
def interim_release() -> Release:
    """The third release of the round: T0 and T1."""
    people = [person for person, is_early in zip(_people(), _early(), strict=True) if is_early]
    kept = tuple(person for person in people if person.row != LATE)
    tables = (_t0(kept, INTERIM), _t1(kept, INTERIM))
    return _release(INTERIM, "interim", date(2026, 10, 5), tables)


@cache
def final_release(coarse: bool = False) -> Release:
    """The last release of the round: all tables; `coarse`: with fewer groups and ages at the communes."""
    people = _people()
    values = COARSE_VALUES if coarse else VALUES
    tables = [_t0(people, FINAL), _t1(people, FINAL)]
    tables += [_of_communes(people, table_id, dim, values[dim], coarse) for table_id, dim in OF_COMMUNES.items()]
    tables += [_of_province(people, "T5", dims) for dims in (("group", "sex"), ("group", "age"), ("sex", "age"))]
    tables += [_of_province(people, "T6", (dim,)) for dim in VALUES]
    return _release(FINAL, "final", date(2026, 11, 16), tuple(tables))


def hidden_release(kind: ReleaseKind = "interim") -> Release:
    """A release that says nothing: every row of it is hidden."""
    shown = interim_release() if kind == "interim" else final_release()
    tables = tuple(
        ReleasedTable(
            table.id, table.dims, tuple(ReleasedRow(row.key) for row in table.rows if row.commune != LATE)
        )
        for table in shown.tables
    )
    return _release(1, kind, date(2026, 9, 7), tables)


def _release(number: int, kind: ReleaseKind, as_of: date, tables: tuple[ReleasedTable, ...]) -> Release:
    return Release(ROUND, number, kind, as_of, K, CONTENT_VERSION, tables)


@cache
def _people() -> tuple[Person, ...]:
    random = Random(2026)
    people: list[Person] = []
    for commune in province().communes:
        level = random.gauss(6.9, 0.5) + (3.2 if commune.code == CERTAIN else 0.0)
        n = _size(commune.code, random)
        row = POOLED if commune.code in SMALL else commune.code
        people += [_person(random, row, level, commune.pass_mark) for _ in range(n)]
        late = LATE_FROM.get(commune.code, 0)
        people += [_person(random, LATE, level, commune.pass_mark) for _ in range(late)]
    return tuple(people)


def _size(code: str, random: Random) -> int:
    drawn = max(36, round(random.lognormvariate(4.9, 0.7)))
    return {**SMALL, NEWCOMER: 11, HUGE: 2_400}.get(code, drawn)


def _person(random: Random, row: str, level: float, pass_mark: int) -> Person:
    group = random.choices(VALUES["group"], (50, 22, 16, 12))[0]
    sex = random.choices(VALUES["sex"], (51, 45, 4))[0]
    ages = (80, 20, 0, 0, 0, 0) if group == "student" else (0, 22, 36, 25, 13, 4)
    age = random.choices(VALUES["age"], ages)[0]
    level += {"farmer": -0.3, "worker": 0.0, "official": 1.1, "student": 0.4}[group] - (0.5 if age == "60+" else 0)
    own = random.gauss(level, 0.9)
    easier = (0.6, 0.1, 0.2, 0.7, -0.5, -1.3, -0.2, 0.1, 1.0, 0.9)
    points = tuple(min(10, max(0, round(random.gauss(own + ease, 1.0)))) for ease in easier)
    return Person(row, group, sex, age, points, sum(points) >= pass_mark and min(points) >= 5)


@cache
def _early() -> tuple[bool, ...]:
    """Who had come by the interim release: less than half, but all people of the smallest communes."""
    random = Random(3)
    return tuple(person.row in (POOLED, NEWCOMER) or random.random() < 0.45 for person in _people())


def _tally(people: Iterable[Person]) -> Tally:
    return sum_of(Tally(1, int(each.meets), sum(each.points), each.points) for each in people)


def _cells(people: Sequence[Person], dims: tuple[str, ...], coarse: bool = False) -> Callable[..., Tally]:
    """Key values in the order of `dims` → the sums over the people of that cell."""
    found: dict[tuple[str, ...], list[Person]] = {}
    for person in people:
        found.setdefault(tuple(person.value(dim, coarse) for dim in dims), []).append(person)
    sums = {key: _tally(cell) for key, cell in found.items()}
    return lambda *key: sums.get(key, Tally())


def _row(table: TableId, key: dict[str, str], tally: Tally, as_of: int, only_count: bool = False) -> ReleasedRow:
    if tally.n < K:
        return ReleasedRow(key)
    members = tuple(sorted(SMALL)) if key == {"commune": POOLED} else ()
    if only_count:
        return ReleasedRow(key, tally.n, as_of)
    indicators = indicator_bands(tally) if table in WITH_INDICATORS else None
    return ReleasedRow(key, tally.n, as_of, passed_band(tally), total_band(tally), indicators, members)


def _t0(people: Sequence[Person], number: int) -> ReleasedTable:
    return ReleasedTable("T0", (), (_row("T0", {}, _tally(people), number),))


def _t1(people: Sequence[Person], number: int) -> ReleasedTable:
    cell = _cells(people, ("commune",))
    rows = [_row("T1", {"commune": code}, cell(code), NOT_MOVED.get(code, number)) for code in codes()]
    rows.append(_row("T1", {"commune": POOLED}, cell(POOLED), number))
    if cell(LATE).n:
        rows.append(_row("T1", {"commune": LATE}, cell(LATE), number))
    return ReleasedTable("T1", ("commune",), tuple(rows))


def _of_communes(
    people: Sequence[Person], table_id: TableId, dim: str, values: tuple[str, ...], coarse: bool
) -> ReleasedTable:
    cell = _cells(people, ("commune", dim), coarse)
    rows: list[ReleasedRow] = []
    for commune in (*codes(), POOLED, LATE):
        hidden = _hidden({value: cell(commune, value).n for value in values})
        for value in values:
            key = {"commune": commune, dim: value}
            tally = Tally() if value in hidden else cell(commune, value)
            rows.append(_row(table_id, key, tally, FINAL, only_count=commune in COUNTS_ONLY))
    return ReleasedTable(table_id, ("commune", dim), tuple(rows))


def _hidden(counts: dict[str, int]) -> set[str]:
    """Values with too few people; and where that is one alone, the smallest of the others with it."""
    hidden = {value for value, n in counts.items() if n < K}
    if len(hidden) == 1:
        hidden.add(min((value for value in counts if value not in hidden), key=counts.__getitem__))
    return hidden


def _of_province(people: Sequence[Person], table_id: TableId, dims: tuple[str, ...]) -> ReleasedTable:
    cell = _cells(people, dims)
    keys: list[tuple[str, ...]] = [()]
    for dim in dims:
        keys = [(*key, value) for key in keys for value in VALUES[dim]]
    rows = tuple(_row(table_id, dict(zip(dims, key, strict=True)), cell(*key), FINAL) for key in keys)
    return ReleasedTable(table_id, dims, rows)
