"""Says things in one language: interface messages by key, content by its Vietnamese words.

Values that are put into a message are escaped; the messages themselves are our own templates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

Message = str | tuple[str, ...]
"""A template, or its plural forms in the order of the language's plural rule."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The catalogues of one language, and how it counts and writes dates. Equal only to itself."""

    language: str
    name: str
    messages: Mapping[str, Message]
    contents: Mapping[str, str]
    plural_form: Callable[[int], int]

    def __call__(self, key: str, /, **values: object) -> Markup:
        """A message as safe HTML; a plural message takes `count`. KeyError if nobody wrote it."""
        template = self._template(key, values)
        if values:
            # The values are escaped here, and not by Markup.format: that is the same, and four times slower.
            template = template.format(**{name: escape(value) for name, value in values.items()})
        return Markup(template)  # noqa: S704 -- our own catalogue, checked

    def plain(self, key: str, /, **values: object) -> str:
        """A message as plain text: for buttons, file names, documents."""
        template = self._template(key, values)
        return template.format(**values) if values else template

    def content(self, words: str) -> str:
        """Words of a content file in this language; themselves where there is no translation."""
        return self.contents.get(words, words)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as people write it: 1204 → "1.204" or "1,204"; 70.5 with a decimal → "70,5" or "70.5"."""
        marks = {",": self.plain("statistics.thousands_mark"), ".": self.plain("statistics.decimal_mark")}
        return "".join(marks.get(sign, sign) for sign in f"{value:,.{decimals}f}")

    def date(self, day: date) -> str:
        """A date as people write it: 1/10/2026."""
        return self.plain("date", day=day.day, month=day.month, year=day.year)

    def _template(self, key: str, values: Mapping[str, object]) -> str:
        message = self.messages[key]
        if isinstance(message, str):
            return message
        count = values["count"]
        return message[self.plural_form(count if isinstance(count, int) else 0)]
