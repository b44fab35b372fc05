"""How many adults communes have: files as spreadsheets write them, what is wrong in them, and what is kept."""

from functools import partial

import pytest

from engine.errors import SettingRefused
from handlers.adults import (
    MOST_ADULTS,
    LineProblem,
    adults_entered,
    adults_file,
    check_adults,
    read_adults,
    read_typed,
    set_adults,
)
from storage.staff import load_audit
from tests.chats import handbook
from tests.handlers.village import Village

PROVINCE = handbook().province


@pytest.mark.parametrize(
    "content",
    [
        b"code,adults\n03646,8450\n",
        b"\xef\xbb\xbfcode;name;adults\r\n03646;T\xc3\xb4 Hi\xe1\xbb\x87u;8450\r\n03667;;\r\n",
        b"adults\tcode\n8450\t3646\n",
        b"commune,adults\r03646 , 8450\r",
        b'"code","note","adults"\n"03646","two\nlines","8450"\n',
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(content: bytes) -> None:
    read = read_adults(content, PROVINCE)
    assert (dict(read.entered), read.problems) == ({"03646": 8450}, ())


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", [(1, "console.adults.columns")]),
        (b"code,adults\n", [(1, "console.adults.nothing")]),
        (b"code,adults\n03646,\n", [(1, "console.adults.nothing")]),
        (b"code,people\n03646,1\n", [(1, "console.adults.columns")]),
        (b"\xff\xfe\x00", [(1, "console.adults.not_text")]),
        (b'code,adults\n"' + b"x" * 140_000 + b'",1\n', [(1, "console.adults.not_text")]),
        (
            b"code,adults\n99999,1\n,5\n03646,0\n",
            [(2, "console.adults.commune"), (3, "console.adults.commune"), (4, "console.adults.number")],
        ),
        (b"code,adults\n03646,1\n3646,2\n", [(3, "console.adults.twice")]),
        (b'code,adults\n"03646\n",1\n99999,1\n', [(4, "console.adults.commune")]),
    ],
)
def test_what_is_wrong_is_named_by_its_line(content: bytes, problems: list[tuple[int, str]]) -> None:
    read = read_adults(content, PROVINCE)
    assert [(each.line, each.key) for each in read.problems] == problems
    assert all(said(each) for each in read.problems)


def said(problem: LineProblem) -> list[str]:
    return [say.plain(problem.key, **problem.values) for say in handbook().languages.values()]


@pytest.mark.parametrize("written", ["0", "-1", "8.450", "8 450", "1e4", "٣", "", str(MOST_ADULTS + 1), "9" * 5000])
def test_what_is_no_number_of_adults_is_refused(written: str) -> None:
    with pytest.raises(SettingRefused):
        check_adults(written)
    assert check_adults(str(MOST_ADULTS)) == MOST_ADULTS


def test_what_is_typed_is_read_by_commune() -> None:
    entered, wrong = read_typed(PROVINCE, {"03646": "8450", "03667": "", "03670": "x", "99999": "1"})
    assert entered == {"03646": 8450, "03667": None}
    assert [(code, refusal.key) for code, refusal in wrong.items()] == [
        ("03670", "console.adults.number"),
        ("99999", "console.adults.commune"),
    ]


def test_only_what_changes_is_kept_and_audited(village: Village) -> None:
    def enter(entered: dict[str, int | None]) -> int:
        return village.run(partial(set_adults, who="staff 7", entered=entered, now=village.clock.now))

    assert enter({"03646": 8450, "03667": 9000}) == 2
    assert enter({"03646": 8450, "03667": None, "03670": None}) == 1
    assert enter({"03646": 8450}) == 0
    assert village.run(adults_entered) == {"03646": 8450}
    lines = [(line.who, line.action, line.about) for line in village.run(partial(load_audit, most=9))]
    assert lines == [("staff 7", "adults_set", "03667 -"), ("staff 7", "adults_set", "03646 8450, 03667 9000")]


def test_the_file_that_goes_out_may_come_back(village: Village) -> None:
    entered = {"03646": 8450, "03667": 9000}
    village.run(partial(set_adults, who="staff 7", entered=entered, now=village.clock.now))
    file = village.run(partial(adults_file, province=PROVINCE))
    assert len(file.content.decode("utf-8-sig").splitlines()) == 76
    assert dict(read_adults(file.content, PROVINCE).entered) == entered
