"""Worlds: what is written is read again, what is wrong is said with its line, what is made up is plausible."""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.world_file import ACTS, FORMS, HEADER, INDICATORS, Act, read_world, write_world
from bot.world_making import FEASIBLE, VICTIM, make_world
from engine.errors import SettingsProblem
from engine.state import AGE_BANDS, SEXES

pytestmark = pytest.mark.slow

COMMUNES = [f"{3600 + i:05}" for i in range(75)]
SUBMIT = "2026-03-02,p1,submit,03600,farmer,female,30-44,5,5,5,5,5,5,5,5,5,5"

submits = st.builds(
    Act,
    line=st.just(0),
    day=st.dates(),
    person=st.text("abc-0123456789\u1ea1\u0111", min_size=1),
    act=st.just("submit"),
    commune=st.sampled_from(COMMUNES),
    form=st.sampled_from(FORMS),
    sex=st.sampled_from(SEXES),
    age=st.sampled_from(AGE_BANDS),
    scores=st.tuples(*[st.integers(0, 10)] * INDICATORS),
)
erasures = st.builds(Act, st.just(0), st.dates(), st.just("p1"), st.just("erase"))
seals = st.builds(Act, st.just(0), st.dates(), st.just(""), st.just("seal"))


def without_lines(acts: list[Act]) -> list[tuple[object, ...]]:
    return [(a.day, a.person, a.act, a.commune, a.form, a.sex, a.age, a.scores) for a in acts]


def said(path: Path, *lines: str) -> str:
    """What is said about a file with these lines after the header."""
    path.write_text("\n".join((",".join(HEADER), *lines)), encoding="utf-8")
    with pytest.raises(SettingsProblem) as caught:
        read_world(path, COMMUNES)
    return str(caught.value).removeprefix(str(path))


@given(st.lists(submits | erasures | seals))
def test_what_is_written_is_read_again(acts: list[Act]) -> None:
    acts.sort(key=lambda act: act.day)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "world.csv"
        write_world(path, acts)
        again = read_world(path, COMMUNES)
    assert without_lines(again) == without_lines(acts)
    assert [act.line for act in again] == list(range(2, len(acts) + 2))


def test_a_made_up_world_is_read_as_it_was_made(tmp_path: Path) -> None:
    made = make_world(COMMUNES[:10], median=20, days=30, seed=1)
    write_world(tmp_path / "world.csv", made)
    assert read_world(tmp_path / "world.csv", COMMUNES) == made


def test_a_byte_order_mark_and_short_lines_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "world.csv"
    lines = (",".join(HEADER), SUBMIT, "", "2026-03-03,p1,erase", "2026-03-03,,seal", "2026-03-04,,close,,,")
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    acts = read_world(path, COMMUNES)
    assert [(act.line, act.act, act.person) for act in acts] == [
        (2, "submit", "p1"),
        (4, "erase", "p1"),
        (5, "seal", ""),
        (6, "close", ""),
    ]
    assert acts[0].scores == (5,) * 10


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (SUBMIT.replace("farmer", "famer"), "form 'famer' is not one of farmer, worker, official, student"),
        (SUBMIT.replace("female", "woman"), "sex 'woman' is not one of female, male, undisclosed"),
        (SUBMIT.replace("30-44", "30-45"), f"age '30-45' is not one of {', '.join(AGE_BANDS)}"),
        (SUBMIT.replace("03600", "3600"), "there is no commune '3600'"),
        (SUBMIT.replace("submit", "vote"), f"act 'vote' is not one of {', '.join(ACTS)}"),
        (SUBMIT.replace("p1", ""), "submit needs a person"),
        ("2026-03-02,,erase", "erase needs a person"),
        ("2026-03-02,p1,seal", "seal has no person, but here is 'p1'"),
        ("2026-03-02,p1,close", "close has no person, but here is 'p1'"),
        (SUBMIT.replace("2026-03-02", "2/3/2026"), "day '2/3/2026' is not a date such as 2026-03-01"),
        ("2026-02-28,,seal", "2026-02-28 comes after 2026-03-01; days must not go back"),
        (SUBMIT + "1", "i10 '51' is not a whole number from 0 to 10"),
        (SUBMIT.removesuffix(",5"), "i10 '' is not a whole number from 0 to 10"),
        (SUBMIT.removesuffix("5") + "5.5", "i10 '5.5' is not a whole number from 0 to 10"),
        (SUBMIT.removesuffix("5") + "-1", "i10 '-1' is not a whole number from 0 to 10"),
        (SUBMIT.removesuffix("5") + "²", "i10 '²' is not a whole number from 0 to 10"),
        (SUBMIT + ",5", "18 columns instead of 17"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    assert said(tmp_path / "world.csv", "2026-03-01,,seal", line) == f", line 3: {words}"


def test_nothing_comes_after_close(tmp_path: Path) -> None:
    words = said(tmp_path / "world.csv", "2026-03-01,,close", "2026-03-02,,seal")
    assert words == ", line 3: nothing can come after close"


def test_another_header_is_said_on_line_1(tmp_path: Path) -> None:
    path = tmp_path / "world.csv"
    for text in ("", "day;person\n", ",".join(HEADER[:-1])):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsProblem, match="line 1: the header must be day,person,act"):
            read_world(path, COMMUNES)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="No such file"):
        read_world(tmp_path / "nowhere.csv", COMMUNES)
    (tmp_path / "latin.csv").write_bytes("Mường Bú".encode("utf-16"))
    with pytest.raises(SettingsProblem, match="is not UTF-8"):
        read_world(tmp_path / "latin.csv", COMMUNES)


def test_the_seed_decides_everything() -> None:
    def made(seed: int) -> list[Act]:
        return make_world(COMMUNES[:8], median=15, days=20, seed=seed, sybils=9)

    assert made(3) == made(3)
    assert made(3) != made(4)


def test_a_world_is_plausible() -> None:
    acts = make_world(COMMUNES, median=60, days=42, seed=5)
    people = {act.person: act for act in acts if act.act == "submit"}
    submits = [act for act in acts if act.act == "submit"]
    sizes = Counter(act.commune for act in people.values())
    assert 45 <= median(sizes.get(commune, 0) for commune in COMMUNES) <= 78
    assert max(sizes.values()) > 4 * median(sizes.values()), "a long tail"
    forms = Counter(act.form for act in people.values())
    assert forms["farmer"] > 0.6 * len(people)
    undisclosed = Counter(act.sex for act in people.values())["undisclosed"]
    assert 0 < undisclosed < 0.06 * len(people)
    students = Counter(act.age for act in people.values() if act.form == "student")
    assert students["15-17"] + students["18-29"] > 0.9 * students.total()
    assert 0.02 < len(submits) / len(people) - 1 < 0.06
    assert 0.008 < sum(act.act == "erase" for act in acts) / len(people) < 0.025
    assert {points for act in submits for points in act.scores} == set(FEASIBLE)
    weak = mean(points for act in submits for points in act.scores[4:6])
    assert weak < mean(points for act in submits for points in act.scores) < 8


def test_seals_are_weekly_and_the_last_act_closes() -> None:
    acts = make_world(COMMUNES[:3], median=10, days=35, seed=2)
    seals = [(act.day - date(2026, 3, 2)).days for act in acts if act.act == "seal"]
    assert seals == [6, 13, 20, 27]
    assert (acts[-1].act, acts[-1].day) == ("close", date(2026, 4, 5))
    assert sum(act.act == "close" for act in acts) == 1


def test_erasures_come_after_what_they_erase() -> None:
    acts = make_world(COMMUNES[:20], median=60, days=30, seed=7)
    first = {act.person: act.line for act in reversed(acts) if act.act == "submit"}
    assert all(first[act.person] < act.line for act in acts if act.act == "erase")


def test_sybils_stand_around_the_victim_alone() -> None:
    acts = make_world(COMMUNES[:5], median=20, days=20, seed=9, sybils=12)
    first_seal = next(act.line for act in acts if act.act == "seal")
    victim = next(act for act in acts if act.person == VICTIM)
    there = [act for act in acts if act.commune == victim.commune]
    assert {act.person for act in there} == {VICTIM, *(f"sybil-{i}" for i in range(1, 13))}
    assert all(act.line < first_seal for act in there)
    (answers,) = {act.scores for act in there if act.person != VICTIM}
    assert len(set(answers)) == 1


@given(st.integers(1, 40), st.integers(0, 30), st.integers(0, 2**32), st.integers(0, 12))
def test_any_world_is_in_order(days: int, size: int, seed: int, sybils: int) -> None:
    acts = make_world(COMMUNES[:4], size, days, seed, sybils)
    assert [act.line for act in acts] == list(range(2, len(acts) + 2))
    assert all(earlier.day <= later.day for earlier, later in pairwise(acts))
    assert all(0 <= (act.day - date(2026, 3, 2)).days < days for act in acts)
    assert acts[-1].act == "close"


def test_a_world_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a day"):
        make_world(COMMUNES, 10, 0, 1)
