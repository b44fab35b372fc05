"""The attacker we must withstand: everything published as linear constraints, and how far each secret is pinned.

Linear programs are solved by HiGHS. One solution is a world that fits all that is published, so it tells something
about every secret at once: most are settled long before their own program is solved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import ReleaseRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    World = NDArray[np.float64]

TOLERANCE = 1e-6
"""What HiGHS may be off by, and a little more."""


class Sum(NamedTuple):
    """The unknowns at some places, less those at others, lie between two bounds."""

    places: Sequence[int]
    low: float
    high: float
    less: Sequence[int] = ()


@dataclass(slots=True)
class Published:
    """What is known about non-negative unknowns: sums of some of them, within bounds.

    `at_most` are bounds of the unknowns themselves, where there are any.
    """

    unknowns: int
    at_most: Sequence[float] | None = None
    sums: list[Sum] = field(default_factory=list)

    def say(self, places: Sequence[int], low: float, high: float, less: Sequence[int] = ()) -> None:
        """The sum of the unknowns at these places, less that of others, lies between the bounds."""
        self.sums.append(Sum(places, low, high, less))


@dataclass(frozen=True, slots=True)
class Secret:
    """A sum of unknowns that nobody may learn too closely. `is_safe(low, high)`: may this much be known of it?"""

    places: Sequence[int]
    is_safe: Callable[[float, float], bool]


def find_pinned(published: Published, secrets: Sequence[Secret], truth: Sequence[float] | None) -> list[int] | None:
    """The places of the secrets that the published figures pin too closely; None if no world fits the figures.

    `truth` is a world that should fit, if one is known. ReleaseRefused if the solver cannot tell.
    """
    return _Search(published, secrets).run(truth) if secrets else []


def find_least(published: Published, places: Sequence[int]) -> float:
    """The least that the sum of these unknowns can be. ReleaseRefused if no world fits the figures."""
    world = _Search(published, [Secret(places, lambda _low, _high: True)]).solve([0], [1.0])
    if world is None:
        raise ReleaseRefused("audit", "the figures contradict each other")
    return float(sum(world[place] for place in places))


def find_worlds(published: Published, secret: Secret) -> list["World"]:
    """Two worlds that fit: in one the secret is as small as it can be, in the other as large."""
    search = _Search(published, [secret])
    return [world for direction in (1.0, -1.0) if (world := search.solve([0], [direction])) is not None]


class _Search:
    def __init__(self, published: Published, secrets: Sequence[Secret]) -> None:
        # Loaded at the first audit: most processes never make one, and with HiGHS it takes 60 MB.
        import numpy as np  # noqa: PLC0415

        self._np = np
        self._program = _Program(published)
        self._secrets = secrets
        self._flat = np.concatenate([np.asarray(secret.places, dtype=np.int64) for secret in secrets])
        lengths = [len(secret.places) for secret in secrets]
        self._starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self._low = np.full(len(lengths), np.inf)
        self._high = np.full(len(lengths), -np.inf)

    def run(self, truth: Sequence[float] | None) -> list[int] | None:
        if truth is not None:
            world = self._np.asarray(truth, dtype=float)
            if not self._program.fits(world):
                return None
            self._see(world)
        if not self._look_at_many():
            return None
        pinned = []
        for secret in self._unsettled():
            for direction in (1.0, -1.0):
                if not self._is_settled(secret):  # a program about another one may have settled it
                    self.solve([secret], [direction])
            if not self._is_settled(secret):
                pinned.append(secret)
        return pinned

    def _look_at_many(self) -> bool:
        """Programs about all unsettled secrets together, pulled up and down in changing company."""
        for bit in range(-1, len(self._secrets).bit_length()):
            for direction in (1.0, -1.0):
                left = self._unsettled()
                pull = [direction if bit < 0 or (place >> bit) & 1 else -direction for place in range(len(left))]
                if left and self.solve(left, pull) is None:
                    return False
        return True

    def solve(self, secrets: Sequence[int], pull: Sequence[float]) -> "World | None":
        """The world in which these secrets, each times its pull, are smallest."""
        cost = self._np.zeros(self._program.unknowns)
        for secret, direction in zip(secrets, pull, strict=True):
            cost[list(self._secrets[secret].places)] += direction
        world = self._program.minimise(cost)
        if world is not None:
            self._see(world)
        return world

    def _see(self, world: "World") -> None:
        values = self._np.add.reduceat(world[self._flat], self._starts)
        self._low = self._np.minimum(self._low, values)
        self._high = self._np.maximum(self._high, values)

    def _is_settled(self, secret: int) -> bool:
        low, high = float(self._low[secret]), float(self._high[secret])
        return low <= high and self._secrets[secret].is_safe(low - TOLERANCE, high + TOLERANCE)

    def _unsettled(self) -> list[int]:
        return [secret for secret in range(len(self._secrets)) if not self._is_settled(secret)]


class _Program:
    """One HiGHS model; only what is minimised changes, so that each solution starts from the last one."""

    def __init__(self, published: Published) -> None:
        import numpy as np  # noqa: PLC0415
        from highspy import HighsModelStatus  # noqa: PLC0415 -- as numpy above
        from highspy._core import _Highs  # noqa: PLC0415 -- highspy.Highs prints a banner before it can be told not to

        self._np = np
        self._status = HighsModelStatus
        self.unknowns = published.unknowns
        self._columns = np.arange(published.unknowns, dtype=np.int32)
        self._highs = _Highs()
        for name, value in (("output_flag", False), ("threads", 1)):  # one thread: the same on every machine
            self._highs.setOptionValue(name, value)
        at_most = published.at_most
        upper = np.full(published.unknowns, np.inf) if at_most is None else np.asarray(at_most, dtype=float)
        self._highs.addVars(published.unknowns, np.zeros(published.unknowns), upper)
        self._sums = published.sums
        self._at_most = upper
        starts = [0]
        places: list[int] = []
        weights: list[float] = []
        for each in published.sums:
            places += [*each.places, *each.less]
            weights += [1.0] * len(each.places) + [-1.0] * len(each.less)
            starts.append(len(places))
        self._highs.addRows(
            len(published.sums),
            np.asarray([each.low for each in published.sums], dtype=float),
            np.asarray([each.high for each in published.sums], dtype=float),
            len(places),
            np.asarray(starts[:-1], dtype=np.int32),
            np.asarray(places, dtype=np.int32),
            np.asarray(weights),
        )

    def fits(self, world: "World") -> bool:
        """Whether a world agrees with everything that is published."""
        if (world < -TOLERANCE).any() or (world > self._at_most + TOLERANCE).any():
            return False
        return all(
            each.low - TOLERANCE
            <= float(world[list(each.places)].sum() - world[list(each.less)].sum())
            <= each.high + TOLERANCE
            for each in self._sums
        )

    def minimise(self, cost: "World") -> "World | None":
        """A world with the least cost; None if there is no world. ReleaseRefused if the solver cannot tell."""
        self._highs.changeColsCost(self.unknowns, self._columns, cost)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._status.kInfeasible:
            return None
        if status != self._status.kOptimal:
            raise ReleaseRefused("audit", f"the solver could not tell: {status.name}")
        return self._np.asarray(self._highs.getSolution().col_value)
