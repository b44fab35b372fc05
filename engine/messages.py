"""What goes between a channel and the engine: a person's press or words in, screens out."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from engine.newcomers import Newcomer

LONGEST_ACTION = 64  # bytes: Telegram's limit for callback_data, https://core.telegram.org/bots/api
LONGEST_CHOICE_LABEL = 32  # characters that stay readable on a button of a 360 px phone

LARGEST_PICTURE = 5_000_000
"""Bytes of a campaign's picture: what a phone on a bad network still gets."""

ButtonKind = Literal["choice", "main", "quiet"]
AttachmentKind = Literal[
    "result_card",
    "result_form",
    "my_data",
    "statistics_picture",
    "statistics_xlsx",
    "statistics_pdf",
    "statistics_csv",
    "statistics_json",
    "campaign_picture",
    "question_voice",
]
PICTURES: frozenset[AttachmentKind] = frozenset({"result_card", "statistics_picture", "campaign_picture"})
"""Attachments to be looked at where they stand, not to be kept as a file."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did: typed a text or pressed a button (never both).

    `answers_turn` is the number of the turn whose screen the person saw, where the channel knows it; a press
    that answers an older turn was either sent twice or meant for a screen that is gone, and changes nothing.
    `html` is the text with its bold, italic and links, where the channel knows them and there are any.
    `picture` comes only where the screen `takes_picture`; the text is what was written below it.
    `update` is the number that the messenger gave to this, where it numbers what it delivers: a number that was
    handled already was delivered twice, a smaller one too late.
    `newcomer` matters only if the address is new.
    """

    channel: str
    address: str
    text: str | None = None
    html: str | None = None
    picture: bytes | None = None
    action: str | None = None
    answers_turn: int | None = None
    update: int | None = None
    newcomer: Newcomer = "welcome"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice (an answer to what the screen asks), the main way on, or a quiet other way.

    With a `url` it opens that page and does nothing here: it has no action.
    """

    label: str
    action: str
    kind: ButtonKind = "quiet"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Names a file that is made when a channel asks for it, so that no turn waits for a drawing.

    `person` is whose it is; of a campaign's picture and of a recording, its number.
    `description` says in words what the file shows, for people who cannot see it.
    """

    kind: AttachmentKind
    person: int
    description: str


@dataclass(frozen=True, slots=True)
class File:
    """A finished file on its way to a person."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees after a turn, in their language.

    `html` holds nothing but text, line ends, <b>, <i> and <a href>. `progress` is (question, of how many).
    A screen that `replaces` takes the place of the last one where the channel can edit; others stay to be
    scrolled back to. `reads_numbers` tells whether a typed number means "the button at that place". A screen that
    `is_live` changes by itself: a channel that can edit shows it anew every few seconds while it is the last one.
    One that `takes_picture` can be answered with a picture, where the channel has them. `voice` is a recording that
    somebody has asked to hear.
    """

    id: str
    language: str
    html: Markup
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: Attachment | None = None
    document: Attachment | None = None
    voice: Attachment | None = None
    progress: tuple[int, int] | None = None
    replaces: bool = True
    reads_numbers: bool = True
    is_live: bool = False
    takes_picture: bool = False

    @property
    def file(self) -> Attachment | None:
        """What goes with the words; no screen has two."""
        return self.picture or self.document or self.voice

    @property
    def flat_buttons(self) -> list[Button]:
        """The buttons in reading order: typing n means the nth of them."""
        return [button for row in self.buttons for button in row]

    def button_at(self, typed: str) -> Button | None:
        """The button that a typed number names, where numbers mean buttons."""
        digits = typed.strip()
        if not (self.reads_numbers and digits.isascii() and digits.isdigit() and len(digits) <= 3):
            return None
        buttons = self.flat_buttons
        return buttons[int(digits) - 1] if 1 <= int(digits) <= len(buttons) else None
