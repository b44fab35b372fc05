"""Everything the content and the catalogues say, read and checked: what the engine decides by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.campaigns.calendar import Observance, Template
from engine.campaigns.rules import SendingRules
from engine.communes import Province
from engine.disclosure.released import Release
from engine.questionnaire import Criteria, Questionnaire
from engine.texts import Texts
from engine.voices import Voices


@dataclass(frozen=True, slots=True)
class Advice:
    """What someone with at most `up_to` points in an indicator can do next, and where."""

    up_to: int
    do: str
    where: str


@dataclass(frozen=True)
class Handbook:
    """The province, the criteria, every version of every form, the advice, the languages, templates and calendar.

    `languages` holds only those that are complete for citizens; the first is spoken until one is chosen.
    `release` is the last release of counts, if there is one: it is published like the rest, and changes weekly.
    `rules` are what whoever runs hoctap has set about sending; `voices` are recordings of questions.
    """

    province: Province
    criteria: Criteria
    questionnaires: tuple[Questionnaire, ...]
    advice: Mapping[int, tuple[Advice, ...]]
    languages: Mapping[str, Texts]
    templates: Mapping[str, Template] = field(default_factory=dict)
    observances: tuple[Observance, ...] = ()
    release: Release | None = None
    rules: SendingRules = field(default_factory=SendingRules)
    voices: Voices = field(default_factory=Voices)

    @cached_property
    def first_language(self) -> str:
        """The product's first language."""
        return next(iter(self.languages))

    @cached_property
    def forms(self) -> dict[str, Questionnaire]:
        """The newest version of each form, in the order of the files."""
        newest: dict[str, Questionnaire] = {}
        for questionnaire in self.questionnaires:
            known = newest.get(questionnaire.form)
            if known is None or version_key(questionnaire.version) > version_key(known.version):
                newest[questionnaire.form] = questionnaire
        return newest

    @cached_property
    def _by_version(self) -> dict[tuple[str, str], Questionnaire]:
        return {(each.form, each.version): each for each in self.questionnaires}

    def questionnaire(self, form: str, version: str) -> Questionnaire | None:
        """A form as a session began it; None if that version is no longer shipped."""
        return self._by_version.get((form, version))

    def speak(self, language: str | None) -> Texts:
        """The texts of a language, of the first language where it is unknown or not chosen yet."""
        return self.languages.get(language or self.first_language, self.languages[self.first_language])

    def advice_for(self, indicator: int, points: int) -> Advice:
        """The advice for an indicator at this many points."""
        return next(advice for advice in self.advice[indicator] if points <= advice.up_to)


def version_key(version: str) -> tuple[int, ...]:
    """A version such as "2026.10" as numbers, so that it comes after "2026.9"."""
    return tuple(int(part) for part in version.split("."))
