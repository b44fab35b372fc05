"""A seal: who is counted in it, and that it decides the same from the same ballots."""

import time
from dataclasses import replace

from engine.disclosure.sealing import seal
from tests.engine.disclosure.made_up import MadeUpRound, round_of, row, table


def test_a_refused_seal_changes_nothing_and_the_next_one_takes_everyone_in() -> None:
    made_up = round_of({"a": 3, "b": 3, "c": 3, "d": 0})
    assert made_up.try_to_seal() is None
    assert (made_up.ledger, made_up.standing.rows) == ([], {})
    made_up.arrive("d", 1)
    release = made_up.seal().release
    assert (release.number, release.province.n) == (1, 10)


def test_a_person_who_answers_again_is_never_counted_twice() -> None:
    made_up = round_of({"a": 20, "b": 20, "c": 20})
    made_up.seal()
    made_up.answer_again("a", 9)
    made_up.answer_again("b", 10)
    communes = table(made_up.seal().release, "T1")
    assert row(communes, commune="a").as_of_release == 1
    assert row(communes, commune="b").as_of_release == 2
    assert {one.n for one in communes.rows} == {20}


def test_a_person_who_moves_is_counted_in_the_new_commune_with_its_next_move() -> None:
    made_up = round_of({"a": 20, "b": 20, "c": 20})
    made_up.seal()
    made_up.answer_again("a", 1, elsewhere="b")
    made_up.arrive("b", 9)
    communes = table(made_up.seal().release, "T1")
    assert (row(communes, commune="a").n, row(communes, commune="b").n) == (20, 30)


def test_a_release_with_the_same_input_is_the_same() -> None:
    made_up = round_of({"a": 20, "b": 20, "c": 4, "d": 4, "e": 4})
    arguments = made_up.about("final"), made_up.snapshot(1), made_up.standing, made_up.ledger
    made_up.seal("final")
    ballots = [replace(each, seal=1) for each in made_up.ballots.values()]
    again = replace(made_up, ballots=dict(enumerate(ballots)), ledger=[])
    first, second = (seal(arguments[0], again.snapshot(1), arguments[2], []) for _ in range(2))
    assert first == second
    assert first.release == made_up.ledger[-1]


def test_a_seal_of_the_whole_province_is_quick() -> None:
    made_up = MadeUpRound([f"{number:05}" for number in range(75)])
    for place, commune in enumerate(made_up.communes):
        made_up.arrive(commune, 3 + 2 * place)
    start = time.monotonic()
    made_up.seal()
    assert time.monotonic() - start < 2
