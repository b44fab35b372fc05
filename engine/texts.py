"""Says things in one language: interface messages by key, content by its Vietnamese words.

Values that are put into a message are escaped; the messages themselves are our own templates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup, escape

Message = str | tuple[str, ...]
"""A template, or its plural forms in the order of the language's plural rule."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The two catalogues of one language, and how it counts and writes dates."""

    language: str
    name: str
    messages: Mapping[str, Message]
    contents: Mapping[str, str]
    plural_form: Callable[[int], int]
    _markup: dict[str, Markup] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, key: str, /, **values: object) -> Markup:
        """A message as safe HTML; a plural message takes `count`. KeyError if nobody wrote it."""
        template = self._template(key, values)
        markup = self._markup.get(template)
        if markup is None:
            markup = self._markup[template] = Markup(template)  # noqa: S704 -- our own catalogue, checked
        return markup.format(**values) if values else markup

    def plain(self, key: str, /, **values: object) -> str:
        """A message as plain text: for buttons, file names, documents."""
        template = self._template(key, values)
        return template.format(**values) if values else template

    def content(self, words: str) -> str:
        """Words of a content file in this language; themselves where there is no translation."""
        return self.contents.get(words, words)

    def content_html(self, words: str) -> Markup:
        """The same, safe to put into a screen."""
        return escape(self.content(words))

    def date(self, day: date) -> str:
        """A date as people write it: 1/10/2026."""
        return self.plain("date", day=day.day, month=day.month, year=day.year)

    def _template(self, key: str, values: Mapping[str, object]) -> str:
        message = self.messages[key]
        if isinstance(message, str):
            return message
        count = values["count"]
        return message[self.plural_form(count if isinstance(count, int) else 0)]
