"""Exported figures as linear equations over unknown numbers of people, and over their points. Not the product's."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse

from tests.attacks.exports import Release, Row
from tests.attacks.residual import Measure, highest, lowest, measures_of
from tests.attacks.truth import COARSE

linprog: Any = scipy.optimize.linprog  # scipy has no types
csr_matrix: Any = scipy.sparse.csr_matrix

DECIMALS = 7
BY = {"T2": "group", "T3": "sex", "T4": "age"}
VALUES = {
    "group": ("farmer", "worker", "official", "student"),
    "sex": ("female", "male", "undisclosed"),
    "age": ("15-17", "18-29", "30-44", "45-59", "60+", "undisclosed"),
}
Key = dict[str, str]


@dataclass
class Equations:
    """Linear equations over unknown numbers of people, none below zero."""

    unknowns: int
    rows: list[list[int]] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)
    at_most: list[tuple[list[int], list[int], float]] = field(default_factory=list)  # plus, minus, sum

    def add(self, unknowns: list[int], people: float) -> None:
        """These unknowns hold so many people together."""
        self.rows.append(unknowns)
        self.sums.append(people)

    def close(self) -> None:
        """Builds the matrices, once for all questions."""
        places = [(row, column, 1) for row, columns in enumerate(self.rows) for column in columns]
        limits = [(row, c, 1) for row, (plus, _, _) in enumerate(self.at_most) for c in plus]
        limits += [(row, c, -1) for row, (_, minus, _) in enumerate(self.at_most) for c in minus]
        self._equal = _matrix(places, len(self.rows), self.unknowns)
        self._limits = _matrix(limits, len(self.at_most), self.unknowns) if self.at_most else None

    def bounds(self, unknowns: list[int]) -> tuple[float, float] | None:
        """The least and the most that these unknowns hold together; None if the equations contradict each other."""
        costs = np.zeros(self.unknowns)
        costs[unknowns] = 1
        found = []
        for sign in (1, -1):
            solved = linprog(
                sign * costs,
                A_ub=self._limits,
                b_ub=[limit for _, _, limit in self.at_most] or None,
                A_eq=self._equal,
                b_eq=self.sums,
                method="highs",
            )
            if solved.status == 2:
                return None
            found.append(sign * solved.fun if solved.status == 0 else float("inf"))
        return round(found[0], DECIMALS) + 0.0, round(found[1], DECIMALS) + 0.0


def _matrix(places: list[tuple[int, int, int]], rows: int, columns: int) -> Any:
    row, column, value = zip(*places, strict=True)
    return csr_matrix((value, (row, column)), shape=(rows, columns))


class Model:
    """Unknown numbers of people by unit (a shown row of T1), group, sex and age.

    With a measure, also the points of those people in it, as a part of the most that one can have: a cell has at
    most as many such points as people.
    """

    def __init__(self, final: Release, *, nobody_erased: bool, measure: Measure = "") -> None:
        self.final = final
        self.measure = measure
        self.units = [row.commune for row in final.shown]
        rest = (final.province.n or 0) - sum(row.n or 0 for row in final.shown)
        if rest > 0:
            self.units.append("rest")
        self.cells = [
            {"commune": unit, "group": group, "sex": sex, "age": age}
            for unit in self.units
            for group in VALUES["group"]
            for sex in VALUES["sex"]
            for age in VALUES["age"]
        ]
        self.equations = Equations(len(self.cells) * (2 if measure else 1))
        for row in final.shown:
            self._say(row, exact=self._has_all(row, nobody_erased=nobody_erased))
        if rest > 0:
            self._add_sum(self.inside({"commune": "rest"}), rest, exact=nobody_erased)
        for table in final.tables:
            for row in table.rows:
                if table.id > "T1" and row.n is not None:
                    self._say(row, exact=True)
        if measure:
            self.equations.at_most += [([self.points(place)], [place], 0) for place in range(len(self.cells))]
        self.equations.close()

    def _has_all(self, row: Row, *, nobody_erased: bool) -> bool:
        """A row of T1 that did not move at the close may hold people who were erased since."""
        cells = [cell for table in BY for cell in self.final.rows(table) if cell.commune == row.commune]
        shown = [cell for cell in cells if cell.n is not None]
        only_counts = bool(shown) and not any(cell.total for cell in shown)
        return row.as_of == self.final.number or (not only_counts and (nobody_erased or bool(shown)))

    def _say(self, row: Row, *, exact: bool) -> None:
        """What a row says: how many people, and where there is a measure, within which band their points are."""
        assert row.n is not None
        inside = self.inside(dict(row.key))
        self._add_sum(inside, row.n, exact=exact)
        most = dict(measures_of([row])).get(self.measure)
        if most:
            points = [self.points(place) for place in inside]
            self.equations.at_most.append((points, [], highest(row, self.measure, most) / most))
            if exact:
                self.equations.at_most.append(([], points, -lowest(row, self.measure) / most))

    def _add_sum(self, inside: list[int], people: int, *, exact: bool) -> None:
        if exact:
            self.equations.add(inside, people)
        else:
            self.equations.at_most.append((inside, [], people))

    def points(self, place: int) -> int:
        """The unknown that is the points of a cell."""
        return len(self.cells) + place

    def inside(self, key: Key) -> list[int]:
        """The unknowns that a cell is made of."""
        return [
            place
            for place, cell in enumerate(self.cells)
            if all(cell[dim] in COARSE.get(value, {value}) for dim, value in key.items())
        ]


def model_of(final: Release, measure: Measure = "") -> Model | None:
    """The model of an attacker who assumes that nobody was erased where nothing says so.

    They give that up where it contradicts the files; None if even that does not help.
    """
    for nobody_erased in (True, False):
        model = Model(final, nobody_erased=nobody_erased, measure=measure)
        if model.equations.bounds([0]) is not None:
            return model
    return None
