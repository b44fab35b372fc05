"""Looks at an uploaded file before anything opens it: only a small, plain .xlsx comes in.

Nothing here is unpacked beyond its limit, whatever the file claims about itself.
"""

import zipfile
import zlib
from io import BytesIO

MOST_MEGABYTES = 2
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
"""A form of 20 questions has 20 kB."""
_MOST_UNPACKED = 20 * 1024 * 1024
_MOST_MEMBERS = 200

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
"""OLE 2, the container of .xls, and of .xlsx with a password: MS-CFB 2.2."""
_CONTENT_TYPES = "[Content_Types].xml"
_MACROS = b"macroEnabled"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
"""No Office program writes any; entities that name each other grow without bound."""


def why_refused(content: bytes) -> str:
    """The number of the problem for which this file must not be opened; empty if it may be."""
    if len(content) > MOST_BYTES:
        return "C101"
    if content.startswith(_OLD_EXCEL):
        return "C103"
    if not content.startswith(_ZIP):
        return "C102"
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _why_archive_refused(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        return "C105"
    except RuntimeError:  # what zipfile raises for a member with a password
        return "C103"


def _why_archive_refused(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > _MOST_MEMBERS or len(set(names)) < len(names):
        return "C105"
    if _CONTENT_TYPES not in names:
        return "C102"
    left = _MOST_UNPACKED
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return "C105"
        unpacked = _unpack(archive, member, left)
        left -= len(unpacked)
        if left < 0:
            return "C105"
        if member.filename == _CONTENT_TYPES and _MACROS in unpacked:
            return "C104"
        if member.filename.endswith(".bin") and "vba" in member.filename.lower():
            return "C104"
        if member.filename.endswith((".xml", ".rels")) and _is_harmful(unpacked):
            return "C105"
    return ""


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(member) as file:
        return file.read(most + 1)


def _is_harmful(xml: bytes) -> bool:
    """Whether it declares entities, or is in an encoding in which that could not be seen."""
    return b"\0" in xml or any(each in xml for each in _DECLARATIONS)
