"""A screen → what a Telegram message says and the buttons under it, sized for a phone 360 pixels wide."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from channels.plain_text import progress_bar
from engine.messages import LONGEST_CHOICE_LABEL, Button, Screen

LETTERS_IN_A_ROW = {1: LONGEST_CHOICE_LABEL, 2: 16, 3: 11, 4: 8}
"""Letters of a label that can be read on a button that shares its row with so many in all."""

_NUMBERS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """`html` is the whole text; `keyboard` is a reply_markup as the Bot API has it, None without buttons."""

    html: str
    keyboard: Any


def shown(screen: Screen) -> Shown:
    """Long choices are written in the text, and their buttons have the number that one could type as well."""
    html = f"{progress_bar(*screen.progress)}\n{screen.html}" if screen.progress else str(screen.html)
    numbered = _too_long_choices(screen)
    if numbered:
        lines = [f"{number}. {escape(button.label)}" for number, button in numbered.items()]
        html += "\n\n" + "\n".join(lines)
    rows = [[_key(button.label, button) for button in row] for row in _rows(screen, set(numbered.values()))]
    numbers = [_key(str(number), button) for number, button in numbered.items()]
    rows = [numbers[at : at + _NUMBERS_IN_A_ROW] for at in range(0, len(numbers), _NUMBERS_IN_A_ROW)] + rows
    return Shown(html, {"inline_keyboard": rows} if rows else None)


def _too_long_choices(screen: Screen) -> dict[int, Button]:
    """All choices of the screen by their number, if one of them is too long for a button."""
    choices = {place: each for place, each in enumerate(screen.flat_buttons, start=1) if each.kind == "choice"}
    is_too_long = any(len(each.label) > LETTERS_IN_A_ROW[1] for each in choices.values())
    return choices if is_too_long else {}


def _rows(screen: Screen, left_out: set[Button]) -> Iterator[list[Button]]:
    """The rows of the screen; one whose labels do not fit is broken into several."""
    for row in screen.buttons:
        buttons = [button for button in row if button not in left_out]
        while buttons:
            fits = next(width for width in range(len(buttons), 0, -1) if _fits(buttons[:width]))
            yield buttons[:fits]
            buttons = buttons[fits:]


def _fits(row: list[Button]) -> bool:
    letters = LETTERS_IN_A_ROW.get(len(row), 0)
    return len(row) == 1 or all(len(button.label) <= letters for button in row)


def _key(label: str, button: Button) -> dict[str, str]:
    return {"text": label, "callback_data": button.action}
