"""Made-up ballots and the rounds they are sealed in, as the handlers and the database do it; nobody's answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from engine.disclosure.audit_breakdowns import People, Row, Shown
from engine.disclosure.catalogue import GROUPS, Cell, Detail, Kind, Values, break_down, finest
from engine.disclosure.pooling import NOTHING_ISSUED, Ballots, Standing
from engine.disclosure.released import Release, ReleasedRow, ReleasedTable, ReleaseKind, TableId
from engine.disclosure.sealing import About, Sealed, Snapshot, seal
from engine.disclosure.suppression import hide_cells
from engine.disclosure.tally import Tally
from engine.errors import ReleaseRefused
from engine.state import AGE_BANDS, SEXES

FIRST_DAY = date(2026, 9, 7)
PASS_MARK, LEAST_POINTS = 65, 5


def everybody_alike(n: int, points: int = 6) -> Tally:
    """`n` people who all have these points in every indicator."""
    passed = n if points * 10 >= PASS_MARK else 0
    return Tally(n, passed, points * 10 * n, (points * n,) * 10)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's. `seal`: the release that took it in, or is about to."""

    commune: str
    kind: Kind
    points: tuple[int, ...]
    seal: int | None = None

    @property
    def tally(self) -> Tally:
        """The sums of this one."""
        meets = sum(self.points) >= PASS_MARK and min(self.points) >= LEAST_POINTS
        return Tally(1, int(meets), sum(self.points), self.points)


@dataclass(slots=True)
class MadeUpRound:
    """The ballots of a round and all its releases. What is drawn is drawn from the seed."""

    communes: Sequence[str]
    detail: Detail = "fine"
    random: Random = field(default_factory=lambda: Random(7))
    ballots: dict[int, Ballot] = field(default_factory=dict)
    standing: Standing = NOTHING_ISSUED
    ledger: list[Release] = field(default_factory=list)
    refusals: int = 0
    last_tag: int = 0

    def arrive(self, commune: str, n: int, kind: Kind | None = None, points: int | None = None) -> None:
        """`n` people hand in; whatever is not said about them is drawn."""
        for _ in range(n):
            self.last_tag += 1
            self.ballots[self.last_tag] = Ballot(commune, kind or self._kind(), self._points(points))

    def erase(self, commune: str, n: int, *, sealed_only: bool = False) -> None:
        """So many of a commune, if there are, take their ballots back."""
        for tag in self._some_of(commune, n, sealed_only):
            del self.ballots[tag]

    def answer_again(self, commune: str, n: int, elsewhere: str | None = None) -> None:
        """So many of a commune hand in once more: the old ballot is written over, unsealed."""
        for tag in self._some_of(commune, n, sealed_only=False):
            old = self.ballots[tag]
            self.ballots[tag] = Ballot(elsewhere or commune, old.kind, self._points(None))

    def seal(self, kind: ReleaseKind = "interim") -> Sealed:
        """Marks, decides, publishes. ReleaseRefused leaves the marks, as an interrupted seal does."""
        number = len(self.ledger) + 1
        for tag, ballot in self.ballots.items():
            if ballot.seal is None:
                self.ballots[tag] = replace(ballot, seal=number)
        sealed = seal(self.about(kind), self.snapshot(number), self.standing, self.ledger)
        for tag, ballot in self.ballots.items():
            if ballot.seal == number and ballot.commune not in sealed.moved:
                self.ballots[tag] = replace(ballot, seal=None)
        self.standing = sealed.standing
        self.ledger.append(sealed.release)
        return sealed

    def try_to_seal(self, kind: ReleaseKind = "interim") -> Sealed | None:
        """The same; None if it is refused."""
        try:
            return self.seal(kind)
        except ReleaseRefused:
            self.refusals += 1
            return None

    def about(self, kind: ReleaseKind) -> About:
        """What the next release is about."""
        number = len(self.ledger) + 1
        day = FIRST_DAY + timedelta(weeks=number)
        return About(2026, number, kind, day, "cdht-2026.1", self.detail, self.communes)

    def snapshot(self, number: int) -> Snapshot:
        """The sums that the database would count for the seal of this number."""
        sealed = [each for each in self.ballots.values() if each.seal not in (number, None)]
        return Snapshot(_sums(sealed), _sums(each for each in self.ballots.values() if each.seal == number))

    def ballots_by_commune(self, number: int) -> Ballots:
        """The same sums by commune alone."""
        snapshot = self.snapshot(number)
        return Ballots(_by_commune(snapshot.sealed), _by_commune(snapshot.added))

    def _some_of(self, commune: str, n: int, sealed_only: bool) -> list[int]:
        theirs = [
            tag
            for tag, each in self.ballots.items()
            if each.commune == commune and (each.seal is not None or not sealed_only)
        ]
        return self.random.sample(theirs, min(n, len(theirs)))

    def _kind(self) -> Kind:
        group = self.random.choices(GROUPS, (50, 25, 15, 10))[0]
        sex = self.random.choices(SEXES, (50, 45, 5))[0]
        return Kind(group, sex, self.random.choices(AGE_BANDS, (5, 25, 35, 25, 8, 2))[0])

    def _points(self, points: int | None) -> tuple[int, ...]:
        level = self.random.gauss(6.8, 1.0)
        drawn = (min(10, max(0, round(self.random.gauss(level, 1.2)))) for _ in range(10))
        return tuple(drawn) if points is None else (points,) * 10


def _sums(ballots: Iterable[Ballot]) -> dict[tuple[str, Kind], Tally]:
    found: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for each in ballots:
        found[each.commune, each.kind] += each.tally
    return dict(found)


def _by_commune(tallies: Mapping[tuple[str, Kind], Tally]) -> dict[str, Tally]:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for (commune, _), tally in tallies.items():
        found[commune] += tally
    return dict(found)


def round_of(sizes: Mapping[str, int], detail: Detail = "fine", seed: int = 7) -> MadeUpRound:
    """A round to which so many people of each commune have handed in; nothing is sealed yet."""
    made_up = MadeUpRound(sorted(sizes), detail, Random(seed))
    for commune, n in sizes.items():
        made_up.arrive(commune, n)
    return made_up


def counts_of(sizes: Mapping[str, int]) -> dict[str, Tally]:
    """Communes with so many people, all alike."""
    return {commune: everybody_alike(n) for commune, n in sizes.items()}


def people_of(
    rows: Mapping[str, Mapping[Kind, int]], removed: Mapping[str, int] | None = None, points: int = 6
) -> People:
    """People by row and kind, all alike; `removed` were in a row when it was issued and have gone."""
    living = {
        Cell(row, kind): everybody_alike(n, points) for row, kinds in rows.items() for kind, n in kinds.items()
    }
    known = {}
    for row, kinds in rows.items():
        gone = (removed or {}).get(row, 0)
        known[row] = Row(everybody_alike(sum(kinds.values()) + gone, points), has_removed=gone > 0)
    return People(finest(list(rows), Values("fine")), living, known)


def shown_of(people: People, *, naively: bool = False, detail: Detail = "fine") -> list[Shown]:
    """The breakdowns of these people with what would be hidden; `naively`: the small cells and nothing else."""
    breakdowns = break_down(list(people.rows), people.living, Values(detail))
    small = [frozenset(name for name, n in each.counts.items() if n < 10) for each in breakdowns]
    return [
        Shown(each, hidden if naively else hide_cells(each)) for each, hidden in zip(breakdowns, small, strict=True)
    ]


def table(release: Release, table_id: TableId, *dims: str) -> ReleasedTable:
    """A table that must be there."""
    found = release.table(table_id, *dims)
    assert found is not None, f"no {table_id} {dims}"
    return found


def row(of: ReleasedTable, **key: str) -> ReleasedRow:
    """A row that must be there."""
    found = of.row(**key)
    assert found is not None, f"no row {key} in {of.id}"
    return found


def issued_people(rows: Iterable[ReleasedRow]) -> int:
    """People in the rows that are shown."""
    return sum(each.n for each in rows if each.n is not None)


def rows_of(of: ReleasedTable, commune: str) -> list[ReleasedRow]:
    """The rows of a commune, or of the pooled or the late row."""
    return [each for each in of.rows if each.commune == commune]


def every_kind(n: int) -> dict[Kind, int]:
    """`n` people of every kind there is."""
    return {Kind(group, sex, age): n for group in GROUPS for sex in SEXES for age in AGE_BANDS}


def all_shown() -> MadeUpRound:
    """A round in which no cell is small, not sealed yet: three communes with ten people of every kind."""
    made_up = MadeUpRound(["a", "b", "c"])
    for commune in made_up.communes:
        for kind, n in every_kind(10).items():
            made_up.arrive(commune, n, kind)
    return made_up
