"""What a benchmark found, and how it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: the values of several repetitions, those of a floor measured between them, memory beside.

    `measured` and `floor` are paired: the ratio is the median of each value over the floor of its repetition.
    """

    what: str
    unit: str
    measured: Sequence[float]
    floor_name: str = ""
    floor: Sequence[float] = ()
    memory_mb: float | None = None

    @property
    def ratio(self) -> float | None:
        """Measured over floor; None where there is no floor."""
        pairs = zip(self.measured, self.floor, strict=True) if self.floor else ()
        ratios = [value / floor for value, floor in pairs]
        return median(ratios) if ratios else None


_HEAD = "| what | median (least–most) | floor in the same run | its median (least–most) | ratio | memory |"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    return "\n".join([_HEAD, "|---|---|---|---|---|---|", *map(_row, figures)])


def _row(figure: Figure) -> str:
    floor = _values(figure.floor, figure.unit) if figure.floor else "–"
    ratio = "–" if figure.ratio is None else f"{figure.ratio:.2f} ×"
    memory = "–" if figure.memory_mb is None else f"{figure.memory_mb:.0f} MB"
    seen = _values(figure.measured, figure.unit)
    return f"| {figure.what} | {seen} | {figure.floor_name or '–'} | {floor} | {ratio} | {memory} |"


def _values(values: Sequence[float], unit: str) -> str:
    least, most = _number(min(values)), _number(max(values))
    spread = "" if least == most else f" ({least}–{most})"
    return f"**{_number(median(values))}**{spread} {unit}".rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
