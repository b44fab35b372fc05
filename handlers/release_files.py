"""Makes the files of a release, once, at the seal: every download is these bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.disclosure.released import PROVINCE, Release, document
from engine.handbook import Handbook
from engine.texts import Texts
from handlers.download_statistics import FORMATS
from reports.charts.of_unit import CHARTS, Charts, draw_charts
from reports.commune_report import make_commune_report
from reports.province_report import make_province_report
from reports.release_csv import make_csv_zip
from reports.release_words import ReleaseFacts
from reports.statistics_picture import draw_statistics_picture
from storage.releases import ReleaseFile

_DRAWN = frozenset({*CHARTS, "pdf", "png"})
"""Formats that charts are drawn for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For which units and in which formats files are made."""

    units: Sequence[str]
    formats: Sequence[str] = (*FORMATS, *CHARTS)


def everything(handbook: Handbook) -> Scope:
    """The province and every commune, in every format."""
    return Scope([PROVINCE, *handbook.province.by_code])


def make_files(
    handbook: Handbook, release: Release, adults: Mapping[str, int], scope: Scope, earlier: Sequence[Release] = ()
) -> Iterator[ReleaseFile]:
    """The files of a release, one after the other; in every language that is offered.

    `earlier` are the releases of the round before it, for what runs over all of them. A chart that has nothing to
    show is not made.
    """
    for unit in scope.units:
        facts = ReleaseFacts(release.for_unit(unit), unit, handbook.province, adults, handbook.criteria)
        if "json" in scope.formats:
            yield ReleaseFile(unit, "json", "", written_document(facts.release))
        for language, say in handbook.languages.items():
            charts = draw_charts(facts, earlier, say) if _DRAWN.intersection(scope.formats) else {}
            for file_format in scope.formats:
                if file_format in charts:
                    yield ReleaseFile(unit, file_format, language, charts[file_format].encode())
                elif file_format in FORMATS and file_format != "json":
                    yield ReleaseFile(unit, file_format, language, _make(file_format, facts, say, charts))


def written_document(release: Release) -> bytes:
    """The JSON file: docs/release.schema.json describes it."""
    return json.dumps(document(release), ensure_ascii=False, indent=1).encode() + b"\n"


def _make(file_format: str, facts: ReleaseFacts, say: Texts, charts: Charts) -> bytes:
    if file_format == "xlsx":
        from reports.release_workbook import make_workbook  # noqa: PLC0415 -- XlsxWriter, once a week

        return make_workbook(facts, say)
    if file_format == "csv":
        return make_csv_zip(facts, say)
    if file_format == "png":
        return draw_statistics_picture(facts, say, charts)
    if facts.unit == PROVINCE:
        return make_province_report(facts, say, charts)
    return make_commune_report(facts, say, charts)
