"""The sheets of a form's workbook as they were read: rows of words, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from content.catalogues import SOURCE_LANGUAGE
from content.problems import Cell, Problem, problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: words, and where they stand, by the name of the column and its language."""

    words: Mapping[tuple[str, str], str]
    cells: Mapping[tuple[str, str], Cell]

    def __getitem__(self, name: str) -> str:
        """What stands in a column, in Vietnamese where it has languages; "" if nothing does."""
        return self.words.get((name, SOURCE_LANGUAGE)) or self.words.get((name, ""), "")

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return (name, SOURCE_LANGUAGE) in self.cells or (name, "") in self.cells

    def cell(self, name: str, language: str = "") -> Cell:
        """Where it stands, or would stand; the beginning of the row if there is no such column."""
        wanted = ((name, language),) if language else ((name, SOURCE_LANGUAGE), (name, ""))
        return next((self.cells[each] for each in wanted if each in self.cells), min(self.cells.values()))


@dataclass
class Sheets:
    """What a workbook holds. `found` is what was in each cell; `languages` are those of its columns, by code."""

    file: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    found: dict[Cell, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, cell: Cell, **details: object) -> None:
        """One more thing that is wrong."""
        self.problems.append(problem(code, self.file, cell, **details))
