"""Transcripts: a conversation as a person would write it down, without ids or times.

me> /start c03667
bot> Chào bạn …
     [Bắt đầu]
me> [Bắt đầu]
-- restart
-- 25 hours pass
"""

from collections.abc import Iterable

from channels.plain_text import screen_lines
from engine.messages import Screen

_MARGIN = "     "


def written_screen(screen: Screen) -> str:
    """What the bot said, as it stands in a transcript."""
    first, *rest = screen_lines(screen)
    return "\n".join([f"bot> {first}".rstrip(), *(f"{_MARGIN}{line}".rstrip() for line in rest)])


def written_turn(said: str, screens: Iterable[Screen]) -> str:
    """What the person did (`[label]` for a press) and what the bot said to it."""
    return "\n".join([f"me> {said}", *(written_screen(screen) for screen in screens)])
