"""Chat, console and everything that is drawn have one family of colours."""

import re
from pathlib import Path

from reports.look import COLOURS

ROOT = Path(__file__).parent.parent
SHEETS = ("channels/webchat/static/chat.css", "web/static/console.css")
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6});")


def palettes(sheet: str) -> list[dict[str, str]]:
    """The light one and the dark one of a style sheet."""
    light, dark, *_ = (ROOT / sheet).read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)", 2)
    return [dict(_COLOUR.findall(part.split("*, ::before", 1)[0])) for part in (light, dark)]


def test_the_console_has_the_colours_of_the_chat() -> None:
    chat, console = (palettes(sheet) for sheet in SHEETS)
    assert console == chat
    assert len(chat[0]) == len(chat[1]) > 10


def test_what_is_drawn_has_them_too() -> None:
    light = palettes(SHEETS[0])[0]
    assert {name: light[name] for name in ("ink", "accent", "warm")} == {
        name: COLOURS[name] for name in ("ink", "accent", "warm")
    }
