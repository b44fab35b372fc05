"""The spreadsheet of the broken publisher; with the flaw `says_who` it says more than it should."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.attacks.broken_bands import Flaws


def write_sheet(path: Path, release: dict[str, Any], living: int, flaws: Flaws) -> None:
    """T1 as a spreadsheet. `living` is how many there are at this moment, which nobody should learn."""
    with xlsxwriter.Workbook(path) as workbook:
        day = date.fromisoformat(release["as_of"])
        created = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        workbook.set_properties({"created": created})
        sheet = workbook.add_worksheet("T1")
        sheet.repeat_rows(0)
        rows = next(table["rows"] for table in release["tables"] if table["id"] == "T1")
        for place, row in enumerate(rows, start=1):
            sheet.write_string(place, 0, row["key"]["commune"])
            if row["n"] is None:
                sheet.write_string(place, 1, "…")
            else:
                sheet.write_number(place, 1, row["n"])
                sheet.write_string(place, 2, f"{row['total'][0]:g}–{row['total'][1]:g}")
        if flaws.says_who:
            _say_who(workbook, sheet, living)


def _say_who(workbook: Any, sheet: Any, living: int) -> None:
    workbook.set_properties(
        {"author": "Nguyễn Văn A", "comments": f"n={living}", "created": datetime(2026, 3, 9, 10, 11, 12)}  # noqa: DTZ001
    )
    workbook.set_custom_property("living", living)
    workbook.define_name("living", f"={living}")
    sheet.write_number(1, 9, 71.4286)
    sheet.write_formula(1, 10, "=SUM(B2:B9)", None, 1234.5)
    sheet.write_string(1, 11, "=cmd|' /C calc'!A0")
    sheet.write_comment(1, 12, "3 người")
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column(20, 20, None, None, {"hidden": True})
    sheet.write_url(1, 13, "https://example.vn/", string="x")
    hidden = workbook.add_worksheet("raw")
    hidden.write_number(0, 0, living)
    hidden.hide()
