"""What a scenario asks for, in words of no library: each client turns it into its own types."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keyboard:
    """Rows of (label, callback data), or (label, URL)."""

    rows: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class File:
    content: bytes
    name: str


@dataclass(frozen=True)
class NewMedia:
    """For editMessageMedia: `media` is a file or the id of one."""

    kind: str
    media: File | str
    caption: str = ""


@dataclass(frozen=True)
class Commands:
    names: list[tuple[str, str]]


@dataclass(frozen=True)
class ScopeOfChat:
    chat_id: int


@dataclass(frozen=True)
class CommandsButton:
    """The menu button that opens the list of commands."""


@dataclass(frozen=True)
class Failure:
    """An error as a bot's author meets it: whose fault, in which words (lower case), and when to come back."""

    kind: str
    words: str
    retry_after: int = 0
    migrate_to: int = 0
