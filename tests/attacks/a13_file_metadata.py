"""A13: look into the spreadsheet's own files for what nobody meant to say."""

import re
import zipfile
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.attacks.exports import Band, Exports, Finding, Release

FIXED_YEAR = 1980  # zip knows nothing earlier: who writes this says no time
UNWANTED = ("pivot", "comment", "vmldrawing", "vbaproject", "externallink", "calcchain", "custom.xml", "threaded")
RANGE_NAMES = ("_xlnm.Print_Titles", "_xlnm.Print_Area", "_xlnm._FilterDatabase")
"""What to print, and what the filter buttons are for: ranges, which say where figures are and no figure."""
_RANGE = r"('[^']+'|\w+)!\$?[A-Z]*\$?\d*:\$?[A-Z]*\$?\d*"
RANGES = re.compile(f"{_RANGE}(,{_RANGE})*")
NAMELESS = {"", "hoctap"}
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CLOSE = 9  # decimals


def find_metadata(
    exports: Exports, constants: Collection[float] = (), secrets: Collection[int] = ()
) -> list[Finding]:
    """What the spreadsheets say beyond the JSON.

    `constants` are numbers that anybody may know (adults of a commune, targets); `secrets` are numbers that must be
    nowhere in the file, such as how many take part by now.
    """
    found = []
    for release in exports.releases:
        path = exports.folder / f"release-{release.number}.xlsx"
        if not path.exists():
            found.append(Finding("A13", path.name, "is missing"))
            continue
        with zipfile.ZipFile(path) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
            times = {info.date_time for info in archive.infolist() if info.date_time[0] != FIXED_YEAR}
            remarks = {info.comment + info.extra for info in archive.infolist()} - {b""}
        what = [f"members are dated {time}" for time in times] + [f"a remark: {remark!r}" for remark in remarks]
        what += chain(_parts(parts), _properties(parts, release), _workbook(parts), _sheets(parts))
        what += chain(_numbers(parts, _known(release) | set(constants)), _secrets(parts, secrets))
        found += [Finding("A13", path.name, each) for each in what]
    return found


def find_file_differences(one: Path, other: Path) -> list[Finding]:
    """Files of two exports of the same world that are not the same bytes."""
    names = sorted({path.name for folder in (one, other) for path in folder.glob("release-*")})
    return [
        Finding("A15", name, "is not the same when it is exported again")
        for name in names
        if not all((folder / name).exists() for folder in (one, other))
        or (one / name).read_bytes() != (other / name).read_bytes()
    ]


def _parts(parts: dict[str, bytes]) -> Iterator[str]:
    for name, content in parts.items():
        if any(word in name.lower() for word in UNWANTED):
            yield f"has {name}"
        if name.endswith(".rels") and b'TargetMode="External"' in content:
            yield f"{name} points outside"


def _properties(parts: dict[str, bytes], release: Release) -> Iterator[str]:
    for name in (name for name in parts if name.startswith("docProps/")):
        for element in ET.fromstring(parts[name]).iter():
            tag, text = element.tag.rpartition("}")[2], (element.text or "").strip()
            if tag in ("creator", "lastModifiedBy", "Company", "Manager") and text not in NAMELESS:
                yield f"{tag} is {text!r}"
            if tag in ("created", "modified") and not text.startswith((f"{release.as_of}T00:00:00", "1980-01-01T")):
                yield f"{tag} is {text}"
            if tag in ("lastPrinted", "revision", "TotalTime"):
                yield f"says {tag}"


def _workbook(parts: dict[str, bytes]) -> Iterator[str]:
    for element in ET.fromstring(parts["xl/workbook.xml"]).iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet" and element.get("state", "visible") != "visible":
            yield f"sheet {element.get('name')!r} is hidden"
        if tag == "definedName":
            name, text = element.get("name"), element.text or ""
            if name not in RANGE_NAMES or not RANGES.fullmatch(text):
                yield f"defines the name {name!r}: {text}"


def _sheets(parts: dict[str, bytes]) -> Iterator[str]:
    for name, content in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for element in ET.fromstring(content).iter():
                tag = element.tag.rpartition("}")[2]
                if tag in ("row", "col") and element.get("hidden") in ("1", "true"):
                    yield f"{name}: a hidden {tag}"
                if tag == "f":
                    yield f"{name}: the formula {element.text!r}"
    for text in _strings(parts):
        if text.startswith(STARTS_A_FORMULA):
            yield f"the text {text!r} may be taken for a formula"


def _strings(parts: dict[str, bytes]) -> Iterator[str]:
    for name, content in parts.items():
        if name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet"):
            for element in ET.fromstring(content).iter():
                if element.tag.rpartition("}")[2] in ("si", "is"):
                    yield "".join(element.itertext())


def _numbers(parts: dict[str, bytes], known: Collection[float]) -> Iterator[str]:
    """Numbers in cells and in the copies that charts keep, which the JSON does not give."""
    for name, content in parts.items():
        if not name.startswith(("xl/worksheets/sheet", "xl/charts/chart")):
            continue
        root = ET.fromstring(content)
        texts = {id(value) for cell in root.iter() if cell.get("t") in ("s", "str", "b") for value in cell}
        texts |= {id(e) for cache in root.iter() if cache.tag.endswith("}strCache") for e in cache.iter()}
        for element in root.iter():
            if element.tag.rpartition("}")[2] == "v" and id(element) not in texts:
                number = round(float(element.text or 0), CLOSE)
                if number not in known:
                    yield f"{name}: the number {number} is not in the JSON"


def _secrets(parts: dict[str, bytes], secrets: Collection[int]) -> Iterator[str]:
    for name, content in parts.items():
        if name.startswith("docProps/") or name in ("xl/workbook.xml", "xl/sharedStrings.xml"):
            text = re.sub(r"<[^>]*>", " ", content.decode("utf-8"))
            text = re.sub(r"\$\d+", " ", text)  # the rows of a range
            written = set(re.findall(r"(?<![\d.])\d+(?![\d.])", text.replace(".", "")))
            for secret in secrets:
                if str(secret) in written:
                    yield f"{name} says {secret}"


def _known(release: Release) -> set[float]:
    """The numbers of the JSON; a band also by its middle and its width, a share also in percent."""
    found: set[float] = {release.number, release.as_of.year, 10}
    for row in (row for table in release.tables for row in table.rows):
        found |= {float(number) for number in (row.n, row.as_of) if number is not None}
        bands = [band for band in (row.passed, row.total, *(row.indicators or ())) if band]
        for band in bands:
            found |= _of_band(band)
        if row.passed:
            found |= _of_band((row.passed[0] * 100, row.passed[1] * 100))
    return {round(number, CLOSE) for number in found}


def _of_band(band: Band) -> set[float]:
    low, high = band
    return {low, high, (low + high) / 2, high - low}
