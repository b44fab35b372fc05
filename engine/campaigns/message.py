"""What a campaign says: a text in each language, with placeholders, and at most three buttons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import nh3

from engine.errors import CampaignRefused
from engine.messages import LONGEST_CHOICE_LABEL, AttachmentKind

ButtonKind = Literal["open", "continue", "link", "my_commune"]
"""What a button of a campaign leads to; the one that stops all messages is always there besides."""

MOST_BUTTONS = 2
"""Besides the one that stops all messages."""
LONGEST_MESSAGE = 900
"""Characters without tags: what Telegram takes under a picture, with room for the names that are put in."""

PLACEHOLDERS = frozenset({"commune", "days_left", "year", "theme", "question", "questions"})
OF_CALENDAR = frozenset({"theme"})
"""Placeholders of templates only: the calendar puts them in before anything else."""
OF_OPEN_SESSION = frozenset({"question", "questions"})
"""Placeholders that only someone can be told who has stopped half-way."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class MessageButton:
    """A button; only a link has words of its own and an address."""

    kind: ButtonKind
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`texts`: language → clean HTML; the first language is there at least.

    `picture` is the number of a kept one. `documents` go to staff only: files of the last release of their unit.
    `approval` names the campaign that a notice asks an officer to approve: its message stands above the text.
    """

    texts: Mapping[str, str]
    buttons: tuple[MessageButton, ...] = ()
    picture: int | None = None
    documents: tuple[AttachmentKind, ...] = ()
    approval: int | None = None

    @property
    def placeholders(self) -> set[str]:
        """All that are used in any language."""
        return {name for text in self.texts.values() for name in _PLACEHOLDER.findall(text)}

    @property
    def needs_open_session(self) -> bool:
        """Whether it tells somebody where they have stopped."""
        return bool(self.placeholders & OF_OPEN_SESSION)

    def text(self, language: str, first_language: str) -> tuple[str, str]:
        """(language, text): in this language, else in the first one."""
        spoken = language if language in self.texts else first_language
        return spoken, self.texts[spoken]

    def document(self) -> dict[str, Any]:
        """As JSON keeps it."""
        buttons = [{"kind": each.kind, "label": each.label, "url": each.url} for each in self.buttons]
        return {
            "texts": dict(self.texts),
            "buttons": buttons,
            "picture": self.picture,
            "documents": list(self.documents),
            "approval": self.approval,
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Message":
        """Back from `document`."""
        buttons = tuple(MessageButton(**each) for each in document["buttons"])
        documents = tuple(document["documents"])
        return cls(document["texts"], buttons, document["picture"], documents, document["approval"])


EMPTY = Message({})


def clean(written: str) -> str:
    """What was written → bold, italic and links; whatever else looks like a tag is gone, all other signs stay."""
    known = re.sub(r"(?i)<(/?)strong\b", r"<\1b", re.sub(r"(?i)<(/?)em\b", r"<\1i", written))
    return nh3.clean(
        known,
        tags={"b", "i", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
        strip_comments=True,
    ).strip()


def visible(html: str) -> str:
    """The text without its tags."""
    return _TAG.sub("", html)


def check_text(html: str, placeholders: frozenset[str] = PLACEHOLDERS) -> None:
    """CampaignRefused if a text is empty, too long, or has a placeholder that we do not know."""
    length = len(visible(html).strip())
    if not length:
        raise CampaignRefused("message.empty")
    if length > LONGEST_MESSAGE:
        raise CampaignRefused("message.too_long", length=length, most=LONGEST_MESSAGE)
    for name in _PLACEHOLDER.findall(html):
        if name not in placeholders:
            known = ", ".join(f"{{{each}}}" for each in sorted(placeholders))
            raise CampaignRefused("message.placeholder_unknown", placeholder=f"{{{name}}}", known=known)
    if "{" in _PLACEHOLDER.sub("", html) or "}" in _PLACEHOLDER.sub("", html):
        raise CampaignRefused("message.brace")


def check_button(button: MessageButton) -> None:
    """CampaignRefused if a link lacks words or an address that a browser opens."""
    if button.kind != "link":
        return
    if not 0 < len(button.label) <= LONGEST_CHOICE_LABEL:
        raise CampaignRefused("message.label_length", length=len(button.label), most=LONGEST_CHOICE_LABEL)
    parts = urlsplit(button.url)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(sign in button.url for sign in ' "<>\n'):
        raise CampaignRefused("message.url", url=button.url)


def fill(html: str, facts: Mapping[str, str]) -> str:
    """Puts facts (safe HTML already) in the place of their placeholders. KeyError if one is missing."""
    return _PLACEHOLDER.sub(lambda found: facts[found[1]], html)
