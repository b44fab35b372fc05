"""Whatever people hand in, answer again and take back, week after week: every release keeps the rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.disclosure.pooling import Standing
from engine.disclosure.released import LATE, POOLED, Release, ReleasedRow
from engine.disclosure.rules import FEWEST_ADDED, FEWEST_ADDING_COMMUNES, K
from engine.disclosure.sealing import Sealed
from tests.engine.disclosure.made_up import MadeUpRound, issued_people, table

pytestmark = pytest.mark.slow

COMMUNES = ("a", "b", "c", "d", "e", "f", "g")
SLOW_MACHINE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True)
class Doing:
    """What happens in one commune in one week."""

    commune: str
    arriving: int = 0
    erased: int = 0
    again: int = 0
    elsewhere: str | None = None


Week = list[Doing]

some_people = st.sampled_from([0, 0, 0, 1, 2, 4, 9, 10, 11, 25])
few_people = st.sampled_from([0, 0, 0, 1, 3, 12])
doings = st.builds(
    Doing,
    commune=st.sampled_from(COMMUNES),
    arriving=some_people,
    erased=few_people,
    again=few_people,
    elsewhere=st.one_of(st.none(), st.sampled_from(COMMUNES)),
)
weeks = st.lists(st.lists(doings, max_size=9), min_size=1, max_size=6)
beginnings = st.tuples(*(st.sampled_from([0, 1, 4, 8, 9, 10, 12, 40]) for _ in COMMUNES))
seeds = st.integers(0, 1_000)


def begin(sizes: Sequence[int], seed: int) -> MadeUpRound:
    made_up = MadeUpRound(COMMUNES, random=Random(seed))
    for commune, n in zip(COMMUNES, sizes, strict=True):
        made_up.arrive(commune, n)
    return made_up


def live(made_up: MadeUpRound, week: Week) -> None:
    for each in week:
        made_up.arrive(each.commune, each.arriving)
        made_up.erase(each.commune, each.erased)
        made_up.answer_again(each.commune, each.again, each.elsewhere)


@dataclass(frozen=True, slots=True)
class Before:
    """How a round stood when a seal began; `added`: ballots by commune that no release has taken in."""

    standing: Standing
    last: Release | None
    added: Counter[str]


def seal_and_look(made_up: MadeUpRound) -> tuple[Before, Sealed | None]:
    added = Counter(each.commune for each in made_up.ballots.values() if not _is_taken_in(made_up, each.seal))
    before = Before(made_up.standing, made_up.ledger[-1] if made_up.ledger else None, added)
    return before, made_up.try_to_seal()


def _is_taken_in(made_up: MadeUpRound, mark: int | None) -> bool:
    return mark is not None and mark <= len(made_up.ledger)


def check_sums(release: Release) -> None:
    communes = table(release, "T1")
    assert release.province.n == issued_people(communes.rows), "province = rows + pooled + late (R7)"


def check_sizes(release: Release) -> None:
    for each in release.tables:
        assert all(one.n is None or one.n >= K for one in each.rows), "nothing is said about fewer than ten (R1)"


def check_hidden_rows(release: Release) -> None:
    for each in release.tables:
        for one in each.rows:
            if one.n is None:
                assert one == ReleasedRow(one.key), "a hidden cell says nothing, not even why"


def check_interim(release: Release) -> None:
    assert [each.id for each in release.tables] == ["T0", "T1"], "breakdowns come once, with the final release"
    assert table(release, "T1").row(commune=LATE) is None
    listed = [one.commune for one in table(release, "T1").rows]
    assert [key for key in listed if key != POOLED] == list(COMMUNES)


def check_moves(before: Before, sealed: Sealed) -> None:
    """S2, and which release each row is as of."""
    if before.last is None:
        return
    number = sealed.release.number
    for old in table(before.last, "T1").rows:
        new = table(sealed.release, "T1").row(commune=old.commune)
        if old.n is None or new == old:
            continue
        gained = [before.added[commune] for commune in _communes_of(old) if before.added[commune]]
        assert sum(gained) >= FEWEST_ADDED, "a row moves only with ten new people"
        assert old.commune != POOLED or len(gained) >= FEWEST_ADDING_COMMUNES
        assert new is None or new.as_of_release == number
    moved = any(one.as_of_release == number for one in table(sealed.release, "T1").rows)
    if not moved:
        assert sealed.release.province == before.last.province, "nothing moved, so the province did not"
    assert moved == (sealed.release.province.as_of_release == number)


def _communes_of(of: ReleasedRow) -> tuple[str, ...]:
    return of.members if of.commune == POOLED else (of.commune,)


def check_pool(before: Before, sealed: Sealed) -> None:
    pooled = table(sealed.release, "T1").row(commune=POOLED)
    members = frozenset(pooled.members if pooled else ())
    assert members == sealed.standing.pool
    if pooled:
        assert len(members) >= FEWEST_ADDING_COMMUNES
    for one in table(sealed.release, "T1").rows:
        assert (one.n is None) == (one.commune in members), "hidden are exactly the communes in the pooled row"
    if before.last is not None:
        assert members <= before.standing.pool, "who has left the pool never comes back"


def check(before: Before, sealed: Sealed) -> None:
    check_sums(sealed.release)
    check_sizes(sealed.release)
    check_hidden_rows(sealed.release)
    check_interim(sealed.release)
    check_moves(before, sealed)
    check_pool(before, sealed)


@SLOW_MACHINE
@given(beginnings, weeks, seeds)
def test_every_release_of_a_round_keeps_the_rules(sizes: Sequence[int], round_: list[Week], seed: int) -> None:
    made_up = begin(sizes, seed)
    for week in round_:
        before, sealed = seal_and_look(made_up)
        if sealed is not None:
            check(before, sealed)
        live(made_up, week)
    numbers = [each.number for each in made_up.ledger]
    assert numbers == list(range(1, len(numbers) + 1))


@settings(SLOW_MACHINE, max_examples=6)
@given(beginnings, weeks, seeds)
def test_the_final_release_keeps_them_too(sizes: Sequence[int], round_: list[Week], seed: int) -> None:
    made_up = begin(sizes, seed)
    for week in round_[:3]:
        made_up.try_to_seal()
        live(made_up, week)
    sealed = made_up.try_to_seal("final")
    if sealed is not None:
        check_sums(sealed.release)
        check_sizes(sealed.release)
        check_hidden_rows(sealed.release)
        assert {each.id for each in sealed.release.tables} == {"T0", "T1", "T2", "T3", "T4", "T5", "T6"}


@settings(SLOW_MACHINE, max_examples=20)
@given(beginnings, weeks, seeds)
def test_what_is_hidden_does_not_depend_on_the_scores(sizes: Sequence[int], round_: list[Week], seed: int) -> None:
    made_up = begin(sizes, seed)
    for week in round_[:3]:
        shuffled = with_scores_shuffled(made_up)
        sealed, other = made_up.try_to_seal(), shuffled.try_to_seal()
        assert (sealed is None) == (other is None)
        if sealed is not None and other is not None:
            assert shape(sealed.release) == shape(other.release)
            assert sealed.moved == other.moved
        live(made_up, week)


def test_what_the_final_release_hides_does_not_depend_on_the_scores() -> None:
    made_up = begin((30, 45, 12, 4, 5, 9, 60), seed=3)
    shuffled = with_scores_shuffled(made_up)
    assert made_up.ballots != shuffled.ballots
    assert shape(made_up.seal("final").release) == shape(shuffled.seal("final").release)


def with_scores_shuffled(made_up: MadeUpRound) -> MadeUpRound:
    """The same people with the same history, but within every commune the answers change hands."""
    ballots = dict(made_up.ballots)
    for commune in COMMUNES:
        tags = [tag for tag, each in ballots.items() if each.commune == commune]
        points = [ballots[tag].points for tag in tags]
        Random(9).shuffle(points)
        ballots |= {tag: replace(ballots[tag], points=new) for tag, new in zip(tags, points, strict=True)}
    return replace(made_up, ballots=ballots, ledger=list(made_up.ledger))


def shape(release: Release) -> list[tuple[object, ...]]:
    """Everything but the scores: which rows there are, of how many people, since when."""
    return [
        (each.id, each.dims, tuple(one.key.items()), one.n, one.as_of_release, one.members)
        for each in release.tables
        for one in each.rows
    ]


@settings(SLOW_MACHINE, max_examples=20)
@given(beginnings, seeds)
def test_the_same_ballots_give_the_same_release_in_whatever_order_they_are_counted(
    sizes: Sequence[int], seed: int
) -> None:
    made_up = begin(sizes, seed)
    backwards = replace(made_up, ballots=dict(reversed(made_up.ballots.items())), ledger=[])
    one, other = made_up.try_to_seal(), backwards.try_to_seal()
    assert (one and one.release) == (other and other.release)
