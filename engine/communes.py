"""The communes of a province, and finding one from what people type: old names, no accents, a slip or two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from engine.text import fold

MOST_HITS = 99
"""More are not listed: half the province, and nobody leafs through that."""

_KINDS = ("thanh pho", "thi tran", "thi xa", "phuong", "huyen", "tt", "tp", "xa", "p", "x")
"""As people type them, folded; the long ones first."""

_EXACT, _BEGINS, _CONTAINS, _DISTRICT = 100.0, 95.0, 90.0, 85.0
_SLIPS_FROM = 78.0  # rapidfuzz ratio: two slips in a name of nine letters still pass
_SHORTEST_QUERY = 2


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A commune of before 1 July 2025 and the district it lay in."""

    name: str
    district: str

    @property
    def district_name(self) -> str:
        """The district without its kind: "Huyện Mường La" → "Mường La"."""
        return self.district.removeprefix("Huyện ").removeprefix("Thị xã ").removeprefix("Thành phố ")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune-level unit of today. `pass_mark_assumed`: the association has not confirmed the mark yet."""

    code: str
    name: str
    latitude: float
    longitude: float
    former: tuple[FormerUnit, ...]
    pass_mark: int
    pass_mark_assumed: bool

    @property
    def bare_name(self) -> str:
        """The name without its kind, as maps write it: "Phường Tô Hiệu" → "Tô Hiệu"."""
        return self.name.removeprefix("Xã ").removeprefix("Phường ")

    @property
    def search_words(self) -> str:
        """All its names of today and of before, folded."""
        return fold(" ".join((self.name, *(unit.name for unit in self.former))))


@dataclass(frozen=True, slots=True)
class CommuneHit:
    """A commune that fits, and the old name it was found by (None: by today's name)."""

    commune: Commune
    former: FormerUnit | None

    @property
    def key(self) -> str:
        """What a button carries: "03667" or "03667.1" for the second of its former units."""
        if self.former is None:
            return self.commune.code
        return f"{self.commune.code}.{self.commune.former.index(self.former)}"


@dataclass(frozen=True)
class Province:
    """A province and its communes."""

    name: str
    communes: tuple[Commune, ...]

    @cached_property
    def by_code(self) -> dict[str, Commune]:
        """Communes by their statistical code."""
        return {commune.code: commune for commune in self.communes}

    def hit(self, key: str) -> CommuneHit | None:
        """The hit that a button named, None if there is no such commune (any more)."""
        code, _, place = key.partition(".")
        commune = self.by_code.get(code)
        if commune is None or (place and not (place.isdigit() and int(place) < len(commune.former))):
            return None
        return CommuneHit(commune, commune.former[int(place)] if place else None)

    def search(self, typed: str) -> list[CommuneHit]:
        """Any part of a name of today or of before → the communes that may be meant, the likeliest first.

        A full name hides what only resembles it. An old name that is today's name of the same commune is not
        listed apart.
        """
        bare, kind = _without_kind(fold(typed))
        if len(bare) < _SHORTEST_QUERY:
            return []
        marks: dict[CommuneHit, float] = {}
        for entry, mark in self._matches(bare, kind):
            marks[entry] = max(mark, marks.get(entry, 0.0))
        if not marks:
            return []
        best = max(marks.values())
        floor = best if best >= _BEGINS else 0.0
        found = sorted((h for h in marks if marks[h] >= floor), key=lambda h: (-marks[h], h.former is not None))
        return _without_repeats(found)[:MOST_HITS]

    def _matches(self, bare: str, kind: str) -> Iterable[tuple[CommuneHit, float]]:
        for entry in self._entries:
            if bare in (entry.name, entry.with_district):
                # "xã X" and "phường X" can be two places: the kind that was typed counts a little.
                yield entry.hit, _EXACT + (1.0 if kind and entry.full.startswith(kind) else 0.0)
            elif entry.name.startswith(bare):
                yield entry.hit, _BEGINS - 1.0
            elif bare in entry.name:
                yield entry.hit, _CONTAINS
            elif bare == entry.district:
                yield entry.hit, _DISTRICT
        names = [entry.name for entry in self._entries]
        for _, mark, place in process.extract(bare, names, scorer=fuzz.ratio, limit=None, score_cutoff=_SLIPS_FROM):
            yield self._entries[place].hit, min(mark, _DISTRICT - 1.0)

    @cached_property
    def _entries(self) -> list["_Entry"]:
        entries = []
        for commune in self.communes:
            entries.append(_Entry.of(CommuneHit(commune, None), commune.name, ""))
            entries += [
                _Entry.of(CommuneHit(commune, unit), unit.name, unit.district_name) for unit in commune.former
            ]
        return entries


@dataclass(frozen=True, slots=True)
class _Entry:
    hit: CommuneHit
    name: str
    full: str
    district: str
    with_district: str

    @classmethod
    def of(cls, hit: CommuneHit, name: str, district: str) -> "_Entry":
        full = fold(name)
        bare, _ = _without_kind(full)
        folded = fold(district)
        return cls(hit, bare, full, folded, f"{bare} {folded}")


def _without_kind(folded: str) -> tuple[str, str]:
    for kind in _KINDS:
        if folded.startswith(kind + " "):
            return folded.removeprefix(kind + " "), kind
    return folded, ""


def _without_repeats(hits: Sequence[CommuneHit]) -> list[CommuneHit]:
    """Drops an old name where the same commune is listed by today's name, and it is the same name."""
    current = {hit.commune.code for hit in hits if hit.former is None}
    kept = []
    for hit in hits:
        if hit.former is not None and hit.commune.code in current:
            today, _ = _without_kind(fold(hit.commune.name))
            before, _ = _without_kind(fold(hit.former.name))
            if today == before:
                continue
        kept.append(hit)
    return kept
