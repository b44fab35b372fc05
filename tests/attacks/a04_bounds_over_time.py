"""A4, over time: what the pooled row and the communes that left it say about those inside."""

from itertools import pairwise
from random import Random

from tests.attacks.a04_linear_bounds import FEWEST, TINY
from tests.attacks.equations import Equations
from tests.attacks.exports import Exports, Finding
from tests.attacks.truth import Scored


def find_narrow_communes(scored: Scored, targets: int = 20, seed: int = 0) -> list[Finding]:
    """Numbers of people of hidden communes, at some release, that the attacker knows too well.

    With R free (people may have gone between releases, so nothing ties one to the next but the published rows), and
    with R = 0 where that does not contradict the files (a commune never has fewer people than before).
    """
    found = []
    for nobody_goes in (False, True):
        equations, places = _equations(scored.exports, nobody_goes=nobody_goes)
        if not equations.rows:
            continue
        wanted = [key for key in places if 1 <= _true(scored, key) < FEWEST and key not in _shown(scored.exports)]
        for key in Random(seed).sample(wanted, min(targets, len(wanted))):
            bounds = equations.bounds([places[key]])
            if bounds is None:
                break
            low, high = bounds
            if low - TINY <= _true(scored, key) <= high + TINY and high - low < FEWEST - TINY:
                assumed = "nobody goes" if nobody_goes else "people may go"
                what = f"{_true(scored, key)} people, known to be {low:g} to {high:g} ({assumed})"
                found.append(Finding("A4", f"{key[0]} at release {key[1]}", what))
    return found


_Key = tuple[str, int]


def _equations(exports: Exports, *, nobody_goes: bool) -> tuple[Equations, dict[_Key, int]]:
    communes = [row.commune for row in exports.releases[-1].rows("T1") if row.commune not in ("pooled", "late")]
    numbers = [release.number for release in exports.releases]
    places = {
        key: place for place, key in enumerate((commune, number) for commune in communes for number in numbers)
    }
    equations = Equations(len(places))
    for release in exports.releases:
        for row in release.shown:
            if row.as_of == release.number and row.commune != "late":
                assert row.n is not None
                equations.add([places[code, row.as_of] for code in row.members or (row.commune,)], row.n)
        rest = (release.province.n or 0) - sum(row.n or 0 for row in release.shown)
        if rest > 0 and release.province.as_of == release.number:
            equations.add([places[row.commune, release.number] for row in release.hidden], rest)
    if nobody_goes:
        for commune in communes:
            for earlier, later in pairwise(numbers):
                equations.at_most.append(([places[commune, earlier]], [places[commune, later]], 0))
    if equations.rows:
        equations.close()
    return equations, places


def _shown(exports: Exports) -> set[_Key]:
    return {(row.commune, row.as_of) for _, row in exports.unit_rows() if row.as_of is not None}


def _true(scored: Scored, key: _Key) -> int:
    commune, number = key
    at = scored.truth.at(scored.exports.release(number).as_of)
    return sum(ballot.commune == commune for ballot in at)
