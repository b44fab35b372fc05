"""How typed text is brought into one form, so that it can be compared. Never keeps any."""

import re
import unicodedata

LONGEST_TYPED_TEXT = 500  # characters; no answer needs more, and what is over it is not looked at

_NOT_A_WORD = re.compile(r"[^\w]+|_+")
_D_WITH_STROKE = str.maketrans("đĐ", "dD")  # a letter of its own: taking marks away does not touch it


def normalise(typed: str) -> str:
    """Text as it came from a phone → NFC, one space between words, no control characters, not too long."""
    cut = unicodedata.normalize("NFC", typed[:LONGEST_TYPED_TEXT])
    visible = "".join(" " if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter for letter in cut)
    return " ".join(visible.split())


def tidy(written: str) -> str:
    """Text of several lines → NFC, lines that end alike, no signs that nobody sees."""
    lines = unicodedata.normalize("NFC", written).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))


def fold(text: str) -> str:
    """Text → the same without accents, case and punctuation: "Đồng ý!" and "dong y" become equal."""
    bare = unicodedata.normalize("NFD", text.translate(_D_WITH_STROKE).casefold())
    letters = "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    return _NOT_A_WORD.sub(" ", letters).strip()


def shorten(text: str, most: int) -> str:
    """The beginning of a text, with a sign that there is more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
