"""Workbooks for tests: the shipped forms as officers get them, with cells changed as officers would change them."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from content.translated import translated_from
from content.workbook_writing import make_workbook
from tests.chats import handbook

NEW_VERSION = "2026.2"
Change = Callable[[Any], None]
"""What somebody does with an open workbook."""


@cache
def workbook_of(form: str = "farmer") -> bytes:
    """A shipped form as a workbook."""
    say = handbook().speak("vi")
    return make_workbook(translated_from(handbook().forms[form], handbook().languages), say, say)


def changed(*changes: tuple[str, object] | Change, form: str = "farmer", version: str = NEW_VERSION) -> bytes:
    """A form with other cells (`("survey!D2", "…")`) or other sheets, under a new version."""
    book = load_workbook(BytesIO(workbook_of(form)))
    book["settings"]["B2"] = version
    for change in changes:
        if callable(change):
            change(book)
        else:
            sheet, _, cell = change[0].partition("!")
            book[sheet][cell] = change[1]
    return saved(book)


def saved(book: Any) -> bytes:
    """An open workbook as bytes."""
    written = BytesIO()
    book.save(written)
    return written.getvalue()
