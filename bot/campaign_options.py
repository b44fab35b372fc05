"""What is typed about a draft on the command line: its words, its audience, its times."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any, get_args

import click

from engine.campaigns.audience import EVERYBODY, PROGRESS, AudienceRule, Progress
from engine.campaigns.hours import EARLIEST, LATEST, Hours
from engine.campaigns.message import (
    MOST_BUTTONS,
    OF_CALENDAR,
    PLACEHOLDERS,
    ButtonKind,
    Message,
    MessageButton,
)
from engine.handbook import Handbook
from engine.state import HOME_ZONE
from engine.text import normalise

MOMENT = "%Y-%m-%d %H:%M"
CHANNELS = ("telegram", "web")

_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACES = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS - OF_CALENDAR))
_KINDS = [kind for kind in get_args(ButtonKind) if kind != "link"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed; None, False or nothing where it was not. The names are those of the options."""

    title: str | None
    text: Path | None
    text_en: Path | None
    template: str | None
    picture: Path | None
    button: tuple[ButtonKind, ...]
    link: MessageButton | None
    commune: tuple[str, ...]
    audience_language: tuple[str, ...]
    channel: tuple[str, ...]
    form: tuple[str, ...]
    progress: tuple[Progress, ...]
    seen_within: int | None
    not_seen_for: int | None
    wants_reminders: bool
    at: datetime | None
    hours: Hours | None
    expires: datetime | None
    everyone: bool = False

    def check(self, handbook: Handbook, now: datetime) -> None:
        """UsageError if what was typed cannot be meant.

        What only the campaign can tell, its desk checks.
        """
        if self.text and self.template:
            raise click.UsageError("--text and --template are two beginnings: choose one")
        _check_known("--form", self.form, handbook.forms)
        _check_known("--audience-language", self.audience_language, handbook.languages)
        for option, moment in (("--at", self.at), ("--expires", self.expires)):
            if moment is not None and moment <= now:
                raise click.UsageError(f"{option} {moment:{MOMENT}} is over already")

    def message(self, before: Message) -> Message:
        """The message with what was typed in the place of what it said before."""
        files = {"vi": self.text, "en": self.text_en}
        texts = {language: _read_text(file) for language, file in files.items() if file is not None}
        buttons = [MessageButton(kind) for kind in self.button] + ([self.link] if self.link else [])
        return replace(before, texts={**before.texts, **texts}, buttons=tuple(buttons) or before.buttons)

    def audience(self, before: AudienceRule) -> AudienceRule:
        """The rule with each condition that was typed in the place of the same one before."""
        typed: dict[str, Any] = {
            "communes": self.commune,
            "languages": self.audience_language,
            "channels": self.channel,
            "forms": self.form,
            "progress": self.progress,
            "seen_within_days": self.seen_within,
            "not_seen_for_days": self.not_seen_for,
            "wants_reminders": self.wants_reminders,
        }
        conditions = {name: value for name, value in typed.items() if value}
        return replace(EVERYBODY if self.everyone else before, **conditions)

    def times(self) -> dict[str, Any]:
        """When it is sent: fields of a campaign."""
        times = {"starts_at": self.at, "hours": self.hours, "expires_at": self.expires}
        return {name: value for name, value in times.items() if value is not None}


def title_option(*, is_required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What a draft is called."""
    words = "What officers call it; citizens do not see it."
    return click.option("--title", required=is_required, callback=_read_title, help=words)


def draft_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds all options about a draft but its title: with it, what `Typed` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _check_known(option: str, typed: tuple[str, ...], known: Any) -> None:
    for each in typed:
        if each not in known:
            raise click.UsageError(f"{option}: there is no {each}; there are: {', '.join(known)}")


def _read_text(file: Path) -> str:
    try:
        written = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} is not a text in UTF-8") from None
    seen = "".join(letter for letter in written if letter == "\n" or unicodedata.category(letter) != "Cc")
    return unicodedata.normalize("NFC", seen)


def _read_title(_: click.Context, __: click.Parameter, typed: str | None) -> str | None:
    if typed is None:
        return None
    title = normalise(typed)
    if not title:
        raise click.BadParameter("there are no words in it")
    return title


def _read_link(_: click.Context, __: click.Parameter, typed: str | None) -> MessageButton | None:
    if typed is None:
        return None
    label, bar, url = typed.partition("|")
    if not bar:
        raise click.BadParameter("write the words of the button, a bar, and the address: 'Xem tin|https://…'")
    return MessageButton("link", normalise(label), url.strip())


def _read_hours(_: click.Context, __: click.Parameter, typed: str | None) -> Hours | None:
    if typed is None:
        return None
    found = _HOURS.fullmatch(typed.strip())
    try:
        if found:
            return Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]))
    except ValueError:
        pass
    raise click.BadParameter(f"{typed!r} is not a pair of times, such as 07:30-20:30")


def _at_home(_: click.Context, __: click.Parameter, typed: datetime | None) -> datetime | None:
    return None if typed is None else typed.replace(tzinfo=HOME_ZONE)


_OPTIONS = [
    click.option(
        "--text", type=_FILE, help=f"The text in Vietnamese, with <b>, <i>, <a href>; {_PLACES} are filled in."
    ),
    click.option(
        "--template",
        metavar="ID",
        help="Begin with a template's text, buttons and progress: `hoctap campaign templates`.",
    ),
    click.option("--text-en", type=_FILE, help="The text in English. Without: who reads English gets Vietnamese."),
    click.option("--picture", type=_FILE, help="A PNG or JPEG above the text."),
    click.option(
        "--button",
        type=click.Choice(_KINDS),
        multiple=True,
        help=f"A button, at most {MOST_BUTTONS} with the link. The one that stops messages is always there.",
    ),
    click.option("--link", metavar="LABEL|URL", callback=_read_link, help="A button that opens a page."),
    click.option("--commune", metavar="CODE", multiple=True, help="For this commune. Repeat for more."),
    click.option("--audience-language", metavar="LANGUAGE", multiple=True, help="For who reads this language."),
    click.option("--channel", type=click.Choice(CHANNELS), multiple=True, help="For who chats there."),
    click.option("--form", metavar="FORM", multiple=True, help="For who chose this form, such as farmer."),
    click.option(
        "--progress", type=click.Choice(PROGRESS), multiple=True, help="For who has come so far this year."
    ),
    click.option(
        "--seen-within", type=click.IntRange(1), metavar="DAYS", help="For who was here in the last DAYS."
    ),
    click.option(
        "--not-seen-for", type=click.IntRange(1), metavar="DAYS", help="For who was last here before that."
    ),
    click.option("--wants-reminders", is_flag=True, help="Only for who asked for reminders."),
    click.option(
        "--at",
        type=click.DateTime([MOMENT]),
        metavar='"YYYY-MM-DD HH:MM"',
        callback=_at_home,
        help="When it begins, by the clock at home. Without: after the approval.",
    ),
    click.option(
        "--hours",
        metavar="HH:MM-HH:MM",
        callback=_read_hours,
        help=f"When it may be sent, within {EARLIEST:%H:%M}-{LATEST:%H:%M}. Without: 07:30-20:30.",
    ),
    click.option(
        "--expires",
        type=click.DateTime([MOMENT]),
        metavar='"YYYY-MM-DD HH:MM"',
        callback=_at_home,
        help="From when on nobody gets it any more. Without: 14 days after the beginning.",
    ),
]
