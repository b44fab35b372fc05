"""Who stands behind every exported figure, from the world that was replayed. Scores attacks; never used in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.world_file import Act
from tests.attacks.exports import Exports, Release, Row

COARSE = {
    "other": {"worker", "official", "student"},
    "15-29": {"15-17", "18-29"},
    "30-59": {"30-44", "45-59"},
}
"""What the values of coarse tables hold."""


@dataclass(frozen=True)
class Ballot:
    """One submit that counts. A retake is another ballot of the same person: `line` tells them apart."""

    line: int
    person: str
    commune: str
    group: str
    sex: str
    age: str
    scores: tuple[int, ...]

    @property
    def total(self) -> int:
        """Points in all."""
        return sum(self.scores)

    def fits(self, key: Mapping[str, str]) -> bool:
        """Whether it belongs into a cell, as far as group, sex and age say."""
        return all(getattr(self, name) in COARSE.get(key[name], {key[name]}) for name in key if name != "commune")


Ballots = frozenset[Ballot]


class Truth:
    """A world as it really was at every seal."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self.acts = tuple(acts)
        self._at: dict[date, Ballots] = {}
        self._line: dict[date, int] = {}
        living: dict[str, Ballot] = {}
        for act in self.acts:
            if act.act == "submit":
                living[act.person] = _ballot(act)
            elif act.act == "erase":
                living.pop(act.person, None)
            else:
                self._at[act.day] = frozenset(living.values())
                self._line[act.day] = act.line

    def at(self, day: date) -> Ballots:
        """All that counted at the seal of that day."""
        return self._at[day]

    def line_at(self, day: date) -> int:
        """The line of the seal of that day."""
        return self._line[day]

    @cached_property
    def seals(self) -> list[date]:
        """The days of all seals and of the close."""
        return list(self._at)


class Scored:
    """The exports of one world beside its truth."""

    def __init__(self, exports: Exports, truth: Truth) -> None:
        self.exports = exports
        self.truth = truth
        self._known: dict[tuple[object, ...], Ballots] = {}

    def behind(self, release: Release, row: Row) -> Ballots:
        """The ballots that a row of T0 or T1 was made of."""
        known = (row.key, row.as_of, row.members, release.number if row.commune in ("", "late") else 0)
        if known not in self._known:
            self._known[known] = self._find_behind(release, row)
        return self._known[known]

    def _find_behind(self, release: Release, row: Row) -> Ballots:
        if row.commune == "":
            together: Ballots = frozenset().union(*(self.behind(release, each) for each in release.shown))
            if len(together) != row.n and row.as_of is not None:  # a publisher that counts everybody
                return self.truth.at(self.exports.release(row.as_of).as_of)
            return together
        if row.commune == "late":
            others = (self.behind(release, each) for each in release.shown if each.commune != "late")
            return self.truth.at(release.as_of).difference(*others)
        if row.as_of is None:
            return frozenset()
        communes = set(row.members) if row.commune == "pooled" else {row.commune}
        at = self.truth.at(self.exports.release(row.as_of).as_of)
        return frozenset(ballot for ballot in at if ballot.commune in communes)

    def in_cell(self, key: Mapping[str, str]) -> Ballots:
        """The ballots of a cell of the final tables: sealed, and not taken back since."""
        final = self.exports.final
        alive = self.truth.at(final.as_of)
        unit = key.get("commune", "")
        rows = [row for row in final.shown if unit in ("", row.commune)]
        ballots = frozenset().union(*(self.behind(final, row) for row in rows)) & alive
        return frozenset(ballot for ballot in ballots if ballot.fits(key))


def _ballot(act: Act) -> Ballot:
    return Ballot(act.line, act.person, act.commune, act.form, act.sex, act.age, act.scores)
