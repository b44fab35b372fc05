"""The gettext catalogues: read into `Texts`, held against the content and against each other."""

import gettext
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import read_po, write_po

from content.problems import Line, Problem, problem
from engine.messages import LONGEST_CHOICE_LABEL
from engine.text import fold
from engine.texts import Message, Texts

SOURCE_LANGUAGE = "vi"
"""Content is written in it, and `ui` is complete in it before any other."""

COMPLETE_LANGUAGES = frozenset({SOURCE_LANGUAGE, "en"})
"""The product itself is always complete in these; any other language is offered once it is."""

_TAG = re.compile(r"<[^>]*>?")
_SAFE_TAG = re.compile(r'</?[bi]>|<a href="https://[^"<>]+">|</a>')


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a content file that citizens read, and where they stand."""

    text: str
    file: str
    line: Line
    what: str
    group: str = ""
    """Not empty for the options of one question: their labels must differ in every language."""


@dataclass(frozen=True)
class Coverage:
    """How much of one domain is translated into one language."""

    language: str
    domain: str
    translated: int
    of: int

    @property
    def is_complete(self) -> bool:
        """Nothing is missing."""
        return self.translated == self.of

    @property
    def is_for_citizens(self) -> bool:
        """Whether a language must be complete in it before it is offered."""
        return self.domain != "console"


@dataclass(frozen=True)
class Language:
    """The three catalogues of one language, as files."""

    code: str
    folder: Path

    @cached_property
    def ui(self) -> Catalog:
        """Interface messages by key."""
        return _read(self.folder / "ui.po", self.code)

    @cached_property
    def content(self) -> Catalog:
        """Content by its Vietnamese words; empty for the source language, which needs none."""
        return _read(self.folder / "content.po", self.code)

    @cached_property
    def console(self) -> Catalog:
        """Messages of the console by key: only staff read them, so a language is offered without."""
        return _read(self.folder / "console.po", self.code)

    def texts(self, source: "Language | None" = None) -> Texts:
        """Ready to be spoken; what the console says and nobody has translated, in the source language."""
        of_source = _translated(source.console) if source else ()
        own = (*_translated(self.ui), *_translated(self.console))
        messages = {key: translation for key, translation, _ in (*of_source, *own)}
        contents = {words: text for words, text, _ in _translated(self.content) if isinstance(text, str)}
        name = messages.get("language.name", self.code)
        plural = gettext.c2py(self.ui.plural_expr)
        return Texts(self.code, name if isinstance(name, str) else self.code, messages, contents, plural)


def read_languages(locales: Path) -> dict[str, Language]:
    """Every language that has a folder, the source language first."""
    codes = sorted(folder.name for folder in locales.iterdir() if (folder / "LC_MESSAGES").is_dir())
    codes.sort(key=lambda code: code != SOURCE_LANGUAGE)
    return {code: Language(code, locales / code / "LC_MESSAGES") for code in codes}


def measure(language: Language, source: Language, words: Mapping[str, Words]) -> tuple[Coverage, ...]:
    """What share of the interface, of the content and of the console is there in a language."""
    own_words = set(words) if language.code == SOURCE_LANGUAGE else set(language.texts().contents)
    return (
        _coverage(language.code, "ui", language.ui, source.ui),
        Coverage(language.code, "content", len(set(words) & own_words), len(words)),
        _coverage(language.code, "console", language.console, source.console),
    )


def _coverage(code: str, domain: str, catalog: Catalog, source: Catalog) -> Coverage:
    keys = {key for key, _, _ in _translated(source)}
    return Coverage(code, domain, len(keys & {key for key, _, _ in _translated(catalog)}), len(keys))


def check_catalogues(languages: Mapping[str, Language], words: Mapping[str, Words]) -> Iterator[Problem]:
    """Every slip in a catalogue. What is not translated yet is for `missing` to say."""
    source = languages[SOURCE_LANGUAGE]
    for language in languages.values():
        folder = f"locales/{language.code}/LC_MESSAGES"
        yield from _check_messages(language.code, f"{folder}/ui.po", language.ui, source.ui)
        yield from _check_messages(language.code, f"{folder}/console.po", language.console, source.console)
        if language.code != SOURCE_LANGUAGE:
            yield from check_labels(language.code, language.texts().contents, words.values())


def _check_messages(code: str, file: str, catalog: Catalog, source: Catalog) -> Iterator[Problem]:
    known = {key: message for key, message, _ in _translated(source)}
    for key, message, line in _translated(catalog):
        forms = message if isinstance(message, tuple) else (message,)
        for form in forms:
            unsafe = [tag for tag in _TAG.findall(form) if not _SAFE_TAG.fullmatch(tag)]
            if unsafe:
                yield problem("C072", file, line, language=code, key=key, found=unsafe[0])
        if key not in known:
            yield problem("C075", file, line, key=key)
        elif _fields(message) != _fields(known[key]):
            yield problem(
                "C071",
                file,
                line,
                language=code,
                key=key,
                found=", ".join(sorted(_fields(message))) or "nothing",
                expected=", ".join(sorted(_fields(known[key]))) or "nothing",
            )


def missing(
    languages: Mapping[str, Language], codes: Collection[str], words: Mapping[str, Words]
) -> Iterator[Problem]:
    """What still has to be translated into these languages."""
    source = languages[SOURCE_LANGUAGE]
    for language in languages.values():
        if language.code not in codes or language.code == SOURCE_LANGUAGE:
            continue
        texts = language.texts()
        file = f"locales/{language.code}/LC_MESSAGES"
        for name, catalog in (("ui.po", source.ui), ("console.po", source.console)):
            for key, _, _ in _translated(catalog):
                if key not in texts.messages:
                    yield problem("C070", f"{file}/{name}", 1, language=language.code, words=key)
        for each in words.values():
            if each.text not in texts.contents:
                first_line = each.text.partition("\n")[0]
                yield problem("C070", f"{file}/content.po", 1, language=language.code, words=first_line)


def update(language: Language, source: Language, words: Mapping[str, Words]) -> None:
    """Brings the files of a language up to date: adds what is new, empty; drops what nothing says any more."""
    language.folder.mkdir(parents=True, exist_ok=True)
    ui, console = _template(source.ui, language), _template(source.console, language)
    content = Catalog(locale=None, charset="utf-8")
    for each in words.values():
        content.add(each.text, locations=[(each.file, 1)], auto_comments=[each.what])
    for name, template, catalog in (
        ("ui.po", ui, language.ui),
        ("console.po", console, language.console),
        ("content.po", content, language.content),
    ):
        if language.code == SOURCE_LANGUAGE and name == "content.po":
            continue
        catalog.update(template, no_fuzzy_matching=False)
        catalog.obsolete.clear()
        with (language.folder / name).open("wb") as file:
            write_po(file, catalog, width=110, include_lineno=False)


def _template(source: Catalog, language: Language) -> Catalog:
    """The keys of a catalogue, each with what it says in the source language."""
    made = Catalog(locale=None, charset="utf-8")
    for message in source:
        if message.id:
            comments = [] if language.code == SOURCE_LANGUAGE else [f"{SOURCE_LANGUAGE}: {_forms(message)[0]}"]
            made.add(message.id, auto_comments=comments)
    return made


def _read(path: Path, code: str) -> Catalog:
    if not path.exists():
        return Catalog(charset="utf-8", header_comment=f"# hoctap: {code}")
    with path.open("rb") as file:
        return read_po(file)


def _translated(catalog: Catalog) -> Iterator[tuple[str, Message, int]]:
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = _forms(message)
        if key and all(forms) and not message.fuzzy:
            yield key, forms if isinstance(message.id, tuple | list) else forms[0], message.lineno or 1


def _forms(message: BabelMessage) -> tuple[str, ...]:
    """The translation as plural forms; most messages have just one."""
    written = message.string
    return tuple(form or "" for form in written) if isinstance(written, tuple | list) else (written or "",)


def _fields(message: Message) -> set[str]:
    forms = message if isinstance(message, tuple) else (message,)
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def check_labels(code: str, contents: Mapping[str, str], words: Iterable[Words]) -> Iterator[Problem]:
    """Labels that are too long for a button in a language, or look like another option of the same question."""
    seen: dict[str, set[str]] = {}
    for each in words:
        label = contents.get(each.text, "")
        if not each.group or not label:
            continue
        if len(label) > LONGEST_CHOICE_LABEL:
            yield problem(
                "C073",
                each.file,
                each.line,
                language=code,
                label=label,
                length=len(label),
                most=LONGEST_CHOICE_LABEL,
            )
        if fold(label) in seen.setdefault(each.group, set()):
            yield problem("C074", each.file, each.line, language=code, label=label)
        seen[each.group].add(fold(label))
