"""A small publisher of its own, with flaws to choose from: attacks must succeed on them. Without a flaw: careful.

It shares nothing with the product but the shape of the files. It does without an audit, so even the careful one is
no model to follow.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.world_file import Act
from tests.attacks.broken_bands import Flaws, K, figures
from tests.attacks.broken_sheet import write_sheet
from tests.attacks.broken_tables import final_tables
from tests.attacks.exports import Exports, read_exports
from tests.attacks.truth import Ballots, Truth

COMMUNES = Path(__file__).parents[2] / "content/communes/son_la.csv"


def commune_codes() -> list[str]:
    """The codes of all communes of the province."""
    with COMMUNES.open(encoding="utf-8") as file:
        return [row["code"] for row in csv.DictReader(file)]


def publish(acts: Iterable[Act], folder: Path, flaws: Flaws) -> Exports:
    """Publishes a world with these flaws as release-1.json, release-1.xlsx, … and reads them again."""
    publisher = _Publisher(Truth(acts), flaws, commune_codes())
    folder.mkdir(parents=True)
    for day in publisher.truth.seals:
        release = publisher.seal(day)
        if release is not None:
            path = folder / f"release-{release['release']}"
            path.with_suffix(".json").write_text(json.dumps(release, ensure_ascii=False), encoding="utf-8")
            write_sheet(path.with_suffix(".xlsx"), release, len(publisher.truth.at(day)), flaws)
    return read_exports(folder)


@dataclass
class _Issued:
    """A row of T1 as it was last issued."""

    release: int
    ballots: Ballots
    members: tuple[str, ...]


class _Publisher:
    def __init__(self, truth: Truth, flaws: Flaws, communes: Sequence[str]) -> None:
        self.truth = truth
        self.flaws = flaws
        self.communes = communes
        self.issued: dict[str, _Issued] = {}
        self.number = 1
        self.province: tuple[int, Ballots] = (0, frozenset())

    def seal(self, day: date) -> dict[str, Any] | None:
        """The release of a day; None while there is nothing to publish."""
        alive = self.truth.at(day)
        final = day == self.truth.seals[-1]
        self._move_communes(alive)
        if not self.flaws.unpooled:
            self._move_pool(alive)
        if final and not self.flaws.unpooled:
            self._add_late(alive)
        if not self.issued:
            return None
        everybody: Ballots = alive if self.flaws.unpooled else frozenset().union(*self._ballots())
        if everybody != self.province[1]:
            self.province = (self.number, everybody)
        release = {
            "round": str(day.year),
            "release": self.number,
            "kind": "final" if final else "interim",
            "as_of": day.isoformat(),
            "k": K,
            "content_version": "broken",
            "tables": self._tables(alive, final=final),
        }
        self.number += 1
        return release

    def _ballots(self) -> list[Ballots]:
        return [row.ballots for row in self.issued.values()]

    def _move_communes(self, alive: Ballots) -> None:
        pooled = self.issued["pooled"].members if "pooled" in self.issued else ()
        for commune in self.communes:
            if commune not in pooled:
                self._move(commune, (commune,), alive)

    def _move(self, key: str, members: tuple[str, ...], alive: Ballots) -> None:
        now = _of(alive, members)
        old = self.issued[key].ballots if key in self.issued else frozenset()
        moves = len(now - old) >= K or (self.flaws.live and now != old) or (self.flaws.restates and bool(old - now))
        if moves and len(now) >= K:
            self.issued[key] = _Issued(self.number, now, members)

    def _move_pool(self, alive: Ballots) -> None:
        """Membership is fixed when the row is first issued. A commune may leave when the rest moves, too."""
        fewest = 2 if self.flaws.pool_of_two else 3
        old = self.issued.get("pooled")
        members = old.members if old else tuple(code for code in self.communes if code not in self.issued)
        was = old.ballots if old else frozenset()
        new = _of(alive, members) - was
        counted = alive if self.flaws.leaves_freely else new
        leaving = [code for code in members if old and len(_of(counted, (code,))) >= K]
        staying = tuple(code for code in members if code not in leaving)
        if self.flaws.leaves_freely and leaving:
            del self.issued["pooled"]
            self._move("pooled", staying, alive)
            for code in leaving:
                self._move(code, (code,), alive)
            return
        for kept in (staying, members):
            added = {ballot for ballot in new if ballot.commune in kept}
            if len(added) >= K and len({ballot.commune for ballot in added}) >= fewest:
                self._move("pooled", kept, alive)
                for code in leaving if kept is staying else ():
                    self._move(code, (code,), alive)
                return

    def _add_late(self, alive: Ballots) -> None:
        late = alive.difference(*self._ballots())
        if len(late) >= K and len({ballot.commune for ballot in late}) >= 3:
            self.issued["late"] = _Issued(self.number, late, ())

    def _tables(self, alive: Ballots, *, final: bool) -> list[dict[str, Any]]:
        as_of, everybody = self.province
        row = {"key": {}, "n": len(everybody), "as_of_release": as_of, **figures(everybody, self.flaws)}
        tables: list[dict[str, Any]] = [
            {"id": "T0", "dims": [], "rows": [row]},
            {"id": "T1", "dims": ["commune"], "rows": [self._row(key) for key in self._keys()]},
        ]
        if final:
            units = {key: row.ballots for key, row in self.issued.items()}
            tables += final_tables(units, alive, (self.number, self.communes), self.flaws)
        return tables

    def _keys(self) -> list[str]:
        return [*self.communes, *(key for key in ("pooled", "late") if key in self.issued)]

    def _row(self, key: str) -> dict[str, Any]:
        written: dict[str, Any] = {"key": {"commune": key}, "n": None, "as_of_release": None}
        row = self.issued.get(key)
        if row is None:
            return written | {"pass": None, "total": None, "indicators": None}
        written |= {"n": len(row.ballots), "as_of_release": row.release}
        if key == "pooled":
            written["members"] = list(row.members)
        return written | figures(row.ballots, self.flaws)


def _of(ballots: Ballots, communes: Sequence[str]) -> Ballots:
    return frozenset(ballot for ballot in ballots if ballot.commune in communes)
