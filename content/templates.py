"""Reads the templates of campaigns, and finds what is wrong with their texts in any language."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from content.catalogues import SOURCE_LANGUAGE, Language
from content.check import check_label
from content.located import line_of
from content.problems import Line, Problem, problem
from content.reading import Reading, read_shape
from content.shapes import TemplateFileShape, TemplateShape
from engine.campaigns.audience import ReminderRule
from engine.campaigns.calendar import Template
from engine.campaigns.message import OF_OPEN_SESSION, Message, check_text, clean
from engine.errors import CampaignRefused
from engine.text import fold

SENT_BY_ITSELF = (*get_args(ReminderRule), "seal_refused")
"""Templates that no file of the calendar names: hoctap sends them when something happens."""

_REFUSALS = {
    "message.empty": "C080",
    "message.too_long": "C081",
    "message.placeholder_unknown": "C082",
    "message.brace": "C083",
}
_TITLES = "titles of templates"


def read_templates(reading: Reading, root: Path) -> dict[str, Template] | None:
    """Id → template, in the order of the files; None if one of them does not fit its shape."""
    templates: dict[str, Template] = {}
    is_whole = True
    for path in sorted((root / "campaigns").glob("*.yaml")):
        read = read_shape(reading, path, root, TemplateFileShape)
        if read is None:
            is_whole = False
            continue
        shape, data = read
        file = str(path.relative_to(root.parent))
        for place, each in enumerate(shape.templates):
            reading.problems += _check_template(file, data["templates"][place], each, templates)
            templates.setdefault(each.id, _template(each))
            _group_title(reading, each.title)
    if not is_whole:
        return None
    for name in SENT_BY_ITSELF:
        if name not in templates:
            reading.problems.append(problem("C088", "content/campaigns", 1, template=name))
    return templates


def check_translations(languages: Mapping[str, Language], templates: Mapping[str, Template]) -> Iterator[Problem]:
    """The same rules for what translators wrote, which must have the same placeholders."""
    for language in languages.values():
        file = f"locales/{language.code}/LC_MESSAGES/content.po"
        translations = language.texts().contents
        for template in templates.values():
            for text in (template.text, template.text_without_theme):
                if text in translations:
                    message = language.content.get(text)
                    line = message.lineno if message and message.lineno else 1
                    translated = translations[text]
                    yield from _check_text(file, line, translated)
                    yield from _check_same_placeholders(file, line, language.code, template.id, text, translated)


def _check_same_placeholders(
    file: str, line: Line, language: str, template: str, text: str, translated: str
) -> Iterator[Problem]:
    expected, found = _placeholders(text), _placeholders(translated)
    if found != expected:
        yield problem(
            "C071",
            file,
            line,
            language=language,
            key=template,
            found=", ".join(sorted(found)) or "nothing",
            expected=", ".join(sorted(expected)) or "nothing",
        )


def _check_template(
    file: str, data: Any, shape: TemplateShape, before: Mapping[str, Template]
) -> Iterator[Problem]:
    if shape.id in before:
        yield problem("C010", file, line_of(data, ("id",)), id=shape.id)
    titles = {fold(each.title) for each in before.values()}
    yield from check_label(file, line_of(data, ("title",)), shape.title, titles)
    text_line, other_line = line_of(data, ("text",)), line_of(data, ("text_without_theme",))
    yield from _check_text(file, text_line, shape.text)
    names = _placeholders(shape.text)
    if shape.text_without_theme:
        yield from _check_text(file, other_line, shape.text_without_theme)
        if "theme" not in names - _placeholders(shape.text_without_theme):
            yield problem("C086", file, other_line)
    elif "theme" in names:
        yield problem("C085", file, text_line)
    half_way = sorted(names & OF_OPEN_SESSION)
    if half_way and shape.progress != ["half_way"]:
        yield problem("C087", file, text_line, placeholders=", ".join(half_way))


def _check_text(file: str, line: Line, text: str) -> Iterator[Problem]:
    try:
        check_text(text)
    except CampaignRefused as refusal:
        yield problem(_REFUSALS[refusal.key], file, line, **refusal.values)
    cleaned = clean(text)
    if cleaned != text:
        kept = cleaned.splitlines()
        found = next((each for each in text.splitlines() if each not in kept), "empty lines around it")
        yield problem("C084", file, line, found=found)


def _placeholders(text: str) -> set[str]:
    return Message({SOURCE_LANGUAGE: text}).placeholders


def _group_title(reading: Reading, title: str) -> None:
    """Officers choose between the titles: the checks of translated labels are for them, too."""
    known = reading.words[title]
    if not known.group:
        reading.words[title] = replace(known, group=_TITLES)


def _template(shape: TemplateShape) -> Template:
    return Template(
        id=shape.id,
        title=shape.title,
        text=shape.text,
        text_without_theme=shape.text_without_theme,
        buttons=tuple(shape.buttons),
        progress=tuple(shape.progress),
        is_offered=shape.is_offered,
    )
