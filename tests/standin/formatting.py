"""Text with HTML tags becomes plain text and entities, or is refused in the words of Telegram's own parser.

The rules are those of https://core.telegram.org/bots/api#html-style; the words tdlib's (MessageEntity.cpp, 2024).
"""

import re
from dataclasses import dataclass
from typing import Any

from tests.standin.refusal import Refused, bad_request

Entity = dict[str, Any]

_KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_NEXT = re.compile(r"[<&]")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]*)\s*(=?)\s*("[^"]*"|'[^']*'|[a-zA-Z0-9.\-]*)""")
_START_TAG = re.compile(r"<([^\s>]*)")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
_BLANKS = re.compile(r"\s*")
_AFTER_NAME_TOKEN = re.compile(r"[\s>]")
_LINK = re.compile(r"(https?|tg|mailto|tel):")
_LONGEST_REFERENCE = 10


def utf16_length(text: str) -> int:
    """Telegram counts offsets and lengths in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _OpenTag:
    name: str
    begin: int
    argument: str
    expandable: bool


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while found := _NEXT.search(self.source, self.at):
            self._add(self.source[self.at : found.start()])
            self.at = found.start()
            if found[0] == "&":
                self._take_reference()
            elif self.source.startswith("</", self.at):
                self._take_end_tag()
            else:
                self._take_start_tag()
        self._add(self.source[self.at :])
        if self.open:
            raise _cannot(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.pieces), self.entities

    def _add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += utf16_length(text)

    def _take_reference(self) -> None:
        found = _REFERENCE.match(self.source, self.at)
        self._add((found and _character(found)) or "&")
        self.at = found.end() if found and _character(found) else self.at + 1

    def _offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _take_start_tag(self) -> None:
        begin, offset = self.at, self._offset(self.at)
        named = _START_TAG.match(self.source, begin)
        assert named
        if named.end() == len(self.source):
            raise _cannot(f"Unclosed start tag at byte offset {offset}")
        name = named[1].lower()
        if name not in _KINDS:
            raise _cannot(f'Unsupported start tag "{name}" at byte offset {offset}')
        tag = _OpenTag(name, self.length, "", expandable=False)
        self.at = named.end()
        self._take_attributes(tag, offset)
        if name == "span" and tag.argument != "spoiler":
            raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self.open.append(tag)

    def _take_attributes(self, tag: _OpenTag, offset: int) -> None:
        while True:
            rest = _BLANKS.match(self.source, self.at)
            assert rest
            self.at = rest.end()
            if self.source.startswith(">", self.at):
                self.at += 1
                return
            if self.at == len(self.source):
                raise _cannot(f"Unclosed start tag at byte offset {offset}")
            found = _ATTRIBUTE.match(self.source, self.at)
            assert found
            if not found[1]:
                raise _cannot(f'Empty attribute name in the tag "{tag.name}" at byte offset {offset}')
            if found[1] == "expandable" and tag.name == "blockquote" and not found[2]:
                tag.expandable = True
            elif not found[2]:
                raise _cannot(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag.name}" at byte offset {offset}'
                )
            self.at = found.end()
            self._check_value(tag, found, offset)
            _keep_argument(tag, found[1], _plain(found[3]))

    def _check_value(self, tag: _OpenTag, found: "re.Match[str]", offset: int) -> None:
        if self.at == len(self.source):
            raise _cannot(f'Unclosed start tag "{tag.name}" at byte offset {offset}')
        quoted = found[3][:1] in ('"', "'")
        if not quoted and found[2] and self.source[self.at] in "\"'":
            raise _cannot(f"Unclosed start tag at byte offset {offset}")
        if not quoted and not _AFTER_NAME_TOKEN.match(self.source, self.at):
            raise _cannot(f"Unexpected end of name token at byte offset {self._offset(found.start(3))}")

    def _take_end_tag(self) -> None:
        offset = self._offset(self.at)
        if not self.open:
            raise _cannot(f"Unexpected end tag at byte offset {offset}")
        found = _END_TAG.match(self.source, self.at)
        assert found
        if not found[2]:
            raise _cannot(f"Unclosed end tag at byte offset {offset}")
        tag, name = self.open.pop(), found[1].lower()
        if name and name != tag.name:
            raise _cannot(f'Unmatched end tag at byte offset {offset}, expected "</{tag.name}>", found "</{name}>"')
        self.at = found.end()
        if self.length > tag.begin:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        entity: Entity = {"offset": tag.begin, "length": self.length - tag.begin, "type": _KINDS[tag.name]}
        if tag.name == "a":
            url = tag.argument
            if not _LINK.match(url):
                return
            entity["url"] = url
        elif tag.name == "tg-emoji":
            if not tag.argument.isdigit():
                raise _cannot("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.argument
        elif tag.expandable:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _keep_argument(tag: _OpenTag, name: str, value: str) -> None:
    if (tag.name, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        tag.argument = value
    elif (tag.name, name) == ("span", "class") and value.startswith("tg-"):
        tag.argument = value.removeprefix("tg-")


def _plain(value: str) -> str:
    if value[:1] in ('"', "'"):
        return _REFERENCE.sub(lambda found: _character(found) or found[0], value[1:-1])
    return value.lower()


def _character(found: "re.Match[str]") -> str:
    """The character that a reference stands for; nothing if Telegram leaves it as it is."""
    if found[3]:
        return _NAMED.get(found[3], "")
    code = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < code < 0x10FFFF or len(found[0].rstrip(";")) >= _LONGEST_REFERENCE:
        return ""
    return chr(code)


def _cannot(words: str) -> Refused:
    return bad_request(f"can't parse entities: {words}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text as a person sees it and its entities; raises Refused (400, "can't parse entities: …")."""
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).parse()
