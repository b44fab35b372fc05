"""Reads a province: a YAML file with its name, a CSV file with its communes."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from content.problems import Problem, problem
from content.reading import Reading, one_line, read_shape
from content.shapes import ProvinceShape
from engine.communes import Commune, FormerUnit, Province

_FORMER_UNIT = re.compile(r"(?P<name>(?:Xã|Phường|Thị trấn) [^()]+) \((?P<district>[^()]+)\)")
_YES_NO = {"yes": True, "no": False}


def read_province(reading: Reading, root: Path, name: str) -> Province | None:
    folder = root / "communes"
    read = read_shape(reading, folder / f"{name}.yaml", root, ProvinceShape)
    if read is None:
        return None
    shape, _ = read
    path = folder / shape.communes
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        reading.problems.append(problem("C001", f"content/communes/{shape.communes}", 1, detail=one_line(error)))
        return None
    communes: dict[str, Commune] = {}
    for line, row in enumerate(rows, start=2):
        found = list(_check_commune(f"content/communes/{shape.communes}", line, row, communes))
        reading.problems += found
        if not found:
            communes[row["code"]] = _commune(row)
    return Province(shape.name, tuple(communes.values()))


def _check_commune(file: str, line: int, row: dict[str, str], known: dict[str, Commune]) -> Iterator[Problem]:
    code = row.get("code") or ""
    if code in known:
        yield problem("C050", file, line, commune=code)
    checks = {"code": r"\d{5}", "name": r"\S.*", "latitude": r"\d+(\.\d+)?", "longitude": r"\d+(\.\d+)?"}
    for column, pattern in checks.items():
        value = row.get(column) or ""
        if not re.fullmatch(pattern, value):
            yield problem("C054", file, line, commune=code, column=column, value=value)
    mark = row.get("pass_mark") or ""
    if not (mark.isascii() and mark.isdigit() and 1 <= int(mark) <= 100):
        yield problem("C051", file, line, value=mark)
    assumed = row.get("pass_mark_assumed") or ""
    if assumed not in _YES_NO:
        yield problem("C053", file, line, value=assumed)
    for unit in (row.get("formed_from") or "").split("; "):
        if not _FORMER_UNIT.fullmatch(unit):
            yield problem("C052", file, line, value=unit)


def _commune(row: dict[str, str]) -> Commune:
    units = [_FORMER_UNIT.fullmatch(unit) for unit in row["formed_from"].split("; ")]
    return Commune(
        code=row["code"],
        name=unicodedata.normalize("NFC", row["name"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        former=tuple(FormerUnit(unit["name"], unit["district"]) for unit in units if unit),
        pass_mark=int(row["pass_mark"]),
        pass_mark_assumed=_YES_NO[row["pass_mark_assumed"]],
    )
