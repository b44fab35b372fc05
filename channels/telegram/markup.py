"""Text for Telegram's HTML mode: our own few tags and nothing else, in pieces that Telegram takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

LONGEST_TEXT = (
    4096  # characters of a message once tags are taken out, https://core.telegram.org/bots/api#sendmessage
)
LONGEST_CAPTION = 1024  # the same under a picture or document

_TAG = re.compile(r'<(/?)(b|i|a)((?<=a) href="https?://[^"<>\s]+")?>')
_WORD = re.compile(r"\S*\s*")
_UNSAFE = re.compile(r"<|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")
"""Outside of our tags: what Telegram would take for a tag, or for an entity that it does not know."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tag (`length` 0), or a word with the space after it. `rank` tells how good it is to cut behind it."""

    html: str
    length: int
    rank: int = 0
    tag: str = ""


def visible_length(html: str) -> int:
    """What Telegram counts: UTF-16 units without the tags."""
    return _length(unescape(_TAG.sub("", html)))


def safe_pieces(html: str, longest: int = LONGEST_TEXT) -> list[str]:
    """HTML of our subset → the same in pieces of at most `longest` visible characters, cut between paragraphs.

    <b>, <i> and <a href="http…"> stay; whatever else looks like a tag is shown as it is written.
    """
    if _is_fit_as_it_is(html, longest):
        return [html]
    finished: list[str] = []
    part: list[_Piece] = []
    length = 0
    for piece in _pieces(html, longest):
        while length + piece.length > longest:
            cut = _best_cut(part)
            finished.append(_closed(part[:cut]))
            length -= sum(each.length for each in part[:cut])
            part = _open_tags(part[:cut]) + part[cut:]
        part.append(piece)
        length += piece.length
    last = _closed(part)
    return [*finished, last] if visible_length(last) or not finished else finished


def _is_fit_as_it_is(html: str, longest: int) -> bool:
    """Short and clean, as all our own templates are."""
    if 2 * len(html) > longest or _UNSAFE.search(_TAG.sub("", html)):
        return False
    tags = _TAG.findall(html)
    # Not nested at all: each tag is closed before the next one opens.
    pairs = zip(tags[::2], tags[1::2], strict=False)
    return len(tags) % 2 == 0 and all(
        not begin[0] and end[0] and begin[1] == end[1] and (begin[1] == "a") == bool(begin[2]) and not end[2]
        for begin, end in pairs
    )


def _pieces(html: str, longest: int) -> Iterator[_Piece]:
    position = 0
    opened: list[str] = []
    for tag in _TAG.finditer(html):
        yield from _words(html[position : tag.start()], longest)
        position = tag.end()
        is_end, name, link = tag.groups()
        fits = (opened and opened[-1] == name and not link) if is_end else (name == "a") == bool(link)
        if not fits:  # a tag that closes nothing, or a link without an address: words like any other
            yield from _words(escape(tag[0]), longest)
            continue
        if is_end:
            opened.pop()
        else:
            opened.append(name)
        yield _Piece(tag[0], 0, tag=name)
    yield from _words(html[position:], longest)


def _words(html: str, longest: int) -> Iterator[_Piece]:
    for word in _WORD.findall(unescape(html)):
        breaks = word[len(word.rstrip()) :]
        rank = 3 if "\n\n" in breaks else 2 if "\n" in breaks else 1 if breaks else 0
        for start in range(0, len(word), longest // 2):  # a letter outside of the first 65,536 counts as two
            part = word[start : start + longest // 2]
            yield _Piece(escape(part), _length(part), rank)


def _best_cut(part: list[_Piece]) -> int:
    """The number of pieces to take: up to the last of the best places to cut."""
    best = max(piece.rank for piece in part if piece.length)
    return max(place for place, piece in enumerate(part, start=1) if piece.length and piece.rank == best)


def _open_tags(part: list[_Piece]) -> list[_Piece]:
    opened: list[_Piece] = []
    for piece in part:
        if piece.tag and piece.html.startswith("</"):
            opened.pop()
        elif piece.tag:
            opened.append(piece)
    return opened


def _closed(part: list[_Piece]) -> str:
    ends = "".join(f"</{piece.tag}>" for piece in reversed(_open_tags(part)))
    return "".join(piece.html for piece in part).strip() + ends


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
