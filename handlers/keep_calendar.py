"""Plans what the calendar and people's own reminders ask for. Asked twice, it plans once: each has a key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from markupsafe import escape

from engine.campaigns.audience import AudienceRule, ReminderRule
from engine.campaigns.calendar import Firing, Template, firings
from engine.campaigns.hours import DECENT
from engine.campaigns.life import Campaign, Kind
from engine.campaigns.message import Message, MessageButton
from engine.disclosure.released import PROVINCE
from engine.handbook import Handbook
from engine.messages import AttachmentKind
from engine.state import HOME_ZONE, ReminderKind, Role, day_of
from storage.audiences import REMINDER_LASTS_DAYS, has_audience
from storage.campaigns import (
    add_campaign,
    calendar_done_until,
    hold_calendar,
    leave_calendar,
    load_themes,
    note_calendar,
)
from storage.database import Transaction
from storage.staff import write_audit

CALENDAR = "calendar"
"""Who did it, in the audit, where nobody did but the day."""

LEASE_SECONDS = 20
"""A process that was killed keeps the calendar so much longer."""
REMINDED_AT = time(6, 30)
"""When a day's reminders are planned: before the first of them may leave."""
REMINDER_LASTS = timedelta(days=REMINDER_LASTS_DAYS)
NEW_ROUND_LASTS = timedelta(days=30)
CAUGHT_UP = timedelta(days=30)
"""What was due longer ago, while no process ran, is not even counted."""


def plan_due(transaction: Transaction, handbook: Handbook, now: datetime) -> int:
    """Plans everything that has come due since the last call. Returns how many campaigns are new.

    At the very first call nothing is due: what was before it is none of ours.
    """
    since = calendar_done_until(transaction, CALENDAR)
    note_calendar(transaction, CALENDAR, now)
    # If the clock was set back, all moments that it comes to again are asked for again, and their keys are there.
    if since is None or now <= since:
        return 0
    since = max(since, now - CAUGHT_UP)
    observances = _plan_observances(transaction, handbook, since, now)
    return observances + _plan_reminders(transaction, handbook, since, now)


def hold_office(transaction: Transaction, holder: str, now: datetime) -> bool:
    """Whether this process looks after the calendar and the campaigns for now: one at a time does."""
    return hold_calendar(transaction, CALENDAR, holder, now, now + timedelta(seconds=LEASE_SECONDS))


def leave_office(transaction: Transaction, holder: str) -> None:
    """The process stops: another one may take over at once."""
    leave_calendar(transaction, CALENDAR, holder)


def next_moments(handbook: Handbook, now: datetime, until: datetime) -> list[datetime]:
    """When something of the calendar comes due: what the scheduler makes its jobs from."""
    return [firing.starts_at for firing in firings(handbook.observances, now, until)]


def plan_notice(
    transaction: Transaction,
    handbook: Handbook,
    key: str,
    template: Template,
    roles: tuple[Role, ...],
    now: datetime,
    documents: tuple[AttachmentKind, ...] = (),
) -> bool:
    """Writes to staff, once for each key. Whether it is new."""
    return _plan(
        transaction,
        Campaign(
            0,
            kind="notice",
            key=key,
            title=template.title,
            message=message_of(handbook, template, theme=None, documents=documents),
            audience=AudienceRule(staff=roles),
            starts_at=now,
            expires_at=now + REMINDER_LASTS,
        ),
        now,
    )


def message_of(
    handbook: Handbook, template: Template, theme: str | None, documents: tuple[AttachmentKind, ...] = ()
) -> Message:
    """A template in every language, with the year's theme or without."""
    words = template.text if theme is not None or not template.text_without_theme else template.text_without_theme
    named = str(escape(theme or ""))
    texts = {language: say.content(words).replace("{theme}", named) for language, say in handbook.languages.items()}
    return Message(texts, tuple(MessageButton(kind) for kind in template.buttons), documents=documents)


def theme_of(handbook: Handbook, themes: Mapping[tuple[str, int], str], observance: str, year: int) -> str | None:
    """What the association typed in; else what the calendar knows."""
    known = {each.id: each.themes for each in handbook.observances}.get(observance, {})
    return themes.get((observance, year)) or known.get(year)


def _plan_observances(transaction: Transaction, handbook: Handbook, since: datetime, now: datetime) -> int:
    due = firings(handbook.observances, since, now)
    themes = load_themes(transaction) if due else {}
    planned = 0
    for firing in due:
        theme = theme_of(handbook, themes, firing.observance.id, firing.year)
        if firing.send.only_without_theme and theme is not None:
            continue
        planned += _plan(transaction, campaign_of(handbook, firing, theme), now)
    return planned


def campaign_of(handbook: Handbook, firing: Firing, theme: str | None) -> Campaign:
    """What a moment of the calendar sends, with the year's theme if it is known."""
    template, send = handbook.templates[firing.send.template], firing.send
    kind: Kind = "notice" if send.roles else "observance"
    if send.roles:
        audience = AudienceRule(staff=send.roles)
    else:
        audience = AudienceRule(wants="observances", progress=template.progress)
    return Campaign(
        0,
        kind=kind,
        key=firing.key,
        title=template.title,
        message=message_of(handbook, template, theme, send.documents),
        audience=audience,
        starts_at=firing.starts_at,
        expires_at=firing.expires_at,
    )


def _plan_reminders(transaction: Transaction, handbook: Handbook, since: datetime, now: datetime) -> int:
    """Of the days that have begun since then only the last one: it finds everybody whom the others missed.

    On most days there is nobody to remind in a small place; then there is nothing to keep.
    """
    day = day_of(now)
    if datetime.combine(day, REMINDED_AT, HOME_ZONE) > now:
        day -= timedelta(days=1)
    if datetime.combine(day, REMINDED_AT, HOME_ZONE) <= since:
        return 0
    reminders = [
        _reminder(handbook, "unfinished_first", "unfinished", day.isoformat(), day, REMINDER_LASTS),
        _reminder(handbook, "unfinished_second", "unfinished", day.isoformat(), day, REMINDER_LASTS),
    ]
    if datetime.combine(date(day.year, 1, 1), REMINDED_AT, HOME_ZONE) > since:
        reminders.append(_reminder(handbook, "new_round", "new_round", str(day.year), day, NEW_ROUND_LASTS))
    return sum(
        _plan(transaction, each, now)
        for each in reminders
        if has_audience(transaction, each.audience, handbook.first_language, day)
    )


def _reminder(
    handbook: Handbook, rule: ReminderRule, kind: ReminderKind, when: str, day: date, lasts: timedelta
) -> Campaign:
    template = handbook.templates[rule]
    return Campaign(
        0,
        kind="reminder",
        key=f"{rule}:{when}",
        title=template.title,
        message=message_of(handbook, template, theme=None),
        audience=AudienceRule(wants=kind, reminder=rule, progress=template.progress),
        starts_at=datetime.combine(day, DECENT.first, HOME_ZONE),
        expires_at=datetime.combine(day + lasts, DECENT.last, HOME_ZONE),
    )


def _plan(transaction: Transaction, new: Campaign, now: datetime) -> bool:
    """Approved by the calendar: whom it is for is written down next. Whether it is new."""
    kept = add_campaign(transaction, replace(new, state="approved", unit=PROVINCE, is_tested=True))
    if kept is None:
        return False
    write_audit(transaction, now, CALENDAR, "campaign_planned", f"campaign {kept.id} {kept.key}")
    return True
