"""What an officer typed into the fields of a draft: what it means, and what is wrong in which field.

What was typed is kept as it was typed, so that a form that is refused can be shown again as it was left.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, get_args

from engine.campaigns.hours import Hours
from engine.campaigns.life import FARTHEST, Campaign
from engine.campaigns.message import (
    MOST_BUTTONS,
    OF_CALENDAR,
    PLACEHOLDERS,
    ButtonKind,
    Message,
    MessageButton,
    check_button,
    check_text,
    clean,
)
from engine.errors import CampaignRefused
from engine.state import HOME_ZONE
from engine.text import normalise, tidy

LONGEST_TITLE = 120

Problems = dict[str, CampaignRefused]
"""The name of a field → what is wrong there."""


@dataclass(frozen=True, slots=True)
class TypedButton:
    """What was chosen for one button; no `kind`: there is none."""

    kind: str = ""
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a draft. `texts`: language → words. Moments and times are as browsers write them.

    `starts`, `ends`: "2026-10-05T08:00" at home, or nothing; `first`, `last`: "07:30".
    """

    title: str
    texts: Mapping[str, str]
    buttons: tuple[TypedButton, ...]
    first: str
    last: str
    starts: str
    ends: str

    @classmethod
    def of(cls, campaign: Campaign) -> "Typed":
        """How the fields look in which nobody has typed anything yet."""
        buttons = [TypedButton(each.kind, each.label, each.url) for each in campaign.message.buttons]
        return cls(
            title=campaign.title,
            texts={language: editable(text) for language, text in campaign.message.texts.items()},
            buttons=(*buttons, *(TypedButton() for _ in range(MOST_BUTTONS - len(buttons)))),
            first=f"{campaign.hours.first:%H:%M}",
            last=f"{campaign.hours.last:%H:%M}",
            starts=_as_typed(campaign.starts_at),
            ends=_as_typed(campaign.expires_at),
        )

    def read(self, before: Message, now: datetime) -> tuple[dict[str, Any], Problems]:
        """(fields of a campaign, what is wrong where). What is wrong is left out: the rest can still be shown.

        `before` is the message so far: its picture stays.
        """
        problems: Problems = {}
        message = self._message(before, problems)
        return {"title": self._title(problems), "message": message, **self._times(now, problems)}, problems

    def _title(self, problems: Problems) -> str:
        title = normalise(self.title)
        if not title:
            problems["title"] = CampaignRefused("console.campaigns.title_missing")
        elif len(title) > LONGEST_TITLE:
            problems["title"] = CampaignRefused("console.campaigns.title_long", most=LONGEST_TITLE)
        return title

    def _message(self, before: Message, problems: Problems) -> Message:
        texts = {}
        for language, typed in self.texts.items():
            if not typed.strip():
                continue
            texts[language] = clean(tidy(typed))
            try:
                check_text(texts[language], PLACEHOLDERS - OF_CALENDAR)
            except CampaignRefused as refusal:
                problems[f"text_{language}"] = refusal
                del texts[language]
        return replace(before, texts=texts, buttons=self._buttons(problems))

    def _buttons(self, problems: Problems) -> tuple[MessageButton, ...]:
        buttons: list[MessageButton] = []
        for place, typed in enumerate(self.buttons, 1):
            button = _button(typed)
            if button is None:
                continue
            try:
                if button in buttons:
                    raise CampaignRefused("console.campaigns.same_button")
                check_button(button)
            except CampaignRefused as refusal:
                problems[f"button_{place}"] = refusal
            else:
                buttons.append(button)
        return tuple(buttons)

    def _times(self, now: datetime, problems: Problems) -> dict[str, Any]:
        times: dict[str, Any] = {}
        for field, typed, name in (("starts", self.starts, "starts_at"), ("ends", self.ends, "expires_at")):
            try:
                times[name] = _moment(typed, now)
            except CampaignRefused as refusal:
                problems[field] = refusal
        starts_at, expires_at = times.get("starts_at"), times.get("expires_at")
        if starts_at and expires_at and expires_at <= starts_at:
            problems["ends"] = CampaignRefused("campaign.expired")
        try:
            times["hours"] = Hours(time.fromisoformat(self.first), time.fromisoformat(self.last))
        except ValueError:
            problems["hours"] = CampaignRefused("campaign.hours")
        else:
            if not times["hours"].are_decent:
                problems["hours"] = CampaignRefused("campaign.hours")
        return times


def editable(text: str) -> str:
    """Clean HTML as people write it: "&" rather than "&amp;", wherever that is read back as the same."""
    written = html.unescape(text)
    return written if clean(written) == text else text


def _button(typed: TypedButton) -> MessageButton | None:
    kind: ButtonKind | None = next((each for each in get_args(ButtonKind) if each == typed.kind), None)
    if kind is None:
        return None
    return MessageButton(kind, normalise(typed.label), typed.url.strip()) if kind == "link" else MessageButton(kind)


def _moment(typed: str, now: datetime) -> datetime | None:
    """A moment at home; None if nothing was typed."""
    if not typed.strip():
        return None
    try:
        moment = datetime.fromisoformat(typed.strip()).replace(tzinfo=HOME_ZONE)
    except ValueError:
        raise CampaignRefused("console.campaigns.moment_not_read") from None
    if moment <= now:
        raise CampaignRefused("console.campaigns.moment_over")
    if moment > now + FARTHEST:
        raise CampaignRefused("console.campaigns.moment_far")
    return moment


def _as_typed(moment: datetime | None) -> str:
    return f"{moment.astimezone(HOME_ZONE):%Y-%m-%dT%H:%M}" if moment else ""
