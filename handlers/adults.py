"""How many adults communes have, as the association enters it: from a file, or one by one."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO

from engine.communes import Province
from engine.errors import SettingRefused
from engine.messages import File
from engine.text import shorten
from reports.release_words import harmless
from storage.database import Transaction
from storage.releases import load_adults, remove_adults, save_adults
from storage.staff import write_audit

MOST_ADULTS = 9_999_999
LARGEST_FILE = 1_000_000
"""Bytes. A file of the whole province has two thousand."""
_CODE_LENGTH = 5
_LONGEST_SHOWN = 20
_SEPARATORS = ";\t"  # besides the comma: what Excel writes where numbers have a decimal comma
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong in a line of a file: a message of the catalogues and its values."""

    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdultsRead:
    """A file as it was read: commune → adults, and what is wrong. While anything is, nothing is to be kept."""

    entered: Mapping[str, int]
    problems: tuple[LineProblem, ...] = ()


def read_adults(content: bytes, province: Province) -> AdultsRead:
    """A CSV with the columns code,adults (others do not matter), as a spreadsheet saves it in any country.

    A line without a number says nothing about its commune.
    """
    try:
        lines = list(_lines(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error):
        return AdultsRead({}, (LineProblem(1, "console.adults.not_text"),))
    except SettingRefused as refusal:
        return AdultsRead({}, (LineProblem(1, refusal.key),))
    entered: dict[str, int] = {}
    problems = []
    for line, code, adults in lines:
        try:
            if code in entered:
                raise SettingRefused("console.adults.twice", code=code)
            if check_commune(province, code) and adults:
                entered[code] = check_adults(adults)
        except SettingRefused as refusal:
            problems.append(LineProblem(line, refusal.key, refusal.values))
    if not entered and not problems:
        problems.append(LineProblem(1, "console.adults.nothing"))
    return AdultsRead(entered, tuple(problems))


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """(number of the line, code, adults), as they are written. SettingRefused if a column is missing."""
    head = text.partition("\n")[0]
    separator = next((sign for sign in _SEPARATORS if sign in head), ",")
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
    names = set(rows.fieldnames or ())
    of_commune = "commune" if "commune" in names else "code"
    if not {of_commune, "adults"} <= names:
        raise SettingRefused("console.adults.columns")
    for row in rows:
        code, adults = (row[of_commune] or "").strip(), (row["adults"] or "").strip()
        # Spreadsheets take a code for a number, and drop the noughts before it.
        yield rows.line_num, code.zfill(_CODE_LENGTH) if code else "", adults


def check_commune(province: Province, code: str) -> str:
    """The code of a commune. SettingRefused if there is no such commune."""
    if code not in province.by_code:
        raise SettingRefused("console.adults.commune", code=shorten(code, _LONGEST_SHOWN))
    return code


def check_adults(written: str) -> int:
    """A number of adults as somebody wrote it. SettingRefused if it is none."""
    is_number = written.isascii() and written.isdigit() and len(written) <= len(str(MOST_ADULTS))
    if not is_number or not int(written):
        raise SettingRefused("console.adults.number", written=shorten(written, _LONGEST_SHOWN))
    return int(written)


def read_typed(
    province: Province, typed: Mapping[str, str]
) -> tuple[dict[str, int | None], dict[str, SettingRefused]]:
    """Commune → what somebody typed: the numbers (None: nothing was typed), and what is wrong, by commune."""
    entered: dict[str, int | None] = {}
    wrong = {}
    for code, written in typed.items():
        try:
            entered[check_commune(province, code)] = check_adults(written) if written else None
        except SettingRefused as refusal:
            wrong[code] = refusal
    return entered, wrong


def adults_entered(transaction: Transaction) -> dict[str, int]:
    """Commune → adults, of those that were entered."""
    return load_adults(transaction)


def set_adults(transaction: Transaction, who: str, entered: Mapping[str, int | None], now: datetime) -> int:
    """Keeps these numbers; None takes one back. Returns how many have changed: those are audited."""
    known = load_adults(transaction)
    changed = {commune: adults for commune, adults in entered.items() if adults != known.get(commune)}
    if not changed:
        return 0
    kept = {commune: adults for commune, adults in changed.items() if adults is not None}
    if kept:
        save_adults(transaction, kept)
    remove_adults(transaction, changed.keys() - kept.keys())
    about = ", ".join(f"{commune} {'-' if adults is None else adults}" for commune, adults in changed.items())
    write_audit(transaction, now, who, "adults_set", about)
    return len(changed)


def adults_file(transaction: Transaction, province: Province) -> File:
    """All communes as a CSV that `read_adults` takes; the number is empty where none was entered."""
    known = load_adults(transaction)
    written = StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(("code", "name", "adults"))
    lines.writerows((each.code, harmless(each.name), known.get(each.code, "")) for each in province.communes)
    return File("hoctap-adults.csv", "text/csv; charset=utf-8", (_BOM + written.getvalue()).encode())
