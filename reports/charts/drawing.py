"""Runs Altair and vl-convert: a specification and rows in, a bare SVG out. Nothing else in hoctap touches them.

A specification is made and compiled once in a process, then filled with the rows of each release: compiling takes
longer than drawing. The SVG carries attributes alone, no styles and no scripts, so that a strict page can show it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from reports.look import COLOURS, FONT

if TYPE_CHECKING:
    from types import ModuleType

    import altair

Rows = list[dict[str, Any]]
Specification = dict[str, Any]
"""Of Vega: what Vega-Lite is compiled to."""

HATCHED_BOX = "M-1,-.4H1V.4H-1Z M-.8,.4L0,-.4 M-.2,.4L.6,-.4 M.4,.4L1,-.2 M-1,0L-.6,-.4"
HATCHED_CIRCLE = "M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0Z M-.71,.71L.71,-.71 M-.97,.22L.22,-.97 M-.22,.97L.97,-.22"
"""Shapes of what is hidden: neither nothing nor little. In the coordinates of Vega's own shapes, -1 to 1."""

_QUICKLY_MEASURED = "sans-serif"
"""Vega measures all words, five times slower in our own font, and nothing here is placed by how wide they are."""

_SVG = "{http://www.w3.org/2000/svg}"
_KEPT = frozenset(
    {
        *("d", "height", "transform", "viewBox", "width", "x", "x2", "y", "y2"),
        *("fill", "font-size", "font-weight", "stroke", "stroke-width", "text-anchor"),
    }
)
_NO_MOVE = frozenset({"translate(0,0)", "translate(0.5,0.5)"})  # half a pixel, for sharp edges on old screens


@dataclass(frozen=True, slots=True)
class Chart:
    """A specification, the rows it is drawn from by the names it gives them, and in words what is to be seen.

    The specification is made when something is drawn: what has been drawn already costs nobody the libraries.
    """

    specification: Callable[[], Specification]
    rows: Mapping[str, Rows]
    label: str


def draw_svg(chart: Chart) -> str:
    """The chart as an `<svg>` with a role and a label; the same chart gives the same text."""
    specification = chart.specification()
    filled = [
        {"name": each["name"], "values": chart.rows[each["name"]]} if each["name"] in chart.rows else each
        for each in specification["data"]
    ]
    drawn = _converter().vega_to_svg({**specification, "data": filled}, allowed_base_urls=[])
    return _bare(drawn, chart.label)


def compile_chart(layers: "altair.LayerChart", width: float, height: float) -> Specification:
    """Layers on a page of this size, without a frame; their data are put in when it is drawn."""
    import altair  # noqa: PLC0415 -- heavy, and most processes never draw

    page = (
        layers.properties(width=width, height=height, padding=0, autosize=altair.AutoSizeParams(type="none"))
        .configure(font=_QUICKLY_MEASURED)
        .configure_view(stroke=None)
        .configure_text(color=COLOURS["ink"], baseline="middle", align="left", dy=0.6)
        .configure_tick(opacity=1)
        .configure_point(opacity=1, filled=True)
    )
    compiled: Specification = _converter().vegalite_to_vega(page.to_dict())
    del compiled["background"]  # the ground is the page's, white or dark
    return compiled


@cache
def _converter() -> "ModuleType":
    import vl_convert  # noqa: PLC0415 -- as Altair above

    return vl_convert


def _bare(drawn: str, label: str) -> str:
    """Without Vega's classes, roles and empty shapes: readers hear one label, and the table has the figures."""
    ElementTree.register_namespace("", _SVG[1:-1])
    root = ElementTree.fromstring(drawn)  # noqa: S314 -- Vega wrote it
    _strip(root)
    root.attrib = {"role": "img", "aria-label": label, "font-family": FONT, **root.attrib}
    return ElementTree.tostring(root, encoding="unicode")


def _strip(element: ElementTree.Element) -> None:
    element.attrib = {
        name: value
        for name, value in element.attrib.items()
        if name in _KEPT and not (name == "transform" and value in _NO_MOVE)
    }
    children = list(element)
    for child in children:
        element.remove(child)
        _strip(child)
        if child.tag == f"{_SVG}g" and not child.attrib:
            element.extend(child)
        elif _shows_something(child):
            element.append(child)


def _shows_something(element: ElementTree.Element) -> bool:
    if element.tag == f"{_SVG}text":
        return bool(element.text)
    if element.tag == f"{_SVG}path":
        return not {"fill", "stroke"}.isdisjoint(element.attrib)
    return True
