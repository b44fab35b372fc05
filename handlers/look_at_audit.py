"""The audit as administrators read it: who did what, filtered, a page at a time, or all of it as a file."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import TypeAlias

from engine.state import HOME_ZONE
from engine.text import normalise
from engine.texts import Texts
from handlers.keep_calendar import CALENDAR
from handlers.staff import COMMAND_LINE, Access
from reports.release_words import harmless
from storage.database import Transaction
from storage.staff import Audited, AuditFilter, load_audit, write_audit

Wanted: TypeAlias = AuditFilter
"""Which lines somebody asks for."""
PAGE = 100
PART = 5000
"""So many lines of a file are read at once."""
CSV_HEAD = "\ufeffat,who,action,what,about\r\n".encode()  # without the mark Excel takes it for another code page

ACTIONS: Mapping[str, str] = {
    "adults_set": "console.audit.action.adults_set",
    "audit_exported": "console.audit.action.audit_exported",
    "campaign_approved": "console.audit.action.campaign_approved",
    "campaign_cancelled": "console.audit.action.campaign_cancelled",
    "campaign_changed": "console.audit.action.campaign_changed",
    "campaign_paused": "console.audit.action.campaign_paused",
    "campaign_planned": "console.audit.action.campaign_planned",
    "campaign_resumed": "console.audit.action.campaign_resumed",
    "campaign_returned": "console.audit.action.campaign_returned",
    "campaign_sent_again": "console.audit.action.campaign_sent_again",
    "campaign_submitted": "console.audit.action.campaign_submitted",
    "campaign_tested": "console.audit.action.campaign_tested",
    "campaign_written": "console.audit.action.campaign_written",
    "database_restored": "console.audit.action.database_restored",
    "file_downloaded": "console.audit.action.file_downloaded",
    "form_dropped": "console.audit.action.form_dropped",
    "form_published": "console.audit.action.form_published",
    "form_uploaded": "console.audit.action.form_uploaded",
    "flood_left_out": "console.audit.action.flood_left_out",
    "floods_decided": "console.audit.action.floods_decided",
    "last_release_confirmed": "console.audit.action.last_release_confirmed",
    "ledger_written": "console.audit.action.ledger_written",
    "limits_set": "console.audit.action.limits_set",
    "pass_mark_reset": "console.audit.action.pass_mark_reset",
    "pass_mark_set": "console.audit.action.pass_mark_set",
    "release_refused": "console.audit.action.release_refused",
    "release_sealed": "console.audit.action.release_sealed",
    "round_closed": "console.audit.action.round_closed",
    "round_closing": "console.audit.action.round_closing",
    "rush_noticed": "console.audit.action.rush_noticed",
    "sign_in_link_made": "console.audit.action.sign_in_link_made",
    "signed_in": "console.audit.action.signed_in",
    "signed_out": "console.audit.action.signed_out",
    "staff_came": "console.audit.action.staff_came",
    "staff_changed": "console.audit.action.staff_changed",
    "staff_dismissed": "console.audit.action.staff_dismissed",
    "staff_invited": "console.audit.action.staff_invited",
    "theme_set": "console.audit.action.theme_set",
    "voice_kept": "console.audit.action.voice_kept",
    "voice_language_added": "console.audit.action.voice_language_added",
    "voice_language_removed": "console.audit.action.voice_language_removed",
    "voice_removed": "console.audit.action.voice_removed",
}
"""What is audited → the message that says it."""
NOBODY: Mapping[str, str] = {
    COMMAND_LINE: "console.audit.command_line",
    CALENDAR: "console.audit.calendar",
    "counting": "console.audit.counting",
    "schedule": "console.audit.schedule",
}
"""Who acted where it was no member of staff → the message that says it."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, the newest first. `older` is what to ask for next; None: there are no older ones."""

    lines: Sequence[Audited]
    older: int | None


def wanted_lines(
    who: str = "", action: str = "", text: str = "", since: datetime | None = None, until: datetime | None = None
) -> Wanted:
    """What somebody asks for. A number in `who` is that of a member of staff, whatever stands around it."""
    number = re.search(r"[0-9]{1,18}", who)
    named = f"staff {number[0]}" if number else normalise(who)
    return AuditFilter(named, normalise(action), normalise(text), since, until)


def look_at_audit(transaction: Transaction, wanted: Wanted, before: int | None = None) -> AuditPage:
    """The newest lines, or those older than `before`."""
    lines = load_audit(transaction, PAGE + 1, wanted, before)
    return AuditPage(lines[:PAGE], lines[PAGE - 1].id if len(lines) > PAGE else None)


def note_export(transaction: Transaction, by: Access, wanted: Wanted, now: datetime) -> None:
    """Somebody takes these lines along: that is audited, too."""
    asked = {
        "who": wanted.who,
        "action": wanted.action,
        "text": wanted.text,
        "from": wanted.since and f"{wanted.since.astimezone(HOME_ZONE):%Y-%m-%d}",
        "before": wanted.until and f"{wanted.until.astimezone(HOME_ZONE):%Y-%m-%d}",
    }
    about = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    write_audit(transaction, now, by.who, "audit_exported", about or "all")


def export_part(transaction: Transaction, wanted: Wanted, before: int | None) -> Sequence[Audited]:
    """The next lines of a file: so many that a million neither fill the memory nor hold a transaction open."""
    return load_audit(transaction, PART, wanted, before)


def say_who(say: Texts, who: str) -> str:
    """Who did it, in words."""
    number = re.match(r"staff ([0-9]+)", who)
    if number:
        by_command = say.plain("console.audit.by_command") if who.endswith(f" by {COMMAND_LINE}") else ""
        return say.plain("console.audit.staff", number=number[1]) + by_command
    return say.plain(NOBODY[who]) if who in NOBODY else who


def say_action(say: Texts, action: str) -> str:
    """What was done, in words; empty for what an older hoctap called otherwise."""
    return say.plain(ACTIONS[action]) if action in ACTIONS else ""


def csv_lines(say: Texts, lines: Sequence[Audited]) -> bytes:
    """Lines of a file; times are those at home."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    for line in lines:
        at = f"{line.at.astimezone(HOME_ZONE):%Y-%m-%d %H:%M:%S}"
        cells = (line.who, line.action, say_action(say, line.action), line.about)
        rows.writerow((at, *(harmless(cell) for cell in cells)))
    return written.getvalue().encode()
