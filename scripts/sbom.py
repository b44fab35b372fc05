"""Writes what hoctap is made of, as CycloneDX: every package of requirements.lock, its files' hashes, who needs it.

The same lock gives the same bytes. Usage: python scripts/sbom.py FILE
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parent.parent
_PACKAGE = re.compile(r"^(?P<name>[\w.-]+)(?:\[.*?\])?==(?P<version>[^ ]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NEEDED_BY = re.compile(r"^    #(?: via)? +(?P<name>[a-z][\w.-]*)")


@dataclass(frozen=True, slots=True)
class Locked:
    """A package as the lock has it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    needed_by: frozenset[str]


def read_lock(text: str) -> Iterator[Locked]:
    """The packages of a lock file as uv writes it. One that differs between systems comes more than once."""
    for part in re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE):
        if found := _PACKAGE.match(part):
            needed_by = frozenset(each["name"] for line in part.splitlines() if (each := _NEEDED_BY.match(line)))
            yield Locked(found["name"], found["version"], tuple(_HASH.findall(part)), needed_by)


def make_sbom(lock: str, project: dict[str, str]) -> Bom:
    """`project` is that of pyproject.toml."""
    hoctap = Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref=project["name"]
    )
    components = {package: _component(package) for package in read_lock(lock)}
    bom = Bom(components=components.values(), serial_number=uuid5(NAMESPACE_URL, lock))
    bom.metadata.component = hoctap
    bom.metadata.timestamp = None  # type: ignore[assignment] # optional, and the moment says nothing about a lock

    def needed_by(name: str) -> list[Component]:
        return [component for package, component in components.items() if name in package.needed_by]

    bom.register_dependency(hoctap, needed_by(hoctap.name))
    for package, component in components.items():
        bom.register_dependency(component, needed_by(package.name))
    return bom


def _component(package: Locked) -> Component:
    purl = PackageURL("pypi", name=package.name, version=package.version)
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes]
    return Component(name=package.name, version=package.version, purl=purl, bom_ref=purl.to_string(), hashes=hashes)


def main(target: Path) -> None:
    """Writes the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bom = make_sbom((ROOT / "requirements.lock").read_text(encoding="utf-8"), project)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
