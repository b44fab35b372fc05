"""The result card (PNG) and the result form (PDF): time and size, each beside an empty page by the same library."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Literal

from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.machine import memory_mb
from benchmarks.world import play_to_the_result
from content.read import read_handbook
from engine.handbook import Handbook
from engine.messages import AttachmentKind
from engine.state import State
from handlers.attachments import make_attachment
from reports.typesetting import PIXELS_PER_INCH

_CARD_PAGE = "#set page(width: 360pt, height: 640pt, margin: 0pt)\n"
_FORM_PAGE = '#set page(paper: "a4", margin: 0pt)\n'
_SOMETHING_NEW = "#h(eval(sys.inputs.n) * 1pt)\n"

_Draw = Callable[[], bytes]


def measure(effort: Effort) -> list[Figure]:
    """A different result each time: Typst remembers what it has drawn."""
    handbook, drawings = read_handbook("son_la"), effort.drawings * effort.repetitions + 1
    states = [play_to_the_result(handbook, number).state for number in range(drawings)]
    card = _ours(handbook, states, "result_card")
    form = _ours(handbook, states, "result_form")
    first_ms, _ = _timed(card)
    return [
        Figure("the first result card of a process, libraries and fonts loaded", "ms", [first_ms]),
        *_side_by_side(effort, "result card, PNG", card, "empty page as PNG by Typst", _empty(_CARD_PAGE, "png")),
        *_side_by_side(
            effort, "result form, A4 PDF", form, "empty page as PDF by Typst", _empty(_FORM_PAGE, "pdf")
        ),
    ]


def _side_by_side(effort: Effort, name: str, ours: _Draw, floor_name: str, floor: _Draw) -> list[Figure]:
    """Each value is the median of a repetition."""
    times: tuple[list[float], list[float]] = [], []
    sizes: tuple[list[float], list[float]] = [], []
    for _ in range(effort.repetitions):
        for draw, time_of, size_of in zip((ours, floor), times, sizes, strict=True):
            drawn = [_timed(draw) for _ in range(effort.drawings)]
            time_of.append(median(milliseconds for milliseconds, _ in drawn))
            size_of.append(median(size for _, size in drawn))
    return [
        Figure(name, "ms", times[0], floor_name, times[1], memory_mb()),
        Figure(f"{name}, its file", "kB", sizes[0], floor_name, sizes[1]),
    ]


def _timed(draw: _Draw) -> tuple[float, float]:
    """Milliseconds and kilobytes of one drawing."""
    began = time.perf_counter()
    drawn = draw()
    return (time.perf_counter() - began) * 1000, len(drawn) / 1000


def _ours(handbook: Handbook, states: list[State], kind: AttachmentKind) -> _Draw:
    following = itertools.cycle(states)
    return lambda: make_attachment(handbook, next(following), kind, 0, datetime.now(UTC)).content


def _empty(page: str, file_format: Literal["png", "pdf"]) -> _Draw:
    import typst

    compiler = typst.Compiler(ignore_system_fonts=True)
    source = (page + _SOMETHING_NEW).encode()
    numbers = itertools.count()

    def draw() -> bytes:
        drawn = compiler.compile(
            source, format=file_format, ppi=PIXELS_PER_INCH, sys_inputs={"n": str(next(numbers))}
        )
        return drawn if isinstance(drawn, bytes) else b""

    return draw
