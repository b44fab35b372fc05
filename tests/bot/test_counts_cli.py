"""The commands of rounds, releases, staff and worlds, as somebody types them."""

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.world_file import FORMS, Act, write_world
from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.state import AGE_BANDS, SEXES
from handlers.release_files import Scope, everything

pytestmark = pytest.mark.slow  # makes files of whole releases

ALL = [f"i{number}" for number in range(1, 11)]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCTAP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOCTAP_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)


def hoctap(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


def said(*arguments: str, typed: str | None = None) -> str:
    result = hoctap(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str, typed: str | None = None) -> str:
    result = hoctap(*arguments, typed=typed)
    assert result.exit_code == 1, result.output
    return result.output


def acts_of(*groups: tuple[str, int], day: date = date(2026, 3, 2), first: int = 0) -> list[Act]:
    """So many people of communes, all alike."""
    acts = []
    for commune, people in groups:
        for number in range(first, first + people):
            about = (commune, "farmer", "female" if number % 2 else "male", "30-44", (8,) * 10)
            acts.append(Act(0, day, f"{commune} {number}", "submit", *about))
    return acts


def replay(folder: Path, acts: list[Act]) -> Path:
    write_world(folder / "w.csv", acts)
    said("world", "replay", str(folder / "w.csv"), "--out", str(folder / "out"))
    return folder / "out"


SEAL = Act(0, date(2026, 3, 2), "", "seal")
ENOUGH = (("03646", 12), ("03667", 30), ("03670", 4), ("03679", 5), ("03688", 6))


def test_a_round_is_opened_once_and_its_key_s_hash_is_printed(tmp_path: Path) -> None:
    printed = said("round", "open", "2027", "--detail", "coarse")
    assert re.search(r"SHA-256 of its key: [0-9a-f]{64}", printed)
    assert "has been opened already" in refused("round", "open", "2027")
    status = said("round", "status")
    assert "2027  open" in status
    assert "detail coarse" in status
    assert "none yet" in status


def test_releases_are_listed_shown_and_exported(tmp_path: Path) -> None:
    out = replay(tmp_path, [*acts_of(*ENOUGH), SEAL])
    assert said("release", "list") == "2026  release 1  interim  2026-03-02  n 57\n"
    shown = said("release", "show", "--round", "2026")
    assert re.search(r"03667 +30  pass 80–100 %  total 80–85  as of 1  Phường Chiềng An", shown)
    assert re.search(r"03670 +…  Phường Chiềng Cơi", shown)
    said("release", "export", "--round", "2026", "--format", "json", "--out", "r.json")
    assert Path("r.json").read_bytes() == (out / "release-1.json").read_bytes()
    said("release", "export", "--round", "2026", "--format", "xlsx", "--out", str(tmp_path))
    assert (tmp_path / "hoctap-2026-release-1.xlsx").read_bytes() == (out / "release-1.xlsx").read_bytes()
    assert "command line  file_downloaded  hoctap-2026-release-1.xlsx" in said("staff", "audit")


def test_what_is_not_there_cannot_be_exported(tmp_path: Path) -> None:
    replay(tmp_path, [*acts_of(*ENOUGH), SEAL])
    export = ("release", "export", "--round", "2026", "--format", "pdf")
    assert "has no pdf for 03646" in refused(*export, "--unit", "03646")
    assert "round 2026 has no release 9" in refused(*export, "--release", "9")


def test_a_seal_is_refused_in_words(tmp_path: Path) -> None:
    said("round", "open", "2030")
    assert "no release (R6)" in refused("release", "seal", "--round", "2030")
    assert "there is no round 2031" in refused("release", "seal", "--round", "2031")


@pytest.fixture
def few_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of file, but of the province and one commune only."""

    def few(handbook: Handbook) -> Scope:
        whole = everything(handbook)
        assert list(whole.units) == [PROVINCE, *handbook.province.by_code]
        return replace(whole, units=whole.units[:2])

    monkeypatch.setattr("handlers.seal_round.everything", few)


@pytest.mark.usefixtures("few_files")
def test_closing_asks_for_two_witnesses_and_the_name_and_can_be_tried_dry(tmp_path: Path) -> None:
    replay(tmp_path, [*acts_of(*ENOUGH), SEAL])
    close = ("round", "close", "2026")
    assert "erase 57 ballots" in said(*close, "--dry-run")
    assert "Nobody watches" in refused(*close, "--witness", "A", typed="\n2025\n")
    watched = (*close, "--witness", "Lò Thị A", "--witness", "Vàng A B")
    assert "nothing was done" in refused(*watched, typed="2025\n")
    assert "2026  open" in said("round", "status")
    said(*watched, "--out", "record.json", typed="2026\n")
    record = json.loads(Path("record.json").read_text(encoding="utf-8"))
    assert record["witnesses"] == ["Lò Thị A", "Vàng A B"]
    assert record["sha256"] in said("round", "status")


def test_staff_are_invited_by_a_link_and_listed(tmp_path: Path) -> None:
    printed = said("staff", "invite", "--unit", "03646", "--bot", "hoctap_bot")
    assert re.search(r"https://t\.me/hoctap_bot\?start=inv_[0-9a-f]{32}\n", printed)
    assert re.search(r"/start inv_[0-9a-f]{32}\n", printed)
    assert "statistics  03646  invited" in said("staff", "list")
    said("staff", "remove", "1")
    assert said("staff", "list") == ""
    assert "no member of staff 1" in refused("staff", "remove", "1")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("code|adults\n", "line 1: the columns must be code,adults"),
        ("code,adults\n99999,100\n", "line 2: there is no commune 99999"),
        ("code,adults\n03646,8.450\n", "line 2: '8.450' is not a number of adults"),
        ("code,adults\n03646,1\n03646,2\n", "line 3: 03646 stands here twice"),
    ],
)
def test_a_wrong_line_of_adults_is_named_and_nothing_is_entered(tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "adults.csv").write_text(written, encoding="utf-8")
    assert why in refused("communes", "set-adults", "adults.csv")


def test_adults_are_entered(tmp_path: Path) -> None:
    (tmp_path / "adults.csv").write_text("code,adults\n03646,8450\n03667,9000\n", encoding="utf-8-sig")
    assert said("communes", "set-adults", "adults.csv") == "2 communes\n"


# ---- worlds --------------------------------------------------------------------------------------------------


def test_a_world_is_made_and_replayed(tmp_path: Path) -> None:
    said("world", "make", "--communes", "8", "--median", "20", "--days", "22", "--out", "w.csv")
    said("world", "replay", "w.csv", "--out", "out")
    names = {path.name for path in Path("out").iterdir()}
    assert names >= {"release-1.json", "release-1.xlsx"}
    assert "2026  closed" in said("round", "status")


def test_exported_counts_are_those_of_a_recount(tmp_path: Path) -> None:
    """Independent of the product: last submit counts, an erasure takes it away, all cells are big enough."""
    communes = ["03646", "03667", "03670", "03679", "03688"]
    acts = []
    for number in range(1500):
        form, sex, age = FORMS[number // 5 % 4], SEXES[number // 7 % 3], AGE_BANDS[number // 11 % 6]
        scores = tuple((0, 4, 7, 8, 10)[(number + each) % 5] for each in range(10))
        commune = communes[number % 5]
        acts.append(Act(0, date(2026, 3, 2), f"p{number}", "submit", commune, form, sex, age, scores))
    acts += [Act(0, date(2026, 3, 3), f"p{number}", "erase") for number in range(0, 60, 7)]
    again = [act for act in acts[:1500:9] if int(act.person[1:]) % 7 or int(act.person[1:]) >= 60]
    acts += [
        Act(0, date(2026, 3, 4), act.person, "submit", act.commune, act.form, act.sex, act.age, (10,) * 10)
        for act in again
    ]
    out = replay(tmp_path, [*acts, Act(0, date(2026, 3, 5), "", "close")])

    last: dict[str, dict[str, str]] = {}
    for row in csv.DictReader((tmp_path / "w.csv").read_text(encoding="utf-8").splitlines()):
        if row["act"] == "submit":
            last[row["person"]] = row
        elif row["act"] == "erase":
            last.pop(row["person"])
    dims = {"commune": "commune", "group": "form", "sex": "sex", "age": "age"}
    compared = 0
    for table in json.loads((out / "release-1.json").read_text(encoding="utf-8"))["tables"]:
        counted = Counter(tuple(row[dims[dim]] for dim in table["dims"]) for row in last.values())
        totals: Counter[tuple[str, ...]] = Counter()
        for row in last.values():
            totals[tuple(row[dims[dim]] for dim in table["dims"])] += sum(int(row[name]) for name in ALL)
        for row in table["rows"]:
            key = tuple(row["key"].values())
            if row["n"] is not None and "pooled" not in key:
                assert row["n"] == counted[key], (table["id"], key)
                assert row["total"][0] <= totals[key] / counted[key] <= row["total"][1]
                compared += 1
    assert compared > 80


def test_scores_that_no_answers_give_are_named(tmp_path: Path) -> None:
    acts = acts_of(("03646", 2))
    scores = (8, 3, *[8] * 8)
    bad = [acts[0], Act(0, acts[1].day, "p", "submit", "03646", "farmer", "male", "60+", scores)]
    write_world(tmp_path / "w.csv", bad)
    told = refused("world", "replay", "w.csv", "--out", "out")
    assert "line 3: the form farmer cannot give 3 points in i2" in told


def test_a_database_with_people_in_it_is_left_alone(tmp_path: Path) -> None:
    replay(tmp_path, acts_of(("03646", 1)))
    assert "is not empty" in refused("world", "replay", "w.csv", "--out", "out")


def test_a_seal_that_is_refused_makes_no_file(tmp_path: Path) -> None:
    out = replay(tmp_path, [*acts_of(("03646", 9)), SEAL])
    assert list(out.iterdir()) == []


def test_an_erasure_of_nobody_does_no_harm(tmp_path: Path) -> None:
    out = replay(tmp_path, [*acts_of(*ENOUGH), Act(0, date(2026, 3, 2), "nobody", "erase"), SEAL])
    assert (out / "release-1.json").exists()
