"""docs/release.schema.json describes every release there can be, and nothing that a release must not say."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from engine.disclosure.released import Release, document, reopen
from engine.disclosure.rules import K
from tests.reports.releases import codes, final_release, hidden_release, interim_release

pytestmark = pytest.mark.slow  # validates whole releases again and again

Document = dict[str, Any]

SCHEMA: Document = json.loads((Path(__file__).parents[2] / "docs/release.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())

RELEASES: dict[str, Release] = {
    "interim": interim_release(),
    "final": final_release(),
    "final with little detail": final_release(coarse=True),
    "hidden": hidden_release(),
    "hidden final": hidden_release("final"),
    "a commune's": final_release().for_unit("03847"),
    "a small commune's": interim_release().for_unit("03688"),
}


def first(written: Document, table: int) -> Document:
    """The first row of a table."""
    row: Document = written["tables"][table]["rows"][0]
    return row


def shown(**changed: Any) -> Callable[[Document], None]:
    return lambda written: first(written, 1).update(changed)


BROKEN: dict[str, Callable[[Document], object]] = {
    "too few people": shown(n=K - 1),
    "nobody": shown(n=0),
    "a share of more than all": shown(**{"pass": [0.9, 1.1]}),
    "a share that is no band": shown(**{"pass": 0.42}),
    "a band with three ends": shown(total=[60, 65, 70]),
    "nine indicators": shown(indicators=[[7, 8]] * 9),
    "points below the scale": shown(indicators=[[-1, 0]] * 10),
    "a hidden row with a mean": shown(n=None, as_of_release=None),
    "a count as of no release": shown(as_of_release=None),
    "a share without a total": shown(total=None),
    "members of a commune": shown(members=["03646"]),
    "something more about a row": shown(updated_at="2026-10-05T07:30:00Z"),
    "a code without its 0": shown(key={"commune": "3646"}),
    "a key of another table": shown(key={"commune": "03646", "sex": "female"}),
    "a row without its indicators": lambda written: first(written, 1).pop("indicators"),
    "a row without n": lambda written: first(written, 1).pop("n"),
    "no such day": lambda written: written.update(as_of="2026-02-30"),
    "a time": lambda written: written.update(as_of="2026-10-05T07:30"),
    "a year as a number": lambda written: written.update(round=2026),
    "another k": lambda written: written.update(k=5),
    "no province": lambda written: written["tables"].pop(0),
    "two provinces": lambda written: written["tables"].append(written["tables"][0]),
    "an unknown table": lambda written: written["tables"][1].update(id="T7"),
    "communes by sex under another id": lambda written: written["tables"][1].update(dims=["commune", "sex"]),
    "something more about the release": lambda written: written.update(made_by="an officer"),
    "an unknown kind": lambda written: written.update(kind="draft"),
}
BROKEN_FINAL: dict[str, Callable[[Document], object]] = {
    "an interim release by sex": lambda written: written.update(kind="interim"),
    "an unknown group": lambda written: first(written, 2)["key"].update(group="miner"),
    "indicators by commune and group": lambda written: first(written, 2).update(indicators=None),
    "by sex and age without the sex": lambda written: first(written, 7)["key"].pop("sex"),
}


def test_the_schema_is_one_itself() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", RELEASES)
def test_every_release_is_as_described(name: str) -> None:
    written = json.loads(json.dumps(document(RELEASES[name])))
    assert [error.message for error in VALIDATOR.iter_errors(written)] == []
    assert reopen(written) == RELEASES[name]


@pytest.mark.parametrize("name", BROKEN)
def test_what_no_release_may_say(name: str) -> None:
    written = deepcopy(document(interim_release().for_unit("03646")))  # short, so quick
    BROKEN[name](written)
    assert not VALIDATOR.is_valid(written)


@pytest.mark.parametrize("name", BROKEN_FINAL)
def test_what_no_final_release_may_say(name: str) -> None:
    written = deepcopy(document(final_release().for_unit("03646")))
    BROKEN_FINAL[name](written)
    assert not VALIDATOR.is_valid(written)


def test_the_least_count_is_that_of_the_rules() -> None:
    assert SCHEMA["properties"]["k"]["const"] == K
    for row in ("row", "row_with_indicators"):
        assert SCHEMA["$defs"][row]["properties"]["n"]["oneOf"][0]["minimum"] == K


def test_the_made_up_releases_hold_what_tests_need() -> None:
    for release in (interim_release(), final_release(), final_release(coarse=True)):
        communes = release.table("T1")
        assert communes is not None
        assert [row.commune for row in communes.rows][:75] == list(codes())
        assert sum(row.n or 0 for row in communes.rows) == release.province.n
        assert {row.n is None for row in communes.rows} == {True, False}
    late = final_release().of_commune("late")
    pooled = final_release().of_commune("pooled")
    assert late is not None
    assert pooled is not None
    assert len(pooled.members) >= 3
    assert any(row.n and row.passed is None for table in final_release().tables for row in table.rows)
