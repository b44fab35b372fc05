"""Changes a form: takes a workbook, keeps it as a draft to be tried, and publishes it as a new version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from content.problem_words import say_problem
from content.problems import Cell
from content.workbook import ReadWorkbook, read_workbook
from content.workbook_door import MOST_BYTES
from engine.errors import NotFound, Refused
from engine.handbook import Handbook, version_key
from engine.questionnaire import Questionnaire
from engine.text import shorten
from engine.texts import Texts
from handlers.forms_in_force import with_forms
from handlers.staff import Access
from storage.database import Transaction
from storage.forms import KeptForm, drop_draft, keep_draft, load_drafts, publish_draft
from storage.settings_kept import raise_edition
from storage.staff import write_audit

MOST_UPLOAD_BYTES = MOST_BYTES
"""A file that is larger is not even read to its end."""

_LONGEST_SHOWN = 120  # characters of what stands in a cell


def read_upload(handbook: Handbook, content: bytes) -> ReadWorkbook:
    """What is in an uploaded file: a form, or what is wrong with it at which cell. Slow: not in a transaction."""
    return read_workbook(content, handbook)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a workbook, in words for officers. `cell` is empty where that is the file."""

    number: str
    cell: str
    what: Markup
    found: str


def findings_in(read: ReadWorkbook, say: Texts) -> list[Finding]:
    """Everything that is wrong with a workbook, sheet by sheet and row by row."""
    return [
        Finding(
            number=each.code,
            cell=str(each.line) if isinstance(each.line, Cell) else "",
            what=say_problem(say, each),
            found=shorten(read.found.get(each.line, ""), _LONGEST_SHOWN) if isinstance(each.line, Cell) else "",
        )
        for each in read.problems
    ]


def keep_upload(
    transaction: Transaction, handbook: Handbook, by: Access, read: ReadWorkbook, now: datetime
) -> Questionnaire:
    """Keeps the form of a workbook without problems as the draft of that form, in place of the draft before.

    Refused if a version that is as new was published in the meantime.
    """
    if read.form is None:
        raise ValueError("only a workbook without problems can be kept")
    form = read.form.questionnaire
    _refuse_old(transaction, handbook, form.form, form.version)
    keep_draft(transaction, form.form, form.version, read.document, now)
    write_audit(transaction, now, by.who, "form_uploaded", f"{form.form} {form.version}")
    return form


def digest_of_draft(transaction: Transaction, name: str) -> str:
    """Tells one draft from another: what was looked at is what gets published. NotFound if there is none."""
    return _digest(_draft(transaction, name).document)


def drop_upload(transaction: Transaction, by: Access, name: str, now: datetime) -> None:
    """The draft is gone. NotFound if there was none."""
    draft = _draft(transaction, name)
    drop_draft(transaction, name)
    write_audit(transaction, now, by.who, "form_dropped", f"{name} {draft.version}")


def publish_form(
    transaction: Transaction, handbook: Handbook, by: Access, name: str, digest: str, now: datetime
) -> str:
    """New assessments take the draft from now on; who has begun goes on in the old version. Returns the version.

    NotFound if there is no draft. Refused if it is not the one that was looked at, or no longer the newest version.
    """
    draft = _draft(transaction, name)
    if _digest(draft.document) != digest:
        raise Refused("console.questionnaires.changed_meanwhile")
    _refuse_old(transaction, handbook, name, draft.version)
    if not publish_draft(transaction, name, draft.version, now):
        raise Refused("console.questionnaires.changed_meanwhile")
    raise_edition(transaction)
    write_audit(transaction, now, by.who, "form_published", f"{name} {draft.version}")
    return draft.version


def _refuse_old(transaction: Transaction, handbook: Handbook, name: str, version: str) -> None:
    newest = with_forms(transaction, handbook).forms[name].version
    if version_key(version) <= version_key(newest):
        raise Refused("console.questionnaires.not_newer", version=version, newest=newest)


def _draft(transaction: Transaction, name: str) -> KeptForm:
    draft = load_drafts(transaction).get(name)
    if draft is None:
        raise NotFound
    return draft


def _digest(document: Mapping[str, Any]) -> str:
    written = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()
