"""The fixed catalogue of tables and their dimensions: nothing else can be had.

T0 the province, T1 the communes; T2 commune x group, T3 commune x sex, T4 commune x age; T5 the province by two of
them, T6 by one. Interim releases hold T0 and T1. The breakdowns come once, with the final release: a table that
comes once cannot be compared with an earlier one of itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.disclosure.released import TableId
from engine.disclosure.tally import Tally, sum_of
from engine.state import AGE_BANDS, SEXES

Detail = Literal["fine", "coarse"]
"""How finely communes are broken down; chosen before a round opens, never from its data.

`coarse` (two groups, three ages) where fewer than about 150 answers a commune are expected: half as many cells are
hidden then. The province is always broken down finely.
"""

GROUPS = ("farmer", "worker", "official", "student")
_COARSE_AGES = {"15-17": "15-29", "18-29": "15-29", "30-44": "30-59", "45-59": "30-59"}


class Kind(NamedTuple):
    """What one ballot says about a person beside the commune and the scores."""

    group: str
    sex: str
    age: str


class Cell(NamedTuple):
    """The finest cell there is: never published, but every published figure is a sum of such."""

    row: str
    kind: Kind


Dimension = Literal["group", "sex", "age"]
DIMENSIONS: tuple[Dimension, ...] = ("group", "sex", "age")
PAIRS: tuple[tuple[Dimension, Dimension], ...] = (("group", "sex"), ("group", "age"), ("sex", "age"))
COMMUNE_TABLES: dict[Dimension, TableId] = {"group": "T2", "sex": "T3", "age": "T4"}


@dataclass(frozen=True, slots=True)
class Values:
    """The values of each dimension, for the province and for communes."""

    detail: Detail

    def of_communes(self, dimension: Dimension) -> tuple[str, ...]:
        """The values at commune level, in order."""
        if dimension == "sex":
            return SEXES
        if self.detail == "fine":
            return self.of_province(dimension)
        return ("farmer", "other") if dimension == "group" else ("15-29", "30-59", "60+", "undisclosed")

    def of_province(self, dimension: Dimension) -> tuple[str, ...]:
        """The values at province level, in order."""
        return {"group": GROUPS, "sex": SEXES, "age": AGE_BANDS}[dimension]

    def at_commune(self, dimension: Dimension, kind: Kind) -> str:
        """Which value of a commune's breakdown someone counts for."""
        value = at_province(dimension, kind)
        if self.detail == "fine" or dimension == "sex":
            return value
        if dimension == "age":
            return _COARSE_AGES.get(value, value)
        return value if value == "farmer" else "other"

    def kinds(self) -> list[Kind]:
        """Every kind that a ballot can be of."""
        return [Kind(group, sex, age) for group in GROUPS for sex in SEXES for age in AGE_BANDS]


def at_province(dimension: Dimension, kind: Kind) -> str:
    """Which value of a breakdown of the province someone counts for."""
    return {"group": kind.group, "sex": kind.sex, "age": kind.age}[dimension]


CellName = tuple[str, ...]
"""A cell of a published table: its values in the order of the dimensions; a row's key first where there is one."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of living people with exact sums: what it would say if nothing had to be hidden."""

    table: TableId
    dims: tuple[str, ...]
    cells: Mapping[CellName, Tally]
    made_of: Mapping[CellName, Sequence[int]]
    """For each cell the places, in the list of finest cells, that it is the sum of."""

    @property
    def counts(self) -> dict[CellName, int]:
        """People in each cell."""
        return {name: tally.n for name, tally in self.cells.items()}


def break_down(rows: Sequence[str], living: Mapping[Cell, Tally], values: Values) -> list[Breakdown]:
    """T2 to T6 over these rows. The finest cells are numbered rows first: `finest(rows, values)`."""
    finest_cells = finest(rows, values)
    names: list[tuple[TableId, tuple[str, ...], list[CellName]]] = []
    for dim in DIMENSIONS:
        of_row: list[CellName] = [(row, value) for row in rows for value in values.of_communes(dim)]
        names.append((COMMUNE_TABLES[dim], ("commune", dim), of_row))
    for one, other in PAIRS:
        crossed: list[CellName] = [(a, b) for a in values.of_province(one) for b in values.of_province(other)]
        names.append(("T5", (one, other), crossed))
    names += [("T6", (dim,), [(value,) for value in values.of_province(dim)]) for dim in DIMENSIONS]
    return [_break_down(table, dims, cells, finest_cells, living, values) for table, dims, cells in names]


def finest(rows: Sequence[str], values: Values) -> list[Cell]:
    """Every finest cell of these rows."""
    return [Cell(row, kind) for row in rows for kind in values.kinds()]


def _break_down(
    table: TableId,
    dims: tuple[str, ...],
    names: Sequence[CellName],
    finest_cells: Sequence[Cell],
    living: Mapping[Cell, Tally],
    values: Values,
) -> Breakdown:
    made_of: dict[CellName, list[int]] = {name: [] for name in names}
    for place, cell in enumerate(finest_cells):
        made_of[_name(dims, cell, values)].append(place)
    cells = {
        name: sum_of(living[finest_cells[place]] for place in places if finest_cells[place] in living)
        for name, places in made_of.items()
    }
    return Breakdown(table, dims, cells, made_of)


def _name(dims: tuple[str, ...], cell: Cell, values: Values) -> CellName:
    if dims[0] == "commune":
        dimension = next(each for each in DIMENSIONS if each == dims[1])
        return cell.row, values.at_commune(dimension, cell.kind)
    return tuple(at_province(dim, cell.kind) for dim in DIMENSIONS if dim in dims)
