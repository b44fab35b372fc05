"""Puts communes on a page: where each circle lies, how large it is, and which names fit. It never draws.

Distances are points of the page, from the top left corner of the map. The map is equirectangular about the middle
of the province: over 170 km that is as true as any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt

from engine.communes import Commune

KM_PER_DEGREE = 111.2
"""Of latitude, and of longitude at the equator; the mean over the Earth."""

LARGEST_RADIUS = 20.0
SMALLEST_RADIUS = 3.2
"""So that its colour can still be told; the area follows the number of people above it."""

HIDDEN_RADIUS = 3.2

LABEL_SIZE = 7.5
_LETTER = 0.6  # of the size: how wide a letter of the bold face is, on average and a little more
_LINE = 1.25  # of the size: how high a line is, with its accents
_GAP = 2.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether some of it is covered by the other."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Box") -> bool:
        """Whether the other lies wholly inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Circle:
    """A commune on the map. `label` is where its name stands; None where there is no room for it."""

    commune: Commune
    x: float
    y: float
    radius: float
    label: Box | None = None

    def touches(self, box: Box) -> bool:
        """Whether some of the circle is under the box."""
        across = self.x - min(max(self.x, box.left), box.right)
        down = self.y - min(max(self.y, box.top), box.bottom)
        return hypot(across, down) < self.radius


@dataclass(frozen=True, slots=True)
class CommuneMap:
    """Circles in the order they are drawn, the large ones first; `points_per_km` for the scale."""

    width: float
    height: float
    points_per_km: float
    points_per_root: float
    circles: tuple[Circle, ...]

    def radius_of(self, people: int) -> float:
        """How large the circle of so many people is."""
        return max(SMALLEST_RADIUS, self.points_per_root * sqrt(people))


def draw_up_map(communes: Sequence[Commune], people: Mapping[str, int | None], width: float) -> CommuneMap:
    """A map of this width with all communes. `people` by code; None or missing: hidden."""
    rim = LARGEST_RADIUS + _GAP
    spots, height, points_per_km = _spots(communes, width, rim)
    most = max((count for count in people.values() if count), default=1)
    plan = CommuneMap(width, height, points_per_km, LARGEST_RADIUS / sqrt(most), ())
    circles = []
    for commune, (x, y) in zip(communes, spots, strict=True):
        count = people.get(commune.code)
        circles.append(Circle(commune, x, y, plan.radius_of(count) if count else HIDDEN_RADIUS))
    circles.sort(key=lambda circle: (-circle.radius, circle.commune.code))
    labelled = tuple(_with_labels(circles, Box(0, 0, width, height)))
    return CommuneMap(width, height, points_per_km, plan.points_per_root, labelled)


def _spots(communes: Sequence[Commune], width: float, rim: float) -> tuple[list[tuple[float, float]], float, float]:
    """Where each commune lies, how high the map is, and how many points a kilometre takes."""
    north, south = (pick(commune.latitude for commune in communes) for pick in (max, min))
    east, west = (pick(commune.longitude for commune in communes) for pick in (max, min))
    narrowed = cos(radians((north + south) / 2))
    scale = (width - 2 * rim) / max((east - west) * narrowed, 1e-6)
    spots = [
        (rim + (commune.longitude - west) * narrowed * scale, rim + (north - commune.latitude) * scale)
        for commune in communes
    ]
    return spots, 2 * rim + (north - south) * scale, scale / KM_PER_DEGREE


def _with_labels(circles: Sequence[Circle], page: Box) -> Iterable[Circle]:
    """The circles, each with its name at the first place where it covers neither a name nor a circle."""
    taken: list[Box] = []
    for circle in circles:
        free = (
            box
            for box in _places(circle)
            if page.holds(box)
            and not any(box.overlaps(other) for other in taken)
            and not any(other.touches(box) for other in circles if other is not circle)
        )
        label = next(free, None)
        if label:
            taken.append(label)
        yield Circle(circle.commune, circle.x, circle.y, circle.radius, label)


def _places(circle: Circle) -> Iterable[Box]:
    """Where a name may stand: right, left, below, above, then between these."""
    width = len(circle.commune.bare_name) * _LETTER * LABEL_SIZE
    height = _LINE * LABEL_SIZE
    away, near = circle.radius + _GAP, circle.radius * 0.75 + _GAP
    for x, y in (
        (circle.x + away, circle.y - height / 2),
        (circle.x - away - width, circle.y - height / 2),
        (circle.x - width / 2, circle.y + away),
        (circle.x - width / 2, circle.y - away - height),
        (circle.x + near, circle.y + near - height / 2),
        (circle.x + near, circle.y - near - height / 2),
        (circle.x - near - width, circle.y + near - height / 2),
        (circle.x - near - width, circle.y - near - height / 2),
    ):
        yield Box(x, y, x + width, y + height)
