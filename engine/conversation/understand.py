"""Reads typed words as a press: a button's number, its words without accents, or a command's everyday name."""

from rapidfuzz import fuzz

from engine.messages import Button, Screen
from engine.text import fold
from engine.texts import Texts

_SHORTEST_BEGINNING = 3
_SLIPS_FROM = 85.0  # rapidfuzz ratio: one slip in a label of seven letters

COMMAND_WORDS = {
    "help": "command.help.words",
    "result": "command.result.words",
    "stop": "command.stop.words",
    "erase": "command.erase.words",
    "language": "command.language.words",
}


def find_button(screen: Screen, typed: str) -> Button | None:
    """The button that has just these words, accents aside, or this number."""
    words = fold(typed)
    for button in screen.flat_buttons:
        if words and fold(button.label) == words:
            return button
    return screen.button_at(words)


def find_button_loosely(screen: Screen, say: Texts, typed: str) -> Button | None:
    """The only button that begins with these words, or is like them but for a slip, or has this number word."""
    words = fold(typed)
    if not words:
        return None
    labelled = [(fold(button.label), button) for button in screen.flat_buttons]
    meant = _only_one_beginning_with(words, labelled) or _only_one_like(words, labelled)
    numbers = [fold(number) for number in say.plain("number.words").split(",")]
    if meant is None and words in numbers:
        meant = screen.button_at(str(numbers.index(words) + 1))
    return meant


def _only_one_beginning_with(words: str, labelled: list[tuple[str, Button]]) -> Button | None:
    fits = [button for label, button in labelled if label.startswith(words)]
    return fits[0] if len(fits) == 1 and len(words) >= _SHORTEST_BEGINNING else None


def _only_one_like(words: str, labelled: list[tuple[str, Button]]) -> Button | None:
    fits = [button for label, button in labelled if fuzz.ratio(words, label) >= _SLIPS_FROM]
    return fits[0] if len(fits) == 1 else None


def find_command(say: Texts, typed: str) -> str | None:
    """The command that is called by these words in this language, such as "trợ giúp" for /help."""
    words = fold(typed)
    for command, key in COMMAND_WORDS.items():
        if words and words in (fold(name) for name in say.plain(key).split(",")):
            return command
    return None
