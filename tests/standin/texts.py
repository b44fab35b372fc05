"""The text of a message as it is kept: markup read, ends trimmed, commands and links found, length checked."""

import re
from dataclasses import dataclass, field

from tests.standin.formatting import Entity, parse_html, utf16_length
from tests.standin.parameters import Parameters
from tests.standin.refusal import bad_request

LONGEST_TEXT = 4096  # https://core.telegram.org/bots/api#sendmessage
LONGEST_CAPTION = 1024  # https://core.telegram.org/bots/api#sendphoto

_FOUND_BY_ITSELF = re.compile(
    r"(?P<bot_command>(?<![\w/@<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?\b)"
    r"|(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,!?:;)])"
    r"|(?P<email>\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b)"
    r"|(?P<mention>(?<!\w)@[a-zA-Z]\w{3,31}\b)"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)
_MAY_HOLD_ONE = re.compile(r"[/@#]")


@dataclass(frozen=True)
class Text:
    """What a person reads, how it is marked, and how it was sent."""

    plain: str = ""
    entities: list[Entity] = field(default_factory=list)
    source: str = ""


def find_entities(text: str) -> list[Entity]:
    """The entities that Telegram finds without being told: commands, links, mentions."""
    if not _MAY_HOLD_ONE.search(text):
        return []
    return [
        {
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
            "type": found.lastgroup,
        }
        for found in _FOUND_BY_ITSELF.finditer(text)
    ]


def read_text(asked: Parameters) -> Text:
    """The text of sendMessage and editMessageText."""
    if not asked.text("text"):
        raise bad_request("message text is empty")
    text = _read(asked.text("text"), asked, "entities")
    if not text.plain:
        raise bad_request("text must be non-empty")
    if utf16_length(text.plain) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text


def read_caption(asked: Parameters) -> Text:
    """The caption of a photo, a document or a voice message: may be empty."""
    text = _read(asked.text("caption"), asked, "caption_entities")
    if utf16_length(text.plain) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text


def _read(source: str, asked: Parameters, entities_field: str) -> Text:
    mode = asked.text("parse_mode").lower()
    if mode == "html":
        plain, entities = parse_html(source)
    elif mode in ("", "none"):
        plain, entities = source, _given_entities(asked, entities_field)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("the stand-in does not read Markdown")
    else:
        raise bad_request("unsupported parse_mode")
    plain, entities = _trim(plain, entities)
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities]
    found = [each for each in find_entities(plain) if not _overlaps(each, taken)]
    if found:
        entities = sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))
    return Text(plain, entities, source)


def _given_entities(asked: Parameters, name: str) -> list[Entity]:
    """Entities that the client worked out itself."""
    entities = asked.structure(name, "entities")
    if not isinstance(entities, list):
        return []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        for part, kind, words in (("offset", int, "Number"), ("length", int, "Number"), ("type", str, "String")):
            if part not in entity:
                raise bad_request(f"can't parse MessageEntity: Can't find field \"{part}\"")
            if not isinstance(entity[part], kind):
                raise bad_request(f'can\'t parse MessageEntity: Field "{part}" must be of type {words}')
    return [entity for entity in entities if entity["length"] > 0 and entity["offset"] >= 0]


def _overlaps(entity: Entity, taken: list[tuple[int, int]]) -> bool:
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    return any(begin < other_end and other_begin < end for other_begin, other_end in taken)


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without the blanks at both ends; the entities move along."""
    text = text.replace("\r", "")
    trimmed = text.strip()
    if trimmed == text or not entities:
        return trimmed, entities
    cut = utf16_length(text[: len(text) - len(text.lstrip())])
    longest = utf16_length(trimmed)
    moved = []
    for entity in entities:
        begin = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, longest)
        if end > begin:
            moved.append({**entity, "offset": begin, "length": end - begin})
    return trimmed, moved
