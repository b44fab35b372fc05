"""The worlds that are attacked: seeded ones, and those made from them to plant, probe, erase and permute."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Literal

from bot.world_file import Act
from bot.world_making import FEASIBLE, make_world
from tests.attacks.broken import commune_codes

COMMUNES = 10
DAYS = 31  # four weekly seals and the close
MEDIANS = (30, 40, 50, 80)

Plant = Literal["all pass", "all fail", "all 10", "all 0", "all 7"]
When = Literal["before seal", "after seal", "before final"]


@cache
def world(seed: int) -> tuple[Act, ...]:
    """The world of a seed: a dozen communes, small to large."""
    communes = Random(seed).sample(commune_codes(), COMMUNES)
    return tuple(make_world(communes, MEDIANS[seed % len(MEDIANS)], DAYS, seed))


@cache
def sybil_world(seed: int) -> tuple[tuple[Act, ...], str, list[tuple[int, ...]]]:
    """A world with 9 to 30 sybils around a victim: its acts, the victim's commune, what the sybils answered."""
    sybils = 9 + seed % 22
    acts = make_world(Random(seed).sample(commune_codes(), COMMUNES), 40, DAYS, seed, sybils)
    fakes = [act for act in acts if act.person.startswith("sybil-")]
    return tuple(acts), fakes[0].commune, [act.scores for act in fakes]


@cache
def with_two_small_communes(seed: int) -> tuple[Act, ...]:
    """A world in which only two communes have fewer than ten people."""
    acts = make_world(commune_codes()[:COMMUNES], 300, DAYS, seed)
    small = commune_codes()[:2]
    left = dict(zip(small, (8, 7), strict=True))
    kept = []
    for act in acts:
        if act.commune in small:
            left[act.commune] -= 1
        if left.get(act.commune, 0) >= 0:
            kept.append(act)
    return tuple(numbered(kept))


@cache
def with_a_leaver() -> tuple[Act, ...]:
    """A world whose pooled row is of three communes with four people each; then one has eleven, the others ten."""
    communes = commune_codes()[:4]
    some = make_world(communes, 300, 1, 1)
    people = {code: [act for act in some if act.commune == code and act.act == "submit"] for code in communes}
    first, second, end = (some[-1].day + timedelta(days=7 * week) for week in (0, 1, 2))
    acts = []
    for day, sizes in ((first, (20, 4, 4, 4)), (second, (0, 7, 2, 0))):
        for code, size in zip(communes, sizes, strict=True):
            acts += [replace(people[code].pop(), day=day) for _ in range(size)]
        acts.append(Act(0, day, "", "seal"))
    return tuple(numbered([*acts, Act(0, end, "", "close")]))


def planted(acts: Sequence[Act], plant: Plant, commune: str, seed: int) -> list[Act]:
    """The world with everybody in a commune alike in one respect."""
    dice = Random(seed)
    scores: dict[Plant, Callable[[], tuple[int, ...]]] = {
        "all pass": lambda: tuple(dice.choice((8, 9, 10)) for _ in range(10)),
        "all fail": lambda: (*(dice.choice(FEASIBLE) for _ in range(9)), 4),
        "all 10": lambda: (10,) * 10,
        "all 0": lambda: (0,) * 10,
        "all 7": lambda: (7,) * 10,
    }
    return [
        replace(act, scores=scores[plant]()) if act.act == "submit" and act.commune == commune else act
        for act in acts
    ]


def with_one_otherwise(acts: Sequence[Act], commune: str, points: int) -> list[Act]:
    """The world with so many points for one person's first indicator; they came in the first week, and stayed."""
    one = steady_people(acts, commune)[0]
    return [
        replace(act, scores=(points, *act.scores[1:])) if act.person == one and act.act == "submit" else act
        for act in acts
    ]


def permuted(acts: Sequence[Act], seed: int) -> list[Act]:
    """The world with the answers of each commune dealt out anew among its people."""
    dice = Random(seed)
    dealt: dict[str, list[tuple[int, ...]]] = {}
    for act in acts:
        dealt.setdefault(act.commune, []).append(act.scores)
    for answers in dealt.values():
        dice.shuffle(answers)
    return [replace(act, scores=dealt[act.commune].pop()) if act.act == "submit" else act for act in acts]


def with_erasure(acts: Sequence[Act], person: str, when: When) -> list[Act]:
    """The world in which someone of the first week takes their answers back."""
    seals = [act for act in acts if act.act in ("seal", "close")]
    submit = next(act for act in acts if act.person == person)
    if when == "before seal":
        return _inserted(acts, submit.line, replace(seals[0], day=submit.day, act="erase", person=person))
    if when == "before final":
        return _inserted(acts, seals[-1].line - 1, replace(seals[-1], act="erase", person=person))
    day = seals[2].day + timedelta(days=1)
    last = max(act.line for act in acts if act.day < day)
    return _inserted(acts, last, replace(seals[2], day=day, act="erase", person=person))


def with_prober(acts: Sequence[Act], commune: str, points: int) -> list[Act]:
    """The world in which, from the first seal on, nothing happens in a commune but one person answering anew."""
    prober = steady_people(acts, commune)[0]
    first = next(act.line for act in acts if act.act == "seal")
    theirs = {act.person for act in acts if act.commune == commune}
    kept = [act for act in acts if act.line < first or act.person not in theirs]
    own = next(act for act in acts if act.person == prober)
    probed = []
    for act in kept:
        probed.append(act)
        if act.act == "seal":
            probed.append(replace(own, day=act.day, scores=(points,) * 10))
    return numbered(probed)


def steady_people(acts: Sequence[Act], commune: str) -> list[str]:
    """Who came to a commune before the first seal and is heard of no more."""
    first = next(act.line for act in acts if act.act == "seal")
    acted = Counter(act.person for act in acts)
    return [
        act.person
        for act in acts
        if act.commune == commune and act.line < first and act.act == "submit" and acted[act.person] == 1
    ]


def early_commune(acts: Sequence[Act]) -> str:
    """The smallest commune that has at least 15 people before the first seal; else the largest by then."""
    communes = {act.commune for act in acts if act.commune}
    sizes = sorted((len(steady_people(acts, commune)), commune) for commune in communes)
    return next((commune for size, commune in sizes if size >= 15), sizes[-1][1])


def _inserted(acts: Sequence[Act], after: int, act: Act) -> list[Act]:
    """With an act after the one on that line."""
    return numbered([*(each for each in acts if each.line <= after), act, *(a for a in acts if a.line > after)])


def numbered(acts: Sequence[Act]) -> list[Act]:
    """The acts as they stand, one after the other."""
    return [replace(act, line=line) for line, act in enumerate(acts, start=2)]
