"""Screens as plain text: for the terminal, for transcripts, and for any channel without markup."""

import re
from html import unescape

from engine.messages import Button, Screen

_TAG = re.compile(r"<[^>]+>")
_BAR_LENGTH = 10


def plain(html: str) -> str:
    """Our subset of HTML → the words alone."""
    return unescape(_TAG.sub("", html))


def progress_bar(done: int, of: int) -> str:
    """Question 6 of 20 → ▓▓░░░░░░░░: what lies behind one, not the question itself."""
    filled = (done - 1) * _BAR_LENGTH // of
    return "▓" * filled + "░" * (_BAR_LENGTH - filled)


def screen_lines(screen: Screen) -> list[str]:
    """A screen's words, bar, files and buttons, a line each; a row of buttons is one line."""
    lines = [progress_bar(*screen.progress)] if screen.progress else []
    lines += plain(screen.html).split("\n")
    if screen.file:
        lines.append(f"({screen.file.description})")
    lines += ["  ".join(f"[{button_words(button)}]" for button in row) for row in screen.buttons]
    return lines


def button_words(button: Button) -> str:
    """What a button says; of a link its address, too, since nobody can press it here."""
    return f"{button.label}: {button.url}" if button.url else button.label
