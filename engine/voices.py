"""Recordings of questions: to which words one belongs, and in which languages there are some."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.questionnaire import Question

NO_RECORDINGS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Which questions were recorded, in which languages. Equal only to itself.

    `languages`: code → how those who speak it call it, in the order of the buttons; the first is the content's.

    `recordings`: fingerprint of what is read out → language → number of the recording.
    """

    languages: Mapping[str, str] = field(default_factory=dict)
    recordings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, question: Question) -> dict[str, int]:
        """Language → number of the recording of this question, in the order of the buttons."""
        if not self.recordings:
            return {}
        numbers = self.recordings.get(fingerprint(question), NO_RECORDINGS)
        return {language: numbers[language] for language in self.languages if language in numbers}


def read_out(question: Question) -> tuple[str, ...]:
    """What somebody reads out who records a question, in Vietnamese: all that the person needs to answer it."""
    return tuple(
        words for words in (question.text, question.hint, *(each.label for each in question.options)) if words
    )


def fingerprint(question: Question) -> str:
    """By which words a recording is found: the same question in two forms shares one, a changed one has none."""
    return hashlib.sha256("\n".join(read_out(question)).encode()).hexdigest()
