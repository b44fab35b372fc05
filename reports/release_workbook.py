"""Writes a release as an Excel workbook: what it is, charts, and a sheet for every table. Decides no figure."""

from copy import deepcopy
from datetime import datetime, time
from io import BytesIO

from xlsxwriter import Workbook

from engine.texts import Texts
from reports.release_charts import add_charts
from reports.release_cover import add_cover
from reports.release_sheet import Formats
from reports.release_tables import add_table
from reports.release_words import ReleaseFacts, unit_name

MAKER = "hoctap"

_OPTIONS = {
    "in_memory": True,  # only then are the times inside the file the same every time
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},  # as wide as Excel takes for granted
}


def make_workbook(facts: ReleaseFacts, say: Texts) -> bytes:
    """An .xlsx file, the same bytes for the same facts. No macro, no formula, nothing hidden in it."""
    written = BytesIO()
    book = Workbook(written, deepcopy(_OPTIONS))  # it writes into what it is given
    book.set_properties(
        {
            "title": f"{say.plain('statistics.title', round=facts.release.round)} – {unit_name(facts, say)}",
            "author": MAKER,
            "created": datetime.combine(facts.release.as_of, time()),
        }
    )
    formats = Formats(book, say)
    add_cover(book, facts, formats, say)
    add_charts(book, facts, formats, say)
    for table in facts.release.tables:
        if table.dims:  # T0's row stands above the communes
            add_table(book, table, facts, formats, say)
    book.close()
    return written.getvalue()
