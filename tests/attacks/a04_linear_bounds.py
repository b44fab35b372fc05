"""A4: everything that was exported, as linear equations; the least and the most that a hidden cell can hold."""

from itertools import combinations
from random import Random

from tests.attacks.equations import BY, Key, Model, model_of
from tests.attacks.exports import Finding
from tests.attacks.truth import Scored

FEWEST = 10
TINY = 1e-6


def find_narrow_cells(scored: Scored, targets: int = 40, seed: int = 0) -> list[Finding]:
    """Hidden cells, and cells of tables that do not exist, whose number the attacker knows too well.

    A seeded sample of so many targets of either kind.
    """
    final = scored.exports.final
    hidden = [dict(row.key) for table in final.tables if table.id > "T1" for row in table.rows if row.n is None]
    model = model_of(final)
    if model is None:
        return [Finding("A4", "final release", "the figures contradict each other")]
    hidden = [key for key in hidden if key.get("commune", model.units[0]) in model.units]
    dice = Random(seed)
    found = []
    for key in _sample(scored, hidden, targets, dice, least=0):
        found += _judge(scored, model, key, is_pair=False)
    for key in _sample(scored, _unpublished(model), targets, dice, least=1):
        found += _judge(scored, model, key, is_pair=True)
    return found


def _unpublished(model: Model) -> list[Key]:
    values = {dim: list(dict.fromkeys(row[dim] for row in model.final.rows(table))) for table, dim in BY.items()}
    units = [unit for unit in model.units if unit != "rest"]
    return [
        {"commune": unit, one: a, two: b}
        for unit in units
        for one, two in combinations(values, 2)
        for a in values[one]
        for b in values[two]
    ]


def _sample(scored: Scored, keys: list[Key], count: int, dice: Random, least: int) -> list[Key]:
    small = [key for key in keys if least <= len(scored.in_cell(key)) < FEWEST]
    return dice.sample(small, min(count, len(small)))


def _judge(scored: Scored, model: Model, key: Key, *, is_pair: bool) -> list[Finding]:
    true = len(scored.in_cell(key))
    bounds = model.equations.bounds(model.inside(key))
    if bounds is None:
        return []
    low, high = bounds
    if not low - TINY <= true <= high + TINY:
        return []  # a wrong assumption: the attacker believes something false
    where, what = " × ".join(key.values()), f"{true} people, known to be {low:g} to {high:g}"
    if is_pair:
        return [Finding("A4", where, what)] if low >= 1 - TINY and high < FEWEST - TINY else []
    is_narrow = high - low < FEWEST - TINY if true else high - low < TINY
    return [Finding("A4", where, what)] if is_narrow else []
