"""Staff download a file of their unit's last release: the bytes that were made at the seal. It is audited."""

from dataclasses import replace
from datetime import datetime

from engine.disclosure.released import PROVINCE, Release
from engine.errors import NotFound
from engine.handbook import Handbook
from engine.messages import AttachmentKind, File
from handlers.staff import Access, access
from storage.database import Transaction
from storage.releases import load_file, load_last_release, load_release
from storage.staff import write_audit
from storage.states import load_state

FORMATS: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
}
"""What a release comes in → its media type. `csv` is a zip with a file for each table; `png` is for a phone."""

KINDS: dict[AttachmentKind, str] = {
    "statistics_picture": "png",
    "statistics_xlsx": "xlsx",
    "statistics_pdf": "pdf",
    "statistics_csv": "csv",
    "statistics_json": "json",
}
"""Attachments that are files of a release → their format."""

_ENDINGS = {"csv": "zip"}


def download_from_chat(
    transaction: Transaction,
    handbook: Handbook,
    channel: str,
    address: str,
    kind: AttachmentKind,
    now: datetime,
) -> File:
    """A file of the last release for the unit of the chat's member of staff, in the chat's language.

    NotFound if there is none, or if the chat is not staff's.
    """
    state = load_state(transaction, channel, address, for_change=False)
    allowed = access(state.staff if state else None, "statistics")
    release = load_last_release(transaction)
    if state is None or release is None:
        raise NotFound
    language = handbook.speak(state.account.language).language
    return download(transaction, release, allowed, KINDS[kind], language, now)


def download(
    transaction: Transaction, release: Release, allowed: Access, file_format: str, language: str, now: datetime
) -> File:
    """A stored file of a release. NotFound if it is not kept."""
    content = load_file(transaction, release, allowed.unit, file_format, language)
    if content is None:
        raise NotFound(
            f"release {release.number} of {release.round} has no {file_format} for {allowed.unit}. The files of"
            " communes are kept for the last release and the final one; the province's always"
        )
    name = file_name(release, allowed.unit, file_format)
    write_audit(transaction, now, allowed.who, "file_downloaded", name)
    return File(name, FORMATS[file_format], content)


def download_of_unit(
    transaction: Transaction,
    access: Access,
    unit: str,
    edition: tuple[int, int],
    file_format: str,
    language: str,
    now: datetime,
) -> File:
    """A file of a unit's release, by round and number, for somebody who may see that unit. NotFound if not kept."""
    if file_format not in FORMATS:
        raise NotFound(f"a release does not come as {file_format}")
    release = find_release(transaction, *edition)
    return download(transaction, release, replace(access, unit=unit), file_format, language, now)


def file_name(release: Release, unit: str, file_format: str) -> str:
    """Such as hoctap-2026-release-3-03646.xlsx."""
    of_unit = "" if unit == PROVINCE else f"-{unit}"
    ending = _ENDINGS.get(file_format, file_format)
    return f"hoctap-{release.round}-release-{release.number}{of_unit}.{ending}"


def find_release(transaction: Transaction, year: int, number: int | None) -> Release:
    """A release by its number, the last one without. NotFound if there is none."""
    found = load_last_release(transaction, year) if number is None else load_release(transaction, year, number)
    if found is None:
        raise NotFound(f"round {year} has no release{'' if number is None else f' {number}'}: hoctap release list")
    return found
