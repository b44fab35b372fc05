"""A screen → what a Telegram message says and the buttons under it, sized for a phone 360 pixels wide."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from channels.plain_text import progress_bar
from engine.messages import LONGEST_CHOICE_LABEL, Button, Screen

LETTERS_IN_A_ROW = {1: LONGEST_CHOICE_LABEL, 2: 16, 3: 11, 4: 8}
"""Letters of a label that can be read on a button that shares its row with so many in all."""

MOST_KEYBOARDS = 500
"""That are remembered: all copies of a campaign have the same one, and every second screen has been seen before."""
_NUMBERS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """`html` is the whole text; `keyboard` is a reply_markup as the Bot API has it, None without buttons."""

    html: str
    keyboard: Any


def shown(screen: Screen) -> Shown:
    """Long choices are written in the text, and their buttons have the number that one could type as well."""
    html = f"{progress_bar(*screen.progress)}\n{screen.html}" if screen.progress else str(screen.html)
    choices, keyboard = _keyboard(screen.buttons)
    return Shown(html + choices, keyboard)


@lru_cache(MOST_KEYBOARDS)
def _keyboard(buttons: tuple[tuple[Button, ...], ...]) -> tuple[str, Any]:
    """What goes into the text, and the reply_markup, which nobody may change: the next screen gets it, too."""
    numbered = _too_long_choices(buttons)
    lines = [f"{number}. {escape(button.label)}" for number, button in numbered.items()]
    numbers = [_key(str(number), button) for number, button in numbered.items()]
    rows = [numbers[at : at + _NUMBERS_IN_A_ROW] for at in range(0, len(numbers), _NUMBERS_IN_A_ROW)]
    for row in buttons:
        left = [button for button in row if not numbered or button.kind != "choice"]
        rows += [[_key(button.label, button) for button in part] for part in _parts_that_fit(left)]
    return "\n\n" + "\n".join(lines) if lines else "", {"inline_keyboard": rows} if rows else None


def _too_long_choices(buttons: tuple[tuple[Button, ...], ...]) -> dict[int, Button]:
    """All choices by the number that one types for them, if one of them is too long for a button."""
    in_order = (button for row in buttons for button in row)
    choices = {number: each for number, each in enumerate(in_order, start=1) if each.kind == "choice"}
    longest = max((len(each.label) for each in choices.values()), default=0)
    return choices if longest > LETTERS_IN_A_ROW[1] else {}


def _parts_that_fit(row: list[Button]) -> Iterator[list[Button]]:
    """A row whose labels do not fit is broken into several."""
    while row:
        fits = next(width for width in range(len(row), 0, -1) if _fits(row[:width]))
        yield row[:fits]
        row = row[fits:]


def _fits(row: list[Button]) -> bool:
    letters = LETTERS_IN_A_ROW.get(len(row), 0)
    return len(row) == 1 or max(len(button.label) for button in row) <= letters


def _key(label: str, button: Button) -> dict[str, str]:
    return {"text": label, "url": button.url} if button.url else {"text": label, "callback_data": button.action}
